//! `POST /v1/codes/release`: a reservation under this reference is over.

use serde::Deserialize;
use shared::codes::{self, Lookup};
use shared::guesses::Guesses;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Reference;

use super::ReservationView;

/// The code to be released.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// In any spelling.
    code: String,
    /// Under what it was reserved.
    reference: Reference,
    /// Who showed the code, as the partner calls them. Wrong codes are counted by customer.
    customer: Option<Reference>,
}

/// Releases the code.
pub async fn handle((tables, lookup, guesses): &(Tables, Lookup, Guesses), call: Call) -> Answer {
    let (partner, now) = (call.partner()?, call.now());
    let Body {
        code,
        reference,
        customer,
    } = call.body()?;
    let caller = call.guesser(customer.as_ref())?;
    let release = codes::release(tables, lookup, &code, partner, &reference, now);
    let code = guesses.watch(&caller, now, release).await?;
    Reply::ok(&ReservationView::new(&code, now))
}
