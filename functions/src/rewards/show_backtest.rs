//! `GET /admin/v1/reward-rules/{rule_id}/backtests/{backtest_id}`: how far a backtest is, and what came of it.

use serde::Serialize;
use shared::id::{BacktestId, MemberId};
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::backtest::{self, Backtest, Order, Progress, Tally};
use shared::table::Tables;
use shared::text::Word;
use shared::time::Timestamp;

/// A backtest.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Backtest")]
pub struct View {
    backtest_id: BacktestId,
    rule_id: Word,
    /// The version that is tried.
    version: u32,
    days: u32,
    /// Activities from this instant on are looked at.
    from: Timestamp,
    /// Up to but without this instant.
    until: Timestamp,
    /// The administrator who started it, named as a member is.
    started_by: MemberId,
    state: State,
    /// When it was done.
    finished_at: Option<Timestamp>,
    /// Into how many segments the past is cut.
    segments: u32,
    /// How many of them are walked to their end.
    segments_done: u32,
    /// How many activities were looked at so far.
    activities_read: u64,
    /// What came of it; once it is done.
    result: Option<Tally>,
    /// What to keep in mind when reading the result.
    caveat: &'static str,
}

/// How far a backtest is.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "BacktestState")]
pub enum State {
    /// It is under way.
    Running,
    /// It is done.
    Done,
}

const CAVEAT: &str = "What was before these days is not known here: limits, cooldowns and days in a row begin anew with them. \
    Other rules and promotions are taken as they stood while it ran, and budgets as if nothing was ever drawn from them.";

/// Answers the backtest.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let rule_id: Word = call.path("rule_id")?;
    let id = call.path("backtest_id")?;
    call.no_query()?;
    let backtest = backtest::find(tables, &rule_id, id).await?;
    let progress = backtest::progress(tables, &backtest).await?;
    Reply::ok(&View::new(backtest, progress))
}

impl View {
    pub(super) fn new(backtest: Backtest, progress: Progress) -> Self {
        let (from, until) = (backtest.from(), backtest.started_at);
        let Order {
            rule_id,
            version,
            days,
        } = backtest.order;
        let (state, finished_at, result) = match backtest.state {
            backtest::State::Running {} => (State::Running, None, None),
            backtest::State::Done {
                finished_at,
                result,
            } => (State::Done, Some(finished_at), Some(*result)),
        };
        Self {
            backtest_id: backtest.backtest_id,
            rule_id,
            version,
            days,
            from,
            until,
            started_by: backtest.started_by,
            state,
            finished_at,
            segments: progress.segments,
            segments_done: progress.segments_done,
            activities_read: progress.activities_read,
            result,
            caveat: CAVEAT,
        }
    }
}
