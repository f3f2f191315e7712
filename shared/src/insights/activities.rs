//! The walk over activities: each that was recorded as awarded has its award.

use super::report::{Correction, Drift};
use super::run::Part;
use super::walk::{Walker, read, reads};
use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::EntryId;
use crate::ledger::{self, Entry, Side, Source};
use crate::rewards::{self, Activity, Outcome, Record};
use crate::table::{self, Key};

/// An activity that was recorded as awarded.
struct Awarded {
    activity: Activity,
    entry_id: EntryId,
    amount: Rjv,
}

/// Walks one stretch: answers where it ended, and whether that is the end.
pub(super) async fn walk(
    walker: &mut Walker<'_>,
    part: Part,
    mut after: Option<Key>,
) -> Result<(Option<Key>, bool), Failure> {
    for _ in reads() {
        let stretch = read(walker.whole, part, after).await?;
        let mut awarded = Vec::new();
        for (key, item) in stretch.items {
            if !rewards::is_record(&key.sk) {
                continue;
            }
            let Ok(Record {
                activity, outcome, ..
            }) = table::read(item)
            else {
                walker.tally.unreadable(&key);
                continue;
            };
            walker.tally.counts.activities += 1;
            if let Outcome::Awarded { entry_id, amount } = outcome {
                awarded.push(Awarded {
                    activity,
                    entry_id,
                    amount,
                });
            }
        }
        for awarded in awarded.chunks(table::KEYS_MAX) {
            check(walker, awarded).await?;
        }
        after = stretch.next;
        if after.is_none() {
            return Ok((None, true));
        }
    }
    Ok((after, false))
}

async fn check(walker: &mut Walker<'_>, awarded: &[Awarded]) -> Result<(), Failure> {
    let entries = awarded
        .iter()
        .map(|awarded| ledger::entry_key(awarded.entry_id));
    let found = table::get_distinct(walker.tables, entries).await?;
    for Awarded {
        activity,
        entry_id,
        amount,
    } in awarded
    {
        let item = found.get(&ledger::entry_key(*entry_id));
        let entry: Option<Entry> = item.and_then(|item| table::read(item.clone()).ok());
        let is_right = entry.is_some_and(|entry| {
            matches!(entry.source, Source::Award { activity_id, .. } if activity_id == activity.activity_id)
                && entry.amount() == *amount
        });
        if !is_right {
            let drift = Drift::AwardMissing {
                member_id: activity.member_id,
                activity_id: activity.activity_id,
                entry_id: *entry_id,
            };
            let credit = Correction::Adjustment {
                member_id: activity.member_id,
                side: Side::Credit,
                amount: *amount,
                corrects: None,
            };
            walker.tally.find(drift, Some(credit));
        }
    }
    Ok(())
}
