//! Runs: a reconciliation from its start to its report.

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::report::{Counts, Report, Tally};
use super::{Totals, keys};
use crate::error::{Error, Failure, Rejection};
use crate::id::{MemberId, RunId};
use crate::messaging::{Message, ReconciliationQueue};
use crate::table::{self, Condition, Key, Lost, Tables, Write, text};
use crate::time::{Day, Timestamp};

/// A reconciliation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its name.
    pub run_id: RunId,
    /// When it was started.
    pub started_at: Timestamp,
    /// Who started it.
    pub started_by: Starter,
    /// The totals of all days before this one are compared with the entries; those of later days may still move.
    pub closed_before: Day,
    /// How far it is, and what came of it.
    #[serde(flatten)]
    pub state: RunState,
}

/// Who started a reconciliation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Starter {
    /// The clock.
    Schedule {},
    /// An administrator.
    Administrator {
        /// Who.
        member_id: MemberId,
    },
}

/// How far a reconciliation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RunState {
    /// It is under way.
    Running {},
    /// It is done.
    Finished {
        /// When it was.
        finished_at: Timestamp,
        /// How much there is, and how much of it is wrong.
        counts: Counts,
        /// Whether the folded totals of the closed days are the sums of their entries.
        totals_agree: bool,
    },
}

/// What is walked from end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Walk {
    /// Every wallet and its entries.
    Wallets,
    /// Every code that was sold.
    Codes,
    /// What became of every activity.
    Activities,
}

/// A part of a walk. Parts are walked at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// Of which walk.
    pub walk: Walk,
    /// Which of its segments, from 0.
    pub segment: u32,
}

/// The order to walk on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// In which reconciliation.
    pub run_id: RunId,
    /// In which part of it.
    pub part: Part,
}

/// How far a part is walked. Every stretch of the way ends with writing one, and the next begins where the last one says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// Counts the stretches.
    pub version: u64,
    /// The last place that was seen.
    pub after: Option<Key>,
    /// Whether the end was reached.
    pub done: bool,
    /// What was seen so far.
    pub tally: Tally,
}

/// What moved on the days that were closed when a run began.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Closed {
    totals: Totals,
}

/// The run that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Current {
    run_id: RunId,
}

/// Totals of a day are final this long after its end: an entry is folded within seconds, and clocks agree within minutes.
const DAY_CLOSES_AFTER: TimeDelta = TimeDelta::hours(1);

impl Walk {
    const ALL: [Self; 3] = [Self::Wallets, Self::Codes, Self::Activities];

    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wallets => "wallets",
            Self::Codes => "codes",
            Self::Activities => "activities",
        }
    }

    /// Into how many segments its table is cut.
    pub(super) const fn segments(self) -> u32 {
        match self {
            Self::Wallets => 8,
            Self::Codes | Self::Activities => 4,
        }
    }
}

impl Part {
    /// All parts of a reconciliation.
    pub fn all() -> impl Iterator<Item = Self> {
        let segments = |walk: Walk| (0..walk.segments()).map(move |segment| Self { walk, segment });
        Walk::ALL.into_iter().flat_map(segments)
    }
}

impl Run {
    /// A reconciliation that begins at `now`.
    pub fn new(run_id: RunId, started_by: Starter, now: Timestamp) -> Self {
        Self {
            run_id,
            started_at: now,
            started_by,
            closed_before: now.plus(-DAY_CLOSES_AFTER).day(),
            state: RunState::Running {},
        }
    }

    /// How much there is, and how much of it is wrong, once it is done.
    pub fn counts(&self) -> Option<Counts> {
        match self.state {
            RunState::Running {} => None,
            RunState::Finished { counts, .. } => Some(counts),
        }
    }
}

/// What a failed start means.
enum Why {
    /// Another run is under way.
    Running,
    /// This very run was started before.
    Started,
}

/// Starts `run` with the writes that belong to starting it, or answers the one that is under way. What of that got lost on the
/// way is sent again, if it is this very run or one that ought to be done by now.
pub async fn start(
    tables: &Tables,
    queue: &ReconciliationQueue,
    run: Run,
    along: Vec<Write>,
) -> Result<Run, Error> {
    let current = Current { run_id: run.run_id };
    let mut writes = vec![
        Write::create(keys::current(), table::item(&current)?).or(Why::Running),
        Write::create(keys::run(run.run_id), table::item(&run)?).or(Why::Started),
    ];
    writes.extend(along.into_iter().map(|write| write.or(Why::Started)));
    let under_way = match table::commit(tables, writes).await {
        Ok(_) => run.clone(),
        Err(Lost::Refused(Why::Running, found)) => {
            let current: Current = table::read(found.unwrap_or_default())?;
            find(tables, current.run_id).await?
        }
        Err(Lost::Refused(Why::Started, _)) => return find(tables, run.run_id).await,
        Err(Lost::Failed(failure)) => return Err(failure.into()),
    };
    let is_late = run.started_at.since(under_way.started_at) > LATE_AFTER;
    if under_way.run_id == run.run_id || is_late {
        let done = parts_done(tables, under_way.run_id).await?;
        let mut open: Vec<Part> = Part::all().filter(|part| !done.contains(part)).collect();
        if open.is_empty() {
            // All that is missing is the report, which any part writes that finds itself at its end.
            open.extend(Part::all().next());
        }
        for part in open {
            send(queue, under_way.run_id, part).await?;
        }
    }
    Ok(under_way)
}

