//! `POST /admin/v1/products`: a new product of a partner. The same request again answers the same product.

use serde::Deserialize;
use shared::catalog::{self, Product, ProductState, TokenPrice, ValidDays};
use shared::id::PartnerId;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::{Reference, Text};

/// What the product is.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the administrators call it. The same reference with other contents is refused.
    reference: Reference,
    partner_id: PartnerId,
    title: Text<1, 100>,
    description: Text<0, 2000>,
    /// What one code costs, 20 to 30 RJV.
    token_price: TokenPrice,
    /// How long a code can be redeemed after it was bought.
    code_valid_days: ValidDays,
}

/// Creates the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let body: Body = call.body()?;
    let product = Product {
        product_id: Product::id_of(&body.reference),
        partner_id: body.partner_id,
        reference: body.reference,
        title: body.title,
        description: body.description,
        token_price: body.token_price,
        price_version: 1,
        code_valid_days: body.code_valid_days,
        state: ProductState::Live,
        version: 1,
        created_at: call.now(),
    };
    Reply::created(&catalog::create(tables, product, &act).await?)
}
