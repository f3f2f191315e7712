//! `POST /v1/purchases/{purchase_id}/problems`: a code did not work. It is replaced or refunded at once, or somebody looks at it.

use serde::{Deserialize, Serialize};
use shared::id::{CaseId, CodeId, PurchaseId};
use shared::lambda::{Answer, Call, Metrics, Reply};
use shared::purchases::{self, CaseState, Decision, Problem, Secrets};
use shared::table::Tables;
use shared::text::Text;

use super::Outcome;

/// What did not work.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    code_id: CodeId,
    /// What happened, for whoever looks at it.
    #[serde(default)]
    note: Text<0, 500>,
}

/// What is done about it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum View {
    /// The code was ended at once.
    Ended(Outcome),
    /// Somebody looks at it.
    Case(CaseView),
}

/// A problem that somebody looks at.
#[derive(Serialize, schemars::JsonSchema)]
pub struct CaseView {
    outcome: CaseOutcome,
    code_id: CodeId,
    case_id: CaseId,
    /// How it was decided, if it was.
    decision: Option<Decision>,
}

/// That it is a case.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    /// Somebody looks at it.
    Case,
}

/// Takes the problem, and pauses the sales of a partner of whose codes too many do not work.
pub async fn handle((tables, secrets, metrics): &(Tables, Secrets, Metrics), call: Call) -> Answer {
    let (member_id, purchase_id) = (call.member()?, call.path::<PurchaseId>("purchase_id")?);
    let Body { code_id, note } = call.body()?;
    let problem = Problem {
        member_id,
        purchase_id,
        code_id,
        note,
        at: call.now(),
    };
    let (answer, partner) = purchases::report(tables, secrets, &problem).await?;
    let paused = purchases::weigh(tables, partner, call.now()).await?;
    let counts = [("Problems", 1), ("SalesPaused", u64::from(paused))];
    metrics.count(&counts, call.now());
    Reply::ok(&View::new(code_id, answer))
}

impl View {
    fn new(code_id: CodeId, answer: purchases::Answer) -> Self {
        match answer {
            purchases::Answer::Ended(ending) => Self::Ended(Outcome::new(code_id, ending)),
            purchases::Answer::Case(case) => Self::Case(CaseView {
                outcome: CaseOutcome::Case,
                code_id,
                case_id: case.case_id,
                decision: match case.state {
                    CaseState::Open {} => None,
                    CaseState::Decided { decision, .. } => Some(decision),
                },
            }),
        }
    }
}
