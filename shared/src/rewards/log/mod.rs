//! The log: every decided activity once, newest first for its member, and counted in the totals of its day.
//!
//! An activity's item in the log is created by the transaction that counts it. So what arrives again, in another batch, after an
//! answer that got lost, or next to something new, is found to be there and counts nothing.

mod keys;
mod totals;

use std::collections::BTreeMap;

use self::totals::{Count, Members, Sort};
pub use self::totals::{Counts, Group, Grouping, members, totals};
use super::Record;
use crate::error::Failure;
use crate::id::MemberId;
use crate::table::{self, Condition, Item, Key, Tables, Write};
use crate::time::Day;

/// Activities of one transaction. Each is logged, counted, and may be the first of its member and of all on its day: four
/// writes, of which 100 are allowed, and four reads of as many.
const RECORDS_MAX: usize = 20;

/// How often a transaction is tried again because a count moved.
const ATTEMPTS_MAX: u32 = 20;

type Found = BTreeMap<Key, Item>;

/// Logs and counts those of the records that were not before.
pub async fn log(tables: &Tables, records: &[Record]) -> Result<(), Failure> {
    let mut of_shards: BTreeMap<u8, BTreeMap<Key, &Record>> = BTreeMap::new();
    for record in records {
        let of_shard = of_shards.entry(keys::shard(record.activity.member_id));
        of_shard.or_default().insert(keys::logged(record), record);
    }
    for (shard, records) in of_shards {
        let records: Vec<(Key, &Record)> = records.into_iter().collect();
        for records in records.chunks(RECORDS_MAX) {
            log_few(tables, shard, records).await?;
        }
    }
    Ok(())
}

/// Reads what became of a member's activities, newest first, behind the place `after`; and the place to go on from, if there
/// may be more.
pub async fn activities(
    tables: &Tables,
    member: MemberId,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<Record>, Option<String>), Failure> {
    tables.page(&keys::log(member, after, limit)).await
}

/// Logs a few records of one shard in one transaction.
async fn log_few(tables: &Tables, shard: u8, records: &[(Key, &Record)]) -> Result<(), Failure> {
    for attempt in 1..=ATTEMPTS_MAX {
        let places = records.iter().flat_map(|(key, record)| {
            let day = record.decided_at.day();
            [
                key.clone(),
                keys::present(record.activity.member_id, day),
                keys::members(shard, day),
                keys::count(shard, &Sort::of(record)),
            ]
        });
        let found = table::get_distinct(tables, places).await?;
        let mut step = Step::new(shard, &found);
        for (key, record) in records {
            if !found.contains_key(key) {
                step.add(key, record)?;
            }
        }
        if step.writes.is_empty() {
            return Ok(());
        }
        if table::commit_unless_moved(tables, step.finish()?, attempt).await? {
            return Ok(());
        }
    }
    Err(Failure::unavailable(
        "counts moved during every attempt to log activities",
    ))
}

/// What one transaction adds to what was found.
struct Step<'a> {
    shard: u8,
    found: &'a Found,
    writes: Vec<Write>,
    counts: BTreeMap<Key, (Sort, Counts)>,
    present: BTreeMap<Key, Day>,
}

impl<'a> Step<'a> {
    fn new(shard: u8, found: &'a Found) -> Self {
        Self {
            shard,
            found,
            writes: Vec::new(),
            counts: BTreeMap::new(),
            present: BTreeMap::new(),
        }
    }

    fn add(&mut self, key: &Key, record: &Record) -> Result<(), Failure> {
        let (sort, day) = (Sort::of(record), record.decided_at.day());
        self.writes
            .push(Write::create(key.clone(), table::item(record)?));
        let (_, counts) = self
            .counts
            .entry(keys::count(self.shard, &sort))
            .or_insert_with(|| (sort, Counts::default()));
        counts.add(&record.outcome)?;
        let present = keys::present(record.activity.member_id, day);
        if !self.found.contains_key(&present) {
            self.present.insert(present, day);
        }
        Ok(())
    }

    /// Whatever condition fails, the answer is the same: read again and add again.
    fn finish(self) -> Result<Vec<Write>, Failure> {
        let mut writes = self.writes;
        for (key, (sort, more)) in self.counts {
            let before: Option<Count> = read(self.found, &key)?;
            let version = before.as_ref().map_or(0, |count| count.version);
            let mut counts = before.map(|count| count.counts).unwrap_or_default();
            counts.merge(&more)?;
            let count = Count {
                sort,
                counts,
                version: version.saturating_add(1),
            };
            let unchanged = Condition::unchanged("version", version);
            writes.push(Write::put(key, table::item(&count)?, unchanged));
        }
        let mut days: BTreeMap<Day, u64> = BTreeMap::new();
        for (key, day) in self.present {
            let more = days.entry(day).or_default();
            *more = more.saturating_add(1);
            writes.push(Write::create(key, Item::default()));
        }
        for (day, more) in days {
            let key = keys::members(self.shard, day);
            let before: Option<Members> = read(self.found, &key)?;
            let before = before.map_or(0, |there| there.members);
            let members = Members {
                day,
                members: before.saturating_add(more),
            };
            let unchanged = Condition::unchanged("members", before);
            writes.push(Write::put(key, table::item(&members)?, unchanged));
        }
        Ok(writes)
    }
}

fn read<T: serde::de::DeserializeOwned>(found: &Found, key: &Key) -> Result<Option<T>, Failure> {
    found.get(key).cloned().map(table::read).transpose()
}

#[cfg(test)]
mod tests;
