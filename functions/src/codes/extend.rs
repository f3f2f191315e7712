//! `POST /admin/v1/codes/{code_id}/extend`: a code is valid for longer, for a reason. One that ran out lives again.

use serde::Deserialize;
use shared::codes::desk;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Text;
use shared::time::Timestamp;

use super::views::CodeView;

/// Until when, and why.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The first instant at which it can no longer be redeemed: later than now, by two years at most, and than it was.
    expires_at: Timestamp,
    reason: Text<1, 400>,
}

/// Extends the code. One that runs out then already is answered as it is.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.support()?;
    let id = call.path("code_id")?;
    let Body { expires_at, reason } = call.body()?;
    let code = desk::extend(tables, id, expires_at, &reason, &act).await?;
    Reply::ok(&CodeView::new(&code, call.now()))
}
