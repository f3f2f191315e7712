//! Awarding: activities of one member become entries, each at most once, in one transaction.

use std::collections::BTreeMap;

use self::reading::{Found, Reading};
use super::budget::Shard;
use super::decide::{Decision, Purse, ReadAll, Situation, decide};
use super::standing::{Scope, Standing};
use super::terms::Rule;
use super::{Activity, Book, Outcome, Record, keys};
use crate::amount::Rjv;
use crate::error::{Error, Failure};
use crate::id::{ActivityId, EntryId, MemberId};
use crate::ledger::{self, Entry, Order, Source, Wallet};
use crate::table::{self, Condition, Key, Tables, Write, text};
use crate::time::Timestamp;

mod reading;

/// How often an award is tried again because the wallet, a standing, a budget or a record moved.
const ATTEMPTS_MAX: u32 = 20;

/// The most activities of one transaction, and the most writes that a transaction takes.
const FOLDED_MAX: usize = 10;
const WRITES_MAX: usize = 100;

/// Awards the activities of one member that were not decided before, in the order in which they happened.
/// Those that arrive together share the wallet's one write.
pub async fn award(
    tables: &Tables,
    book: &Book,
    activities: &[Activity],
    now: Timestamp,
) -> Result<(), Failure> {
    let mut activities: Vec<&Activity> = activities.iter().collect();
    activities.sort_by_key(|activity| (activity.occurred(), activity.activity_id));
    activities.dedup_by_key(|activity| activity.activity_id);
    let mut left = activities.as_slice();
    while !left.is_empty() {
        let (now_done, later) = left.split_at(left.len().min(FOLDED_MAX));
        let done = award_folded(tables, book, now_done, now).await?;
        left = left.get(done..).unwrap_or(later);
    }
    Ok(())
}

