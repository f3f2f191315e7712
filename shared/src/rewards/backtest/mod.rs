//! Backtests: what a version of a rule would have given for the activities of the last days, against what was given.
//!
//! A backtest walks the members' past on a queue, a stretch per message. Each member's activities are decided once more with the
//! tried version in its rule's place and the rest of the book as it stands. What was before the first of them is not known:
//! limits and days in a row begin anew, so a version can look a little dearer than it would have been. No budget is drawn.

mod keys;
mod replay;
mod tally;
mod walk;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::replay::{Past, Trial};
pub use self::tally::{Difference, Given, Moved, Tally};
use self::walk::{Pace, SEGMENTS, Walker};
use super::{Book, Rule, rules};
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::id::{BacktestId, MemberId};
use crate::messaging::{BacktestQueue, Message};
use crate::table::{self, Condition, Key, Lost, Tables, WholeTables, Write, text};
use crate::text::Word;
use crate::time::Timestamp;

/// What is to be tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Of which rule.
    pub rule_id: Word,
    /// Which version.
    pub version: u32,
    /// On how many days.
    pub days: u32,
}

/// A backtest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backtest {
    /// Its name.
    pub backtest_id: BacktestId,
    /// What is tried.
    #[serde(flatten)]
    pub order: Order,
    /// When it was started, up to which activities are looked at.
    pub started_at: Timestamp,
    /// Who started it.
    pub started_by: MemberId,
    /// How far it is, and what came of it.
    #[serde(flatten)]
    pub state: State,
}

/// How far a backtest is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It is under way.
    Running {},
    /// It is done.
    Done {
        /// When it was.
        finished_at: Timestamp,
        /// What came of it.
        result: Box<Tally>,
    },
}

/// The order to walk on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// For which rule.
    pub rule_id: Word,
    /// In which backtest.
    pub backtest_id: BacktestId,
    /// In which segment.
    pub segment: u32,
}

/// How far a backtest is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Into how many segments it is cut.
    pub segments: u32,
    /// How many of them are walked to their end.
    pub segments_done: u32,
    /// How many activities were looked at.
    pub activities_read: u64,
}

/// How far a segment is walked. Every stretch of the way ends with writing one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Checkpoint {
    /// Counts the stretches.
    version: u64,
    /// Up to here everything is counted.
    after: Option<Key>,
    /// Whether the end was reached.
    done: bool,
    /// What was counted so far.
    tally: Tally,
}

/// The backtest of one order that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Current {
    backtest_id: BacktestId,
}

impl Backtest {
    /// From when on activities are looked at.
    pub fn from(&self) -> Timestamp {
        let days = TimeDelta::days(self.order.days.into());
        self.started_at.plus(-days)
    }
}

/// On how many days a version can be tried.
pub const DAYS_MAX: u32 = 90;

/// One that takes longer than this has lost its way, and is woken when it is ordered once more.
const LATE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// What a failed start means.
enum Why {
    /// One of the same order is under way.
    Running,
    /// This very one was started before.
    Started,
}

/// Starts a backtest, or answers the one of the same order that is under way.
pub async fn start(
    tables: &Tables,
    queue: &BacktestQueue,
    (id, order): (BacktestId, Order),
    act: &Act,
) -> Result<Backtest, Error> {
    if !(1..=DAYS_MAX).contains(&order.days) {
        return Err(Rejection::InvalidBody {
            pointer: "/days".to_owned(),
            reason: format!("a version is tried on 1 to {DAYS_MAX} days"),
        }
        .into());
    }
    rule(tables, &order.rule_id, order.version).await?;
    let backtest = Backtest {
        backtest_id: id,
        started_at: act.at,
        started_by: act.actor,
        state: State::Running {},
        order,
    };
    let current = table::item(&Current { backtest_id: id })?;
    let (order, place) = (&backtest.order, keys::backtest(&backtest.order.rule_id, id));
    let note = audit::note(act, Action::StartBacktest, id, None, Some(&backtest))?;
    let writes = vec![
        Write::create(keys::current(order), current).or(Why::Running),
        Write::create(place, table::item(&backtest)?).or(Why::Started),
        note.or(Why::Started),
    ];
    let under_way = match table::commit(tables, writes).await {
        Ok(_) => backtest,
        Err(Lost::Refused(Why::Running, found)) => {
            let current: Current = table::read(found.unwrap_or_default())?;
            let there = find(tables, &order.rule_id, current.backtest_id).await?;
            if act.at.since(there.started_at) <= LATE_AFTER {
                return Ok(there);
            }
            there
        }
        Err(Lost::Refused(Why::Started, _)) => find(tables, &order.rule_id, id).await?,
        Err(Lost::Failed(failure)) => return Err(failure.into()),
    };
    for segment in 0..SEGMENTS {
        send(queue, &under_way, segment).await?;
    }
    Ok(under_way)
}

/// Reads the rule in the version that is tried.
async fn rule(tables: &Tables, id: &Word, version: u32) -> Result<Rule, Error> {
    let head = rules::find(tables, id).await?;
    let found = rules::version(tables, &head, Some(version)).await?;
    Ok(found.of(id.clone()))
}

