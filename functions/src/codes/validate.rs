//! `POST /v1/codes/validate`: would this code be redeemed now? Nothing changes.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::codes::{self, Lookup};
use shared::guesses::Guesses;
use shared::id::{CodeId, ProductId};
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

/// The code in question.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// In any spelling.
    code: String,
    /// Under what it would be redeemed. Without it, a reserved code cannot be.
    reference: Option<Reference>,
    /// Who shows the code, as the partner calls them. Wrong codes are counted by customer.
    customer: Option<Reference>,
}

/// A code that can be redeemed, at least under the reference it is reserved under. One that cannot is answered with the problem its
/// redemption would meet.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    /// False if it is reserved under another reference.
    redeemable: bool,
    code_id: CodeId,
    product_id: ProductId,
    /// What the member paid.
    unit_price: Rjv,
    expires_at: Timestamp,
    /// The reference under which it is reserved now.
    reserved_as: Option<Reference>,
    /// The first instant at which that is over.
    reserved_until: Option<Timestamp>,
}

/// Looks the code up.
pub async fn handle((tables, lookup, guesses): &(Tables, Lookup, Guesses), call: Call) -> Answer {
    let (partner, now) = (call.partner()?, call.now());
    let Body {
        code,
        reference,
        customer,
    } = call.body()?;
    let caller = call.guesser(customer.as_ref())?;
    let validate = codes::validate(tables, lookup, &code, partner, now);
    let code = guesses.watch(&caller, now, validate).await?;
    let reservation = code.reservation(now);
    let is_other = |(holder, _): &(&Reference, _)| reference.as_ref() != Some(*holder);
    Reply::ok(&View {
        redeemable: !reservation.as_ref().is_some_and(is_other),
        code_id: code.code_id,
        product_id: code.product_id,
        unit_price: code.unit_price,
        expires_at: code.expires_at,
        reserved_as: reservation.map(|(reference, _)| reference.clone()),
        reserved_until: reservation.map(|(_, until)| until),
    })
}
