//! Whatever arrives how often in which batches: the counts are the sums of what is logged.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::amount::Rjv;
use crate::id::{ActivityId, EntryId};
use crate::ledger::Category;
use crate::rewards::{
    Activity, ActivityKind, Fields, Outcome, Reason, ReportSource, RuleRef, Trace,
};
use crate::table::{Cancelled, Memory, Page, Query, Store};

/// What a record is made of: number, member, day, kind, category, rule, amount.
type Seed = (u128, u8, u8, bool, Option<bool>, Option<u8>, Option<u32>);

fn record((number, member, day, opened, category, rule, amount): Seed) -> Record {
    let member_id = MemberId::new(Uuid::from_u128(member.into()));
    let decided_at = format!("2026-11-{:02}T08:00:00Z", 20 + day)
        .parse()
        .unwrap();
    let activity = Activity {
        activity_id: ActivityId::new(Uuid::from_u128(number)),
        member_id,
        source: ReportSource::App,
        event_id: format!("event-{number}").try_into().unwrap(),
        kind: if opened {
            ActivityKind::AppOpened
        } else {
            ActivityKind::DataUpdated
        },
        fields: Fields::new(),
        evidence: None,
        occurred_at: None,
        reported_at: decided_at,
    };
    let outcome = match amount {
        Some(amount) => Outcome::Awarded {
            entry_id: EntryId {
                member: member_id,
                seq: 1,
            },
            amount: Rjv::whole(amount),
        },
        None => Outcome::Refused(Reason::NotQualified {}),
    };
    let trace = Trace {
        rule: rule.map(|version| RuleRef {
            id: "app-streak".parse().unwrap(),
            version: version.into(),
        }),
        category: category.map(|engaged| {
            if engaged {
                Category::Engagement
            } else {
                Category::Community
            }
        }),
        ..Trace::default()
    };
    Record {
        activity,
        outcome,
        trace,
        decided_at,
    }
}

fn seeds() -> impl Strategy<Value = Vec<Record>> {
    let member = prop_oneof![Just(1_u8), Just(17), Just(33), Just(2), Just(18)];
    let seed = (
        member,
        0..4_u8,
        any::<bool>(),
        any::<Option<bool>>(),
        prop::option::of(1..3_u8),
        prop::option::of(1..100_u32),
    );
    prop::collection::vec(seed, 1..60).prop_map(|seeds| {
        let numbered = (1..).zip(seeds);
        let records = numbered.map(|(number, (a, b, c, d, e, f))| (number, a, b, c, d, e, f));
        records.map(record).collect()
    })
}

fn day(number: u32) -> Day {
    Day::from_ymd_opt(2026, 11, number).unwrap()
}

/// The days of all records.
fn all() -> (Day, Day) {
    (day(20), day(24))
}

fn naive(records: &[Record], by: Grouping) -> BTreeMap<Group, Counts> {
    let mut groups: BTreeMap<Group, Counts> = BTreeMap::new();
    for record in records {
        let group = match by {
            Grouping::Day => Group::Day(record.decided_at.day()),
            Grouping::Category => Group::Category(record.trace.category),
            Grouping::Rule => Group::Rule(record.trace.rule.clone()),
            Grouping::Kind => Group::Kind(record.activity.kind),
        };
        groups
            .entry(group)
            .or_default()
            .add(&record.outcome)
            .unwrap();
    }
    groups
}

fn naive_members(records: &[Record]) -> BTreeMap<Day, u64> {
    let there: std::collections::BTreeSet<(Day, MemberId)> = records
        .iter()
        .map(|record| (record.decided_at.day(), record.activity.member_id))
        .collect();
    let mut days = BTreeMap::new();
    for (day, _) in there {
        *days.entry(day).or_default() += 1;
    }
    days
}

/// A store of which every third answer to a commit gets lost.
struct Lossy {
    memory: Arc<Memory>,
    commits: AtomicUsize,
}

