pub mod expire;
pub mod extend;
pub mod log;
pub mod redeem;
pub mod release;
pub mod replace;
pub mod reserve;
pub mod revoke;
pub mod search;
pub mod validate;
pub mod views;

use serde::Serialize;
use shared::codes::{Code, State};
use shared::id::{CodeId, ProductId};
use shared::text::Reference;
use shared::time::Timestamp;

/// A code and whether it is reserved.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ReservationView {
    code_id: CodeId,
    product_id: ProductId,
    /// What has become of the code.
    state: State,
    /// The reference under which it is reserved now.
    reserved_as: Option<Reference>,
    /// The first instant at which that is over, unless the code runs out sooner.
    reserved_until: Option<Timestamp>,
    /// Whether that was extended. It cannot be extended again.
    extended: bool,
    expires_at: Timestamp,
}

impl ReservationView {
    fn new(code: &Code, now: Timestamp) -> Self {
        let reservation = code.reservation(now);
        Self {
            code_id: code.code_id,
            product_id: code.product_id,
            state: code.state(now),
            reserved_as: reservation.map(|(reference, _)| reference.clone()),
            reserved_until: reservation.map(|(_, until)| until),
            extended: reservation.is_some() && code.reservation_extended,
            expires_at: code.expires_at,
        }
    }
}
