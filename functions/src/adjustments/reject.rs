//! `POST /admin/v1/adjustments/{adjustment_id}/reject`: an administrator rejects a proposal, or takes back their own.

use shared::adjustments;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;

/// Rejects the adjustment.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id = call.path("adjustment_id")?;
    call.empty_body()?;
    Reply::ok(&adjustments::reject(tables, id, &act).await?)
}
