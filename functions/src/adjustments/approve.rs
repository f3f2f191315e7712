//! `POST /admin/v1/adjustments/{adjustment_id}/approve`: another administrator approves, and the tokens move, once.

use shared::adjustments;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;

/// Approves the adjustment.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id = call.path("adjustment_id")?;
    call.empty_body()?;
    Reply::ok(&adjustments::approve(tables, id, &act).await?)
}
