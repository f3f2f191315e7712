//! `POST /admin/v1/codes/{code_id}/replace`: a code ends and another is born in its place, for a reason, in one transaction. One
//! that was replaced before is answered with the code that came in its place then.

use serde::{Deserialize, Serialize};
use shared::lambda::{Answer, Call, Reply};
use shared::purchases::{self, Secrets};
use shared::table::Tables;
use shared::text::Text;

use super::views::CodeView;

/// Why.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    reason: Text<1, 400>,
}

/// The code, and the one in its place. Its holder finds that among the codes of the purchase.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    code: CodeView,
    replacement: CodeView,
}

/// Replaces the code.
pub async fn handle((tables, secrets): &(Tables, Secrets), call: Call) -> Answer {
    let act = call.support()?;
    let id = call.path("code_id")?;
    let Body { reason } = call.body()?;
    let (code, replacement) = purchases::exchange(tables, secrets, id, &reason, &act).await?;
    Reply::ok(&View {
        code: CodeView::new(&code, call.now()),
        replacement: CodeView::new(&replacement, call.now()),
    })
}