/// Puts the order to walk on into the queue. One too many finds nothing to do.
async fn send(queue: &BacktestQueue, backtest: &Backtest, segment: u32) -> Result<(), Failure> {
    let job = Job {
        rule_id: backtest.order.rule_id.clone(),
        backtest_id: backtest.backtest_id,
        segment,
    };
    let body = serde_json::to_string(&job);
    let message = Message {
        body: body.map_err(|error| Failure::broken("writing a job").because(error))?,
        attributes: BTreeMap::new(),
        fifo: None,
    };
    queue.0.send(message).await
}

/// Reads a backtest of a rule.
pub async fn find(tables: &Tables, rule: &Word, id: BacktestId) -> Result<Backtest, Error> {
    let found = tables.get(&keys::backtest(rule, id)).await?;
    Ok(found.ok_or(Rejection::BacktestNotFound)?)
}

/// Whether there is a finished backtest of this name for this version of the rule.
pub async fn is_done_for(
    tables: &Tables,
    backtest: BacktestId,
    rule: &Word,
    version: u32,
) -> Result<bool, Failure> {
    let found: Option<Backtest> = tables.get(&keys::backtest(rule, backtest)).await?;
    Ok(found.is_some_and(|there| {
        there.order.version == version && matches!(there.state, State::Done { .. })
    }))
}

/// Reads how far a backtest is.
pub async fn progress(tables: &Tables, backtest: &Backtest) -> Result<Progress, Failure> {
    let mut progress = Progress {
        segments: SEGMENTS,
        ..Progress::default()
    };
    if let State::Done { result, .. } = &backtest.state {
        progress.segments_done = SEGMENTS;
        progress.activities_read = result.activities_read;
        return Ok(progress);
    }
    for checkpoint in checkpoints(tables, backtest.backtest_id).await? {
        let read = checkpoint.tally.activities_read;
        progress.activities_read = progress.activities_read.saturating_add(read);
        progress.segments_done += u32::from(checkpoint.done);
    }
    Ok(progress)
}

async fn checkpoints(tables: &Tables, id: BacktestId) -> Result<Vec<Checkpoint>, Failure> {
    let places = (0..SEGMENTS).map(|segment| keys::checkpoint(id, segment));
    let found = table::get_distinct(tables, places).await?;
    found.into_values().map(table::read).collect()
}

/// Walks one stretch on and orders the next. The last one of all writes the result.
pub async fn walk(
    tables: &(Tables, WholeTables),
    queue: &BacktestQueue,
    book: &Book,
    job: &Job,
    now: Timestamp,
) -> Result<(), Error> {
    walk_at(Pace::default(), tables, queue, book, job, now).await
}

async fn walk_at(
    pace: Pace,
    (tables, whole): &(Tables, WholeTables),
    queue: &BacktestQueue,
    book: &Book,
    job: &Job,
    now: Timestamp,
) -> Result<(), Error> {
    let backtest = match find(tables, &job.rule_id, job.backtest_id).await {
        Err(Error::Rejected(Rejection::BacktestNotFound)) => return Ok(()),
        found => found?,
    };
    if matches!(backtest.state, State::Done { .. }) || job.segment >= SEGMENTS {
        return Ok(());
    }
    let checkpoint = keys::checkpoint(job.backtest_id, job.segment);
    let before: Checkpoint = tables.get(&checkpoint).await?.unwrap_or_default();
    if !before.done {
        let rule = rule(tables, &backtest.order.rule_id, backtest.order.version).await?;
        let trial = Trial::new(rule, book, backtest.from(), backtest.started_at);
        let mut walker = Walker {
            tables,
            whole,
            trial: &trial,
            segment: job.segment,
            pace,
            tally: before.tally,
            classes: BTreeMap::new(),
        };
        let (after, done) = walker.walk(before.after).await?;
        let reached = Checkpoint {
            version: before.version.saturating_add(1),
            after,
            done,
            tally: walker.tally,
        };
        let unchanged = Condition::unchanged("version", before.version);
        let write = Write::put(checkpoint, table::item(&reached)?, unchanged);
        match table::commit(tables, vec![write.or(())]).await {
            Ok(_) if !done => return Ok(send(queue, &backtest, job.segment).await?),
            Ok(_) => {}
            // Whoever walked this stretch may have died before ordering the next: the message has to come again.
            Err(Lost::Refused((), _)) => {
                return Err(Failure::unavailable("another message walked this stretch").into());
            }
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(conclude(tables, backtest, now).await?)
}

/// Writes the result, if every segment was walked to its end.
async fn conclude(tables: &Tables, backtest: Backtest, now: Timestamp) -> Result<(), Failure> {
    let checkpoints = checkpoints(tables, backtest.backtest_id).await?;
    let done = checkpoints.iter().filter(|checkpoint| checkpoint.done);
    if done.count() < usize::try_from(SEGMENTS).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let mut result = Tally::default();
    for checkpoint in checkpoints {
        result.merge(checkpoint.tally)?;
    }
    let place = keys::backtest(&backtest.order.rule_id, backtest.backtest_id);
    let current = keys::current(&backtest.order);
    let running = Condition::Equals("state", text("running"));
    let mine = Condition::Equals("backtest_id", text(backtest.backtest_id));
    let done = Backtest {
        state: State::Done {
            finished_at: now,
            result: Box::new(result),
        },
        ..backtest
    };
    let writes = vec![
        Write::put(place, table::item(&done)?, running).or(()),
        Write::delete(current, mine).or(()),
    ];
    match table::commit(tables, writes).await {
        // Whoever was faster wrote the same.
        Ok(_) | Err(Lost::Refused((), _)) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}

#[cfg(test)]
mod tests;
