//! `PATCH /admin/v1/products/{product_id}`: a product changes, if it is still as the administrator saw it.

use serde::Deserialize;
use shared::catalog::{self, Changes, ProductState, TokenPrice, ValidDays};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Text;

/// What is to change. What is left out stays.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The version that was seen.
    version: u32,
    title: Option<Text<1, 100>>,
    description: Option<Text<0, 2000>>,
    /// What one code costs, 20 to 30 RJV.
    token_price: Option<TokenPrice>,
    /// How long codes bought from now on can be redeemed.
    code_valid_days: Option<ValidDays>,
    state: Option<ProductState>,
}

/// Changes the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id = call.path("product_id")?;
    let Body {
        version,
        title,
        description,
        token_price,
        code_valid_days,
        state,
    } = call.body()?;
    let changes = Changes {
        title,
        description,
        token_price,
        code_valid_days,
        state,
    };
    Reply::ok(&catalog::update(tables, id, version, changes, &act).await?)
}