/// Awards as many of these as one transaction takes, from the first on, and answers how many that were.
async fn award_folded(
    tables: &Tables,
    book: &Book,
    activities: &[&Activity],
    now: Timestamp,
) -> Result<usize, Failure> {
    let Some(member) = activities.first().map(|activity| activity.member_id) else {
        return Ok(0);
    };
    let mut reading = Reading::of(book, activities, member, now);
    let mut attempt = 1;
    while attempt <= ATTEMPTS_MAX {
        let found = reading.read(tables, book).await?;
        let mut fold = Fold::new(book, member, found, now);
        let mut done = 0;
        let mut needed = None;
        for activity in activities {
            match fold.add(activity)? {
                Added::Fits => done += 1,
                Added::NextTime => break,
                Added::Needs(ReadAll(purse)) => {
                    needed = Some(purse);
                    break;
                }
            }
        }
        if let Some(purse) = needed {
            reading.read_all_of(book, &purse, now);
            attempt += 1;
            continue;
        }
        if table::commit_unless_moved(tables, fold.writes()?, attempt).await? {
            return Ok(done);
        }
        attempt += 1;
    }
    Err(Failure::unavailable(
        "something moved during every attempt to award",
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

/// Whether an item of a member with this sort key is the member's profile.
pub(super) fn is_profile(sk: &str) -> bool {
    keys::is_profile(sk)
}

/// Whether an item of a member with this sort key is the record of an activity.
pub fn is_record(sk: &str) -> bool {
    keys::is_activity(sk)
}

/// Whether an activity is part of a transaction.
enum Added {
    Fits,
    NextTime,
    Needs(ReadAll),
}

/// Awards that are decided but not yet written.
struct Fold<'a> {
    book: &'a Book,
    member: MemberId,
    now: Timestamp,
    found: Found,
    /// What is known, decision after decision.
    situation: Situation,
    wallet: Wallet,
    entries: Vec<Entry>,
    records: Vec<Record>,
    standings: BTreeMap<Scope, Standing>,
    shards: BTreeMap<(Purse, u8), Shard>,
}

impl<'a> Fold<'a> {
    fn new(book: &'a Book, member: MemberId, found: Found, now: Timestamp) -> Self {
        Self {
            book,
            member,
            now,
            situation: found.situation.clone(),
            wallet: found.wallet.clone(),
            found,
            entries: Vec::new(),
            records: Vec::new(),
            standings: BTreeMap::new(),
            shards: BTreeMap::new(),
        }
    }

    /// Decides what `activity` earns, if that was not decided before.
    fn add(&mut self, activity: &Activity) -> Result<Added, Failure> {
        if self.found.known.contains(&activity.activity_id) {
            return Ok(Added::Fits);
        }
        let partner = activity.source.partner();
        let partner = partner.and_then(|partner| self.found.partners.get(&partner));
        self.situation.partner_class = partner.map(|partner| partner.class);
        let decision = match decide(self.book, activity, &self.situation, self.now) {
            Ok(decision) => decision,
            Err(needed) => return Ok(Added::Needs(needed)),
        };
        if self.writes_with(&decision) > WRITES_MAX && !self.records.is_empty() {
            return Ok(Added::NextTime);
        }
        self.situation.follow(&decision);
        let Decision {
            outcome,
            trace,
            changes,
        } = decision;
        self.standings.extend(changes.standings);
        self.shards.extend(changes.shards);
        let outcome = match outcome {
            Err(reason) => Outcome::Refused(reason),
            Ok(amount) => {
                let rule = trace
                    .rule
                    .as_ref()
                    .and_then(|rule| self.book.rule(&rule.id));
                let rule = rule.ok_or_else(|| Failure::broken("an award without a rule"))?;
                let entry_id = self.credit(rule, activity, amount)?;
                Outcome::Awarded { entry_id, amount }
            }
        };
        self.records.push(Record {
            activity: activity.clone(),
            outcome,
            trace,
            decided_at: self.now,
        });
        Ok(Added::Fits)
    }

    /// The most writes that the transaction would have with this decision: a credit may let lots expire in front of it.
    fn writes_with(&self, decision: &Decision) -> usize {
        let more = |scope: &&Scope| !self.standings.contains_key(scope);
        let standings = decision.changes.standings.keys().filter(more).count();
        let shards = decision.changes.shards.len();
        let so_far =
            self.records.len() + self.entries.len() + self.standings.len() + self.shards.len();
        so_far + standings + shards + 4
    }

    fn credit(
        &mut self,
        rule: &Rule,
        activity: &Activity,
        amount: Rjv,
    ) -> Result<EntryId, Failure> {
        let source = Source::Award {
            activity_id: activity.activity_id,
            activity_kind: activity.kind.to_string(),
            category: rule.terms.category,
            occurred_at: activity.occurred(),
            rule_id: rule.rule_id.clone(),
            rule_version: rule.version,
        };
        let order = Order::Credit {
            amount,
            expiry: rule.terms.expiry(self.now),
            source,
        };
        let decided = self.wallet.decide(order, self.now);
        let (entries, wallet) = decided.map_err(|error| match error {
            Error::Failed(failure) => failure,
            Error::Rejected(rejection) => {
                Failure::broken("a credit was refused").because(rejection)
            }
        })?;
        let last = entries.last().map(|entry| entry.entry_id);
        self.entries.extend(entries);
        self.wallet = wallet;
        last.ok_or_else(|| Failure::broken("an award without an entry"))
    }

    /// Whatever condition fails, the answer is the same: read again and decide again.
    fn writes(&self) -> Result<Vec<Write>, Failure> {
        let mut writes = Vec::new();
        for record in &self.records {
            let place = keys::activity(self.member, record.activity.activity_id);
            writes.push(Write::create(place, table::item(record)?));
        }
        for (scope, standing) in &self.standings {
            let before = self.found.situation.standings.get(scope);
            let version = before.map_or(0, |before| before.version);
            let after = Standing {
                version: version.saturating_add(1),
                ..standing.clone()
            };
            let unchanged = Condition::unchanged("version", version);
            let place = keys::standing(self.member, scope);
            writes.push(Write::put(place, table::item(&after)?, unchanged));
        }
        for (of, shard) in &self.shards {
            let place = self.found.places.get(of);
            let place = place.ok_or_else(|| Failure::broken("a budget nobody read"))?;
            let unchanged = match self.found.drawn.get(of) {
                None => Condition::Absent,
                Some(before) => Condition::Equals("drawn", text(before.drawn)),
            };
            writes.push(Write::put(place.clone(), table::item(shard)?, unchanged));
        }
        if !self.entries.is_empty() {
            let (wallet, entries) =
                ledger::writes(&self.found.wallet, &self.wallet, &self.entries)?;
            writes.push(wallet);
            writes.extend(entries);
        }
        Ok(writes)
    }
}
