//! `POST /v1/codes/reserve`: for some minutes a code can be redeemed under this reference only.

use serde::Deserialize;
use shared::codes::{self, Lookup, Minutes, Reservation};
use shared::guesses::Guesses;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Reference;

use super::ReservationView;

/// The code to be reserved.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// In any spelling.
    code: String,
    /// Under what the code will be redeemed, an order number for example.
    reference: Reference,
    /// For how long, from now on.
    minutes: Minutes,
    /// Whether a reservation under this reference is to hold longer. That can be done once.
    #[serde(default)]
    extend: bool,
    /// Who shows the code, as the partner calls them. Wrong codes are counted by customer.
    customer: Option<Reference>,
}

/// Reserves the code.
pub async fn handle((tables, lookup, guesses): &(Tables, Lookup, Guesses), call: Call) -> Answer {
    let (partner_id, now) = (call.partner()?, call.now());
    let body: Body = call.body()?;
    let caller = call.guesser(body.customer.as_ref())?;
    let wish = Reservation {
        partner_id,
        reference: body.reference,
        until: now.minutes_later(body.minutes.get()),
        extends: body.extend,
        now,
    };
    let reserve = codes::reserve(tables, lookup, &body.code, &wish);
    let code = guesses.watch(&caller, now, reserve).await?;
    Reply::ok(&ReservationView::new(&code, now))
}