/// A reconciliation walks millions of items in minutes. One that takes longer than this has lost its way.
const LATE_AFTER: TimeDelta = TimeDelta::hours(1);

async fn parts_done(tables: &Tables, run: RunId) -> Result<Vec<Part>, Failure> {
    /// What is of interest of a checkpoint here.
    #[derive(Deserialize)]
    struct Seen {
        done: bool,
    }

    let seen = each_part::<Seen>(tables, run).await?.into_iter();
    let done = seen.filter(|(_, seen)| seen.done);
    Ok(done.map(|(part, _)| part).collect())
}

/// Puts the order to walk on into the queue.
pub(super) async fn send(
    queue: &ReconciliationQueue,
    run_id: RunId,
    part: Part,
) -> Result<(), Failure> {
    let body = serde_json::to_string(&Job { run_id, part });
    let message = Message {
        body: body.map_err(|error| Failure::broken("writing a job").because(error))?,
        attributes: std::collections::BTreeMap::new(),
        fifo: None,
    };
    queue.0.send(message).await
}

/// Reads a run.
pub async fn find(tables: &Tables, id: RunId) -> Result<Run, Error> {
    let run = tables.get(&keys::run(id)).await?;
    Ok(run.ok_or(Rejection::ReconciliationNotFound)?)
}

/// Reads runs, newest first, behind the run `after`; and the one to go on behind, if there may be more.
pub async fn list(
    tables: &Tables,
    after: Option<RunId>,
    limit: usize,
) -> Result<(Vec<Run>, Option<RunId>), Failure> {
    let (runs, next): (Vec<Run>, _) = tables.page(&keys::runs(after, limit)).await?;
    let next = next.and(runs.last().map(|run| run.run_id));
    Ok((runs, next))
}

/// The totals that the newest run in which they agreed has proven, and the day before which they are.
pub(super) async fn proven(tables: &Tables) -> Result<Option<(Day, Totals)>, Failure> {
    let (mut after, mut looked_at) = (None, 0);
    while looked_at < LOOKED_AT_MAX {
        let (runs, next) = list(tables, after, PAGE).await?;
        looked_at += runs.len();
        let agreed = runs.into_iter().find(|run| {
            matches!(
                run.state,
                RunState::Finished {
                    totals_agree: true,
                    ..
                }
            )
        });
        if let Some(run) = agreed {
            let closed: Option<Closed> = tables.get(&keys::closed(run.run_id)).await?;
            let closed = closed.ok_or_else(|| Failure::broken("proven totals are missing"))?;
            return Ok(Some((run.closed_before, closed.totals)));
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok(None)
}

/// Most of the time the newest run agreed.
const PAGE: usize = 10;

/// When none of so many runs agreed, the totals are added up from the beginning.
const LOOKED_AT_MAX: usize = 100;

/// How many parts of a run are walked to their end, and how many there are.
pub async fn progress(tables: &Tables, run: &Run) -> Result<(usize, usize), Failure> {
    let parts = Part::all().count();
    if run.counts().is_some() {
        return Ok((parts, parts));
    }
    Ok((parts_done(tables, run.run_id).await?.len(), parts))
}

/// Reads how far the parts of a run are.
pub(super) async fn checkpoints(
    tables: &Tables,
    id: RunId,
) -> Result<Vec<(Part, Checkpoint)>, Failure> {
    each_part(tables, id).await
}

/// Reads the checkpoints that are there, or what is of interest of them.
async fn each_part<T: DeserializeOwned>(
    tables: &Tables,
    id: RunId,
) -> Result<Vec<(Part, T)>, Failure> {
    let keys: Vec<(Part, Key)> = Part::all()
        .map(|part| (part, keys::checkpoint(id, part)))
        .collect();
    let places: Vec<Key> = keys.iter().map(|(_, key)| key.clone()).collect();
    let found = tables.get_many(&places).await?.into_iter().zip(keys);
    found
        .filter_map(|(item, (part, _))| Some((part, table::read(item?))))
        .map(|(part, checkpoint)| Ok((part, checkpoint?)))
        .collect()
}

/// Reads the report of a run that is done.
pub async fn report(tables: &Tables, id: RunId) -> Result<Option<Report>, Failure> {
    tables.get(&keys::report(id)).await
}

/// Writes the report of a run, unless that was done before; answers the run as it then is.
pub(super) async fn finish(
    tables: &Tables,
    run: &Run,
    (report, closed): &(Report, Totals),
    now: Timestamp,
) -> Result<Run, Failure> {
    let finished = Run {
        state: RunState::Finished {
            finished_at: now,
            counts: report.counts,
            totals_agree: report.totals_agree,
        },
        ..run.clone()
    };
    let running = Condition::Equals("state", text("running"));
    let mine = Condition::Equals("run_id", text(run.run_id));
    let totals = Closed {
        totals: closed.clone(),
    };
    let writes = vec![
        Write::put(keys::run(run.run_id), table::item(&finished)?, running).or(()),
        Write::delete(keys::current(), mine).or(()),
        Write::create(keys::report(run.run_id), table::item(report)?).or(()),
        Write::create(keys::closed(run.run_id), table::item(&totals)?).or(()),
    ];
    match table::commit(tables, writes).await {
        Ok(_) => Ok(finished),
        Err(Lost::Failed(failure)) => Err(failure),
        Err(Lost::Refused((), _)) => {
            let there: Option<Run> = tables.get(&keys::run(run.run_id)).await?;
            there.ok_or_else(|| Failure::broken("a reconciliation that is done is missing"))
        }
    }
}
