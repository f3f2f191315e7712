pub mod fold;
pub mod list;
pub mod proof;
pub mod rebuild;
pub mod reconcile;
pub mod schedule;
pub mod show;
pub mod start;
pub mod trial_balance;

use serde::Serialize;
use shared::id::RunId;
use shared::insights::{Counts, Run, RunState, Starter};
use shared::time::{Day, Timestamp};

/// A reconciliation.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Reconciliation")]
pub struct RunView {
    run_id: RunId,
    started_at: Timestamp,
    started_by: Starter,
    /// The totals of all days before this one are compared with the entries; those of later days may still move.
    closed_before: Day,
    state: State,
    /// When it was done.
    finished_at: Option<Timestamp>,
    /// How much there is, and how much of it is wrong; once it is done.
    counts: Option<Counts>,
}

/// How far a reconciliation is.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReconciliationState")]
pub enum State {
    /// It is under way.
    Running,
    /// It is done, and nothing is wrong.
    Clean,
    /// It is done, and something is wrong.
    Drifted,
}

impl From<&Run> for RunView {
    fn from(run: &Run) -> Self {
        let counts = run.counts();
        let finished_at = match run.state {
            RunState::Running {} => None,
            RunState::Finished { finished_at, .. } => Some(finished_at),
        };
        Self {
            run_id: run.run_id,
            started_at: run.started_at,
            started_by: run.started_by,
            closed_before: run.closed_before,
            state: match counts.map(|counts| counts.findings) {
                None => State::Running,
                Some(0) => State::Clean,
                Some(_) => State::Drifted,
            },
            finished_at,
            counts,
        }
    }
}
