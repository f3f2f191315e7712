//! Walking: every wallet, code and activity is looked at, a stretch of a part at a time, and held against what it stands for.
//!
//! Nothing stands still meanwhile. What is seen is compared with what is read after it: an item and its counterpart were
//! written by one transaction, so whoever sees the one finds the other.

use chrono::TimeDelta;

use super::report::Tally;
use super::run::{self, Checkpoint, Job, Part, Run, Walk};
use super::{activities, codes, keys, trial_balance, wallets};
use crate::error::{Error, Failure, Rejection};
use crate::messaging::ReconciliationQueue;
use crate::table::{self, Condition, Key, Lost, Scan, Stretch, Tables, WholeTables, Write};
use crate::time::Timestamp;

/// What one part of a walk is about, and what was seen so far.
pub(super) struct Walker<'a> {
    pub tables: &'a Tables,
    pub whole: &'a WholeTables,
    pub run: &'a Run,
    pub tally: Tally,
}

/// Reads of one stretch, and items of one read. A stretch takes seconds: less than a function's time, and little is lost when
/// it is cut short.
const READS_MAX: usize = 10;
const READ_MAX: usize = 1000;

/// Sales are compared up to this long before the run began, so that no purchase under way is seen on one side only.
const SALES_SETTLE_AFTER: TimeDelta = TimeDelta::minutes(5);

/// Walks one stretch on and orders the next. Answers the run if this was the last stretch of all, or if it was before.
pub async fn walk(
    tables: &Tables,
    whole: &WholeTables,
    queue: &ReconciliationQueue,
    job: Job,
    now: Timestamp,
) -> Result<Option<Run>, Error> {
    let run = match run::find(tables, job.run_id).await {
        Err(Error::Rejected(Rejection::ReconciliationNotFound)) => return Ok(None),
        found => found?,
    };
    if run.counts().is_some() {
        return Ok(Some(run));
    }
    let place = keys::checkpoint(run.run_id, job.part);
    let before: Checkpoint = tables.get(&place).await?.unwrap_or_default();
    if !before.done {
        let walker = Walker {
            tables,
            whole,
            run: &run,
            tally: before.tally,
        };
        let before = (before.version, before.after);
        let after = stretch(walker, job.part, before, &place).await?;
        if !after.done {
            run::send(queue, run.run_id, job.part).await?;
            return Ok(None);
        }
    }
    Ok(conclude(tables, &run, now).await?)
}

/// Walks one stretch from the checkpoint of this version and place, and writes how far that is.
async fn stretch(
    mut walker: Walker<'_>,
    part: Part,
    (version, after): (u64, Option<Key>),
    place: &Key,
) -> Result<Checkpoint, Failure> {
    let unchanged = Condition::unchanged("version", version);
    let (after, done) = match part.walk {
        Walk::Wallets => wallets::walk(&mut walker, part, after).await?,
        Walk::Codes => codes::walk(&mut walker, part, after).await?,
        Walk::Activities => activities::walk(&mut walker, part, after).await?,
    };
    let checkpoint = Checkpoint {
        version: version.saturating_add(1),
        after,
        done,
        tally: walker.tally,
    };
    let write = Write::put(place.clone(), table::item(&checkpoint)?, unchanged);
    match table::commit(walker.tables, vec![write.or(())]).await {
        Ok(_) => Ok(checkpoint),
        // Whoever walked it may have died before ordering the next stretch: the message has to come again.
        Err(Lost::Refused((), _)) => {
            Err(Failure::unavailable("another message walked this stretch"))
        }
        Err(Lost::Failed(failure)) => Err(failure),
    }
}

/// Writes the report, if every part was walked to its end.
async fn conclude(tables: &Tables, run: &Run, now: Timestamp) -> Result<Option<Run>, Failure> {
    let checkpoints = run::checkpoints(tables, run.run_id).await?;
    let done = |part: Part| {
        checkpoints
            .iter()
            .any(|(there, checkpoint)| *there == part && checkpoint.done)
    };
    if !Part::all().all(done) {
        return Ok(None);
    }
    let mut all = Tally::default();
    for (_, checkpoint) in checkpoints {
        all.merge(checkpoint.tally)?;
    }
    let folded = trial_balance::closed(tables, run.closed_before).await?;
    let report = all.report(&folded)?;
    Ok(Some(run::finish(tables, run, &report, now).await?))
}

impl Walker<'_> {
    /// Whether a sale at this instant is compared.
    pub fn is_settled(&self, sold_at: Timestamp) -> bool {
        sold_at < self.run.started_at.plus(-SALES_SETTLE_AFTER)
    }

    /// Whether the day of this instant is closed.
    pub fn is_closed(&self, recorded_at: Timestamp) -> bool {
        recorded_at.day() < self.run.closed_before
    }
}

/// Reads on in a part of a table.
pub(super) async fn read(
    whole: &WholeTables,
    part: Part,
    after: Option<Key>,
) -> Result<Stretch, Failure> {
    let scan = Scan {
        table: keys::walked(part.walk),
        segment: part.segment,
        segments: part.walk.segments(),
        after,
        limit: READ_MAX,
    };
    whole.scan(&scan).await
}

/// The reads of one stretch.
pub(super) fn reads() -> std::ops::Range<usize> {
    0..READS_MAX
}