#[async_trait]
impl Store for Lossy {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let done = self.memory.commit(writes).await?;
        if self
            .commits
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(3)
        {
            return Err(Cancelled::Failed(Failure::unavailable("lost")));
        }
        Ok(done)
    }

    async fn back_off(&self, _attempt: u32) {}
}

fn lossy() -> (Arc<Memory>, Tables) {
    let memory = Arc::new(Memory::default());
    let store = Lossy {
        memory: Arc::clone(&memory),
        commits: AtomicUsize::new(0),
    };
    (memory, Tables::new(store))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

/// Delivers a batch until it is taken, as a stream does.
async fn deliver(tables: &Tables, batch: &[Record]) {
    while log(tables, batch).await.is_err() {}
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_how_often_in_which_batches_counts_once(
        records in seeds(),
        order in prop::collection::vec((any::<prop::sample::Index>(), 1..9_usize), 0..30),
    ) {
        let (_, tables) = lossy();
        run(async {
            // Some come early, several times, and next to others; then all of them.
            for (index, length) in order {
                let start = index.index(records.len());
                let mut batch: Vec<Record> =
                    records[start..records.len().min(start + length)].to_vec();
                batch.extend(batch.first().cloned());
                deliver(&tables, &batch).await;
            }
            deliver(&tables, &records).await;
            let (from, until) = all();
            for by in [Grouping::Day, Grouping::Category, Grouping::Rule, Grouping::Kind] {
                let found = totals(&tables, from, until, by).await.unwrap();
                prop_assert_eq!(found, naive(&records, by));
            }
            let found = members(&tables, from, until).await.unwrap();
            prop_assert_eq!(found, naive_members(&records));
            Ok(())
        })?;
    }

    #[test]
    fn days_outside_of_the_question_are_not_counted(records in seeds(), from in 20..25_u32, until in 20..25_u32) {
        let tables = Tables::new(Memory::default());
        run(async {
            log(&tables, &records).await.unwrap();
            let (from, until) = (day(from), day(until));
            let within: Vec<Record> = records
                .into_iter()
                .filter(|record| (from..until).contains(&record.decided_at.day()))
                .collect();
            let found = totals(&tables, from, until, Grouping::Kind).await.unwrap();
            prop_assert_eq!(found, naive(&within, Grouping::Kind));
            let found = members(&tables, from, until).await.unwrap();
            prop_assert_eq!(found, naive_members(&within));
            Ok(())
        })?;
    }

    #[test]
    fn a_member_reads_everything_once_newest_first(records in seeds(), limit in 1..7_usize) {
        let tables = Tables::new(Memory::default());
        run(async {
            log(&tables, &records).await.unwrap();
            let member = MemberId::new(Uuid::from_u128(1));
            let mut mine: Vec<Record> = records;
            mine.retain(|record| record.activity.member_id == member);
            mine.sort_by_key(|record| std::cmp::Reverse((record.decided_at, record.activity.activity_id)));
            let (mut read, mut after) = (Vec::new(), None);
            loop {
                let (page, next) = activities(&tables, member, after, limit).await.unwrap();
                prop_assert!(page.len() <= limit);
                read.extend(page);
                after = next;
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(read, mine);
            Ok(())
        })?;
    }
}

#[test]
fn no_item_is_written_by_everybody() {
    let tables = Arc::new(Memory::default());
    let records: Vec<Record> = (0..64)
        .map(|number| {
            let member = u8::try_from(number).unwrap();
            record((number, member, 0, true, Some(true), Some(1), Some(1)))
        })
        .collect();
    run(async {
        log(&Tables::new(Arc::clone(&tables)), &records)
            .await
            .unwrap();
    });

    let counts = tables.items().into_keys();
    let counts = counts.filter(|key| key.pk.starts_with("rewarded"));
    assert_eq!(counts.count(), usize::from(keys::SHARDS));
}
