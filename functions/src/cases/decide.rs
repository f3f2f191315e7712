//! `POST /admin/v1/cases/{case_id}/decision`: an administrator decides a case, and what follows from that happens at once.

use serde::{Deserialize, Serialize};
use shared::id::{CaseId, CodeId, EntryId};
use shared::lambda::{Answer, Call, Reply};
use shared::purchases::{self, Case, Decision, Ending, Secrets};
use shared::table::Tables;
use shared::text::Text;

/// How it is decided.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    decision: Decision,
    /// Why, for the record.
    reason: Text<1, 400>,
}

/// The case, and what became of the code.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    #[serde(flatten)]
    case: Case,
    /// The transaction that gave back what was paid for the code.
    refund: Option<EntryId>,
    /// The code that took its place.
    replacement: Option<CodeId>,
}

/// Decides the case.
pub async fn handle((tables, secrets): &(Tables, Secrets), call: Call) -> Answer {
    let act = call.admin()?;
    let id: CaseId = call.path("case_id")?;
    let Body { decision, reason } = call.body()?;
    let decision = (decision, &reason);
    let (case, ending) = purchases::decide_case(tables, secrets, id, decision, &act).await?;
    let (refund, replacement) = match ending {
        Some(Ending::Refunded { entry_id, .. }) => (Some(entry_id), None),
        Some(Ending::Replaced(code)) => (None, Some(code.code_id)),
        None => (None, None),
    };
    Reply::ok(&View {
        case,
        refund,
        replacement,
    })
}
