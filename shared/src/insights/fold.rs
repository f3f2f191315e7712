//! Folding: new entries become totals of the house's accounts, each entry exactly once.
//!
//! A member's watermark says up to which entry the wallet is folded, and moves in the transaction that moves the totals. What
//! arrives again lies below it. What never arrived is read from the ledger as soon as anything behind it does, so neither
//! duplicates, nor other batch boundaries, nor a batch that was given up can make a total wrong for good.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Sums, keys};
use crate::error::Failure;
use crate::id::MemberId;
use crate::ledger::{self, Account, Entry};
use crate::table::{self, Condition, Key, Lost, Tables, TaggedWrite, Write};
use crate::time::Day;

/// Up to which entry a wallet is folded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Watermark {
    pub seq: u64,
}

/// What moved on one account on one day, as far as the members of one shard go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Total {
    pub account: Account,
    pub day: Day,
    #[serde(flatten)]
    pub sums: Sums,
    /// Counts the changes.
    pub version: u64,
}

/// Members and entries of one transaction: each member writes a watermark, each entry at most one total, and 100 writes are
/// allowed.
const MEMBERS_MAX: usize = 10;
const ENTRIES_MAX: usize = 8;

/// How often a transaction is tried again because a total or a watermark moved.
const ATTEMPTS_MAX: u32 = 20;

/// Folds all entries up to the newest given one of each member.
pub async fn fold(tables: &Tables, entries: &[Entry]) -> Result<(), Failure> {
    let mut newest: BTreeMap<u8, BTreeMap<MemberId, u64>> = BTreeMap::new();
    for Entry { entry_id, .. } in entries {
        let of_shard = newest.entry(keys::shard(entry_id.member)).or_default();
        let seq = of_shard.entry(entry_id.member).or_default();
        *seq = entry_id.seq.max(*seq);
    }
    let arrived = entries
        .iter()
        .map(|entry| ((entry.entry_id.member, entry.seq), entry))
        .collect();
    for (shard, members) in newest {
        let members: Vec<(MemberId, u64)> = members.into_iter().collect();
        for members in members.chunks(MEMBERS_MAX) {
            fold_members(tables, shard, members, &arrived).await?;
        }
    }
    Ok(())
}

type Arrived<'a> = BTreeMap<(MemberId, u64), &'a Entry>;

/// Folds a few members of one shard, a transaction at a time until each has arrived at its newest entry.
async fn fold_members(
    tables: &Tables,
    shard: u8,
    members: &[(MemberId, u64)],
    arrived: &Arrived<'_>,
) -> Result<(), Failure> {
    let mut lost = 0;
    while lost < ATTEMPTS_MAX {
        let seen = watermarks(tables, members.iter().map(|(member, _)| *member)).await?;
        let mut step = Step::new(shard);
        for (member, newest) in members {
            let seq = seen.get(member).map_or(0, |watermark| watermark.seq);
            if seq < *newest {
                step.add(
                    *member,
                    seq,
                    &next(tables, *member, seq, *newest, arrived).await?,
                )?;
            }
        }
        if step.is_empty() {
            return Ok(());
        }
        match table::commit(tables, step.writes(tables).await?).await {
            Ok(_) => lost = 0,
            Err(Lost::Refused((), _)) => {
                lost += 1;
                tables.back_off(lost).await;
            }
            Err(Lost::Failed(failure)) => return Err(failure),
        }
    }
    Err(Failure::unavailable(
        "totals moved during every attempt to fold",
    ))
}

/// Reads the watermarks of members. Who has none is not folded at all.
pub(super) async fn watermarks(
    tables: &Tables,
    members: impl Iterator<Item = MemberId>,
) -> Result<BTreeMap<MemberId, Watermark>, Failure> {
    let members: Vec<MemberId> = members.collect();
    let places = members.iter().copied().map(keys::watermark);
    let found = table::get_distinct(tables, places).await?;
    let seen = |member: MemberId| {
        let item = found.get(&keys::watermark(member))?.clone();
        Some(table::read(item).map(|watermark| (member, watermark)))
    };
    members.into_iter().filter_map(seen).collect()
}

/// The next entries behind `seq`: those that arrived, or, where one is missing, as the ledger has them.
async fn next(
    tables: &Tables,
    member: MemberId,
    seq: u64,
    newest: u64,
    arrived: &Arrived<'_>,
) -> Result<Vec<Entry>, Failure> {
    let wanted = (seq.saturating_add(1)..=newest).take(ENTRIES_MAX);
    let at_hand: Option<Vec<Entry>> = wanted
        .map(|seq| arrived.get(&(member, seq)).map(|entry| (*entry).clone()))
        .collect();
    match at_hand {
        Some(entries) => Ok(entries),
        None => ledger::entries_after(tables, member, seq, ENTRIES_MAX).await,
    }
}

/// What one transaction adds.
struct Step {
    shard: u8,
    watermarks: BTreeMap<MemberId, (u64, u64)>,
    sums: BTreeMap<(Day, Account), Sums>,
}

impl Step {
    fn new(shard: u8) -> Self {
        Self {
            shard,
            watermarks: BTreeMap::new(),
            sums: BTreeMap::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.watermarks.is_empty()
    }

    fn add(&mut self, member: MemberId, seq: u64, entries: &[Entry]) -> Result<(), Failure> {
        let mut after = seq;
        for entry in entries {
            if entry.seq != after.saturating_add(1) {
                return Err(Failure::broken(format!(
                    "entry {} of {member} is missing in the ledger",
                    after.saturating_add(1)
                )));
            }
            after = entry.seq;
            let (account, _) = entry.source.counterpart();
            let sums = self.sums.entry((entry.recorded_at.day(), account));
            sums.or_default().add(account, entry)?;
        }
        if after == seq {
            return Err(Failure::broken(format!(
                "entries of {member} behind number {seq} are missing in the ledger"
            )));
        }
        self.watermarks.insert(member, (seq, after));
        Ok(())
    }

    /// Whatever condition fails, the answer is the same: read again and add again.
    async fn writes(&self, tables: &Tables) -> Result<Vec<TaggedWrite<()>>, Failure> {
        let place = |(day, account): &(Day, Account)| keys::total(self.shard, *day, *account);
        let totals: Vec<Key> = self.sums.keys().map(place).collect();
        let found = tables.get_many(&totals).await?;
        let mut writes = Vec::with_capacity(self.watermarks.len() + totals.len());
        for (member, (before, after)) in &self.watermarks {
            let watermark = table::item(&Watermark { seq: *after })?;
            let unchanged = Condition::unchanged("seq", *before);
            writes.push(Write::put(keys::watermark(*member), watermark, unchanged));
        }
        for ((((day, account), more), key), item) in self.sums.iter().zip(totals).zip(found) {
            let before: Option<Total> = item.map(table::read).transpose()?;
            let version = before.map_or(0, |total| total.version);
            let total = Total {
                account: *account,
                day: *day,
                sums: before.map_or(Ok(*more), |total| total.sums.plus(*more))?,
                version: version.saturating_add(1),
            };
            let unchanged = Condition::unchanged("version", version);
            writes.push(Write::put(key, table::item(&total)?, unchanged));
        }
        Ok(writes.into_iter().map(|write| write.or(())).collect())
    }
}
