//! Awarding: activities of one member become entries, each at most once, in one transaction.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{Activity, ActivityKind, Outcome, Record, Rule, RuleBook, keys};
use crate::amount::Rjv;
use crate::error::{Error, Failure};
use crate::id::{ActivityId, MemberId};
use crate::ledger::{self, Entry, Order, Source, Wallet};
use crate::table::{self, Condition, Key, Lost, Tables, TaggedWrite, Write, text};
use crate::time::Timestamp;

/// What a member earned by one kind of activity on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Limit {
    awarded: Rjv,
    /// When the table may forget it, in seconds since 1970.
    ttl: i64,
}

type Day = (ActivityKind, NaiveDate);

/// A day's limit is kept until no activity of that day can arrive any more, however long queues held it back: each keeps a
/// message for two weeks at most, but an operator may send dead letters back to their queue again and again.
const LIMIT_KEPT: TimeDelta = TimeDelta::days(400);

/// How often an award is tried again because the wallet, a limit or a record moved.
const ATTEMPTS_MAX: u32 = 12;

/// The most activities of one transaction. Each writes a record, an entry and perhaps a limit, and 100 writes are allowed.
const FOLDED_MAX: usize = 30;

/// Awards the activities of one member that were not awarded before, in the order given.
/// Those that arrive together share the wallet's one write.
pub async fn award(
    tables: &Tables,
    rules: &RuleBook,
    activities: &[Activity],
    now: Timestamp,
) -> Result<(), Failure> {
    for activities in activities.chunks(FOLDED_MAX) {
        award_folded(tables, rules, activities, now).await?;
    }
    Ok(())
}

async fn award_folded(
    tables: &Tables,
    rules: &RuleBook,
    activities: &[Activity],
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(member) = activities.first().map(|activity| activity.member_id) else {
        return Ok(());
    };
    let wallet_key = ledger::wallet_key(member);
    let records: Vec<Key> = activities
        .iter()
        .map(|activity| keys::activity(member, activity.activity_id))
        .collect();
    let days: Vec<Day> = distinct(
        activities
            .iter()
            .map(|activity| (activity.kind.clone(), activity.occurred().day())),
    );
    let limits = days
        .iter()
        .map(|(kind, day)| keys::limit(member, kind, *day));
    let keys: Vec<Key> = distinct(
        [wallet_key]
            .into_iter()
            .chain(limits)
            .chain(records.iter().cloned()),
    );

    for attempt in 1..=ATTEMPTS_MAX {
        let mut found: BTreeMap<&Key, _> = keys.iter().zip(tables.get_many(&keys).await?).collect();
        let mut take = |key: &Key| found.get_mut(key).and_then(Option::take);
        let before = ledger::wallet_from(member, take(&ledger::wallet_key(member)))?;
        let mut limits = BTreeMap::new();
        for day in &days {
            if let Some(item) = take(&keys::limit(member, &day.0, day.1)) {
                limits.insert(day.clone(), table::read(item)?);
            }
        }
        let mut fold = Fold::new(&before, &limits);
        for (activity, record) in activities.iter().zip(&records) {
            if !matches!(found.get(record), Some(Some(_))) {
                fold.add(rules.get(&activity.kind), activity, now)?;
            }
        }
        match table::commit(tables, fold.writes(member)?).await {
            Ok(_) => return Ok(()),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure),
        }
    }
    Err(Failure::unavailable(
        "the wallet moved during every attempt to award",
    ))
}

/// Reads what became of an activity.
pub async fn record(
    tables: &Tables,
    member: MemberId,
    id: ActivityId,
) -> Result<Option<Record>, Failure> {
    tables.get(&keys::activity(member, id)).await
}

/// Where the record of an activity stands.
pub fn record_key(member: MemberId, id: ActivityId) -> Key {
    keys::activity(member, id)
}

/// Whether an item of a member with this sort key is the record of an activity.
pub fn is_record(sk: &str) -> bool {
    keys::is_activity(sk)
}

fn distinct<T: Ord + Clone>(things: impl Iterator<Item = T>) -> Vec<T> {
    things
        .collect::<std::collections::BTreeSet<T>>()
        .into_iter()
        .collect()
}

