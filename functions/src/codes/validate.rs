//! `POST /v1/codes/validate`: would this code be redeemed now? Nothing changes.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::codes::{self, Lookup};
use shared::id::{CodeId, ProductId};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::time::Timestamp;

/// The code in question.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// In any spelling.
    code: String,
}

/// A code that can be redeemed. One that cannot is answered with the problem its redemption would meet.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    redeemable: bool,
    code_id: CodeId,
    product_id: ProductId,
    /// What the member paid.
    unit_price: Rjv,
    expires_at: Timestamp,
}

/// Looks the code up.
pub async fn handle((tables, lookup): &(Tables, Lookup), call: Call) -> Answer {
    let partner = call.partner()?;
    let Body { code } = call.body()?;
    let code = codes::validate(tables, lookup, &code, partner, call.now()).await?;
    Reply::ok(&View {
        redeemable: true,
        code_id: code.code_id,
        product_id: code.product_id,
        unit_price: code.unit_price,
        expires_at: code.expires_at,
    })
}
