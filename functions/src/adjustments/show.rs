//! `GET /admin/v1/adjustments/{adjustment_id}`: one adjustment, and what became of it.

use shared::adjustments;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;

/// Answers the adjustment.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let id = call.path("adjustment_id")?;
    call.no_query()?;
    Reply::ok(&adjustments::find(tables, id).await?)
}
