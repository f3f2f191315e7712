//! `POST /v1/redemptions`: a code is used, once. The same reference again answers the same redemption.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::codes::{self, Code, Life, Lookup, Redemption};
use shared::error::Failure;
use shared::guesses::Guesses;
use shared::id::{CodeId, ProductId, RedemptionId};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

/// The code to be used.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// In any spelling.
    code: String,
    /// What the partner calls this use, an order number for example.
    reference: Reference,
    /// Who shows the code, as the partner calls them. Wrong codes are counted by customer.
    customer: Option<Reference>,
}

/// The use of a code.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    redemption_id: RedemptionId,
    code_id: CodeId,
    product_id: ProductId,
    /// What the member paid.
    unit_price: Rjv,
    reference: Reference,
    redeemed_at: Timestamp,
}

/// Redeems the code.
pub async fn handle((tables, lookup, guesses): &(Tables, Lookup, Guesses), call: Call) -> Answer {
    let partner_id = call.partner()?;
    let Body {
        code,
        reference,
        customer,
    } = call.body()?;
    let caller = call.guesser(customer.as_ref())?;
    let redemption_id = RedemptionId::new(call.fresh().id);
    let order = Redemption {
        redemption_id,
        partner_id,
        reference,
        redeemed_at: call.now(),
    };
    let redeem = codes::redeem(tables, lookup, &code, &order);
    let code = guesses.watch(&caller, call.now(), redeem).await?;
    Reply::created(&View::new(code)?)
}

impl View {
    fn new(code: Code) -> Result<Self, Failure> {
        let Life::Redeemed {
            redemption_id,
            reference,
            redeemed_at,
        } = code.life
        else {
            return Err(Failure::broken("a redeemed code that is not"));
        };
        let Code {
            code_id,
            product_id,
            unit_price,
            ..
        } = code;
        Ok(Self {
            redemption_id,
            code_id,
            product_id,
            unit_price,
            reference,
            redeemed_at,
        })
    }
}