/// Awards that are decided but not yet written.
struct Fold<'a> {
    before: &'a Wallet,
    wallet: Wallet,
    entries: Vec<Entry>,
    records: BTreeMap<ActivityId, Record>,
    limits: &'a BTreeMap<Day, Limit>,
    /// What each day comes to, where this fold changes it.
    awarded: BTreeMap<Day, Rjv>,
}

impl<'a> Fold<'a> {
    fn new(before: &'a Wallet, limits: &'a BTreeMap<Day, Limit>) -> Self {
        Self {
            before,
            wallet: before.clone(),
            entries: Vec::new(),
            records: BTreeMap::new(),
            limits,
            awarded: BTreeMap::new(),
        }
    }

    /// Decides what `activity` earns. An activity that stands twice in one call counts once.
    fn add(
        &mut self,
        rule: Option<&Rule>,
        activity: &Activity,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if self.records.contains_key(&activity.activity_id) {
            return Ok(());
        }
        let outcome = match rule {
            None => Outcome::NoRule {},
            Some(rule) => self.earn(rule, activity, now)?,
        };
        let record = Record {
            activity: activity.clone(),
            outcome,
            decided_at: now,
        };
        self.records.insert(activity.activity_id, record);
        Ok(())
    }

    fn earn(
        &mut self,
        rule: &Rule,
        activity: &Activity,
        now: Timestamp,
    ) -> Result<Outcome, Failure> {
        let day = (rule.kind.clone(), activity.occurred().day());
        let so_far = self
            .awarded
            .get(&day)
            .copied()
            .or_else(|| Some(self.limits.get(&day)?.awarded))
            .unwrap_or_default();
        let Some(awarded) = so_far
            .checked_add(rule.amount)
            .filter(|awarded| *awarded <= rule.daily_cap)
        else {
            return Ok(Outcome::DailyCapReached {
                daily_cap: rule.daily_cap,
            });
        };
        let source = Source::Award {
            activity_id: activity.activity_id,
            activity_kind: rule.kind.to_string(),
            category: rule.category,
            occurred_at: activity.occurred(),
            rule_version: rule.version,
        };
        let order = Order::Credit {
            amount: rule.amount,
            expiry: rule.expiry(now),
            source,
        };
        let (entries, wallet) = self
            .wallet
            .decide(order, now)
            .map_err(|error| match error {
                Error::Failed(failure) => failure,
                Error::Rejected(rejection) => {
                    Failure::broken("a credit was refused").because(rejection)
                }
            })?;
        let entry_id = entries
            .last()
            .map(|entry| entry.entry_id)
            .ok_or_else(|| Failure::broken("an award without an entry"))?;
        self.entries.extend(entries);
        self.wallet = wallet;
        self.awarded.insert(day, awarded);
        Ok(Outcome::Awarded {
            entry_id,
            amount: rule.amount,
        })
    }

    /// Whatever condition fails, the answer is the same: read again and decide again.
    fn writes(&self, member: MemberId) -> Result<Vec<TaggedWrite<()>>, Failure> {
        let mut writes = Vec::new();
        for (id, record) in &self.records {
            writes.push(Write::create(
                keys::activity(member, *id),
                table::item(record)?,
            ));
        }
        for (day, awarded) in &self.awarded {
            let seen = self.limits.get(day).map(|limit| limit.awarded);
            let unchanged = seen.map_or(Condition::Absent, |seen| {
                Condition::Equals("awarded", text(seen))
            });
            let kept_until =
                Timestamp::new(day.1.and_time(chrono::NaiveTime::MIN).and_utc()).plus(LIMIT_KEPT);
            let limit = Limit {
                awarded: *awarded,
                ttl: kept_until.epoch_seconds(),
            };
            writes.push(Write::put(
                keys::limit(member, &day.0, day.1),
                table::item(&limit)?,
                unchanged,
            ));
        }
        if !self.entries.is_empty() {
            let (wallet, entries) = ledger::writes(self.before, &self.wallet, &self.entries)?;
            writes.push(wallet);
            writes.extend(entries);
        }
        Ok(writes.into_iter().map(|write| write.or(())).collect())
    }
}
