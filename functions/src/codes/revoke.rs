//! `POST /admin/v1/codes/{code_id}/revoke`: a code ends, for a reason. One that was revoked before is answered as it is.

use serde::Deserialize;
use shared::codes::desk;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::text::Text;

use super::views::CodeView;

/// Why.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    reason: Text<1, 400>,
}

/// Revokes the code.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.support()?;
    let id = call.path("code_id")?;
    let Body { reason } = call.body()?;
    let code = desk::revoke(tables, id, &reason, &act).await?;
    Reply::ok(&CodeView::new(&code, call.now()))
}
