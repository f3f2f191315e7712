//! The books: an independent account of everything that was written, against which every step is checked.
//!
//! [`Books::post`] looks only at what one commit touched, so that it can be called after each; [`Books::audit`] reads
//! everything again, and folds every wallet from its first entry.

mod audit;
mod rewards;
mod sales;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::codes::Code;
use shared::id::{ActivityId, CodeId, EntryId, MemberId, QuoteId};
use shared::ledger::{self, Account, Entry, Hash, Side, Source, Wallet};
use shared::rewards::budget::Shard;
use shared::rewards::{Outcome, Record};
use shared::table::{self, Action, Item, Key, Memory, Table, Write};

use self::rewards::Rewards;
use crate::house::start;

/// Everything that was written, read back into values.
#[derive(Default)]
pub struct Books {
    accounts: BTreeMap<MemberId, History>,
    codes: BTreeMap<CodeId, Code>,
    records: BTreeMap<ActivityId, Record>,
    rewards: Rewards,
    bought: BTreeMap<QuoteId, (Duration, EntryId)>,
    redeemed: BTreeMap<CodeId, Duration>,
    deeds: Intentions<ActivityId>,
    orders: Intentions<QuoteId>,
}

/// A wallet's past.
#[derive(Default)]
struct History {
    entries: Vec<Entry>,
    /// What the wallet was, and since when.
    versions: Vec<(Duration, Wallet)>,
}

/// What clients mean by the names they send, and which of their intentions were carried out.
struct Intentions<Id> {
    meant: BTreeMap<Id, usize>,
    done: BTreeSet<usize>,
}

impl<Id> Default for Intentions<Id> {
    fn default() -> Self {
        Self {
            meant: BTreeMap::new(),
            done: BTreeSet::new(),
        }
    }
}

impl<Id: Ord> Intentions<Id> {
    /// Whether carrying out `id` is the first time that what it means is carried out.
    fn first(&mut self, id: &Id) -> bool {
        let meant = self.meant.get(id);
        meant.is_none_or(|intention| self.done.insert(*intention))
    }
}

/// What one commit wrote.
#[derive(Default)]
struct Written {
    wallets: BTreeMap<MemberId, Wallet>,
    entries: Vec<Entry>,
    codes: Vec<Code>,
    rewards: rewards::Written,
}

/// What is wrong, in a sentence.
pub type Verdict = Result<(), String>;

/// Nothing, if this holds; else the sentence.
fn ensure(holds: bool, sentence: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(sentence()) }
}

fn parse<T: serde::de::DeserializeOwned>(item: Item, what: &str) -> Result<T, String> {
    table::read(item).map_err(|failure| format!("{what} cannot be read: {}", failure.chain()))
}

impl Books {
    /// Takes note of a commit that `memory` carried out at `now`, and says what is wrong with it.
    pub fn post(&mut self, writes: &[Write], memory: &Memory, now: Duration) -> Verdict {
        let mut written = self.sort(writes, memory)?;
        written.entries.sort_by_key(|entry| entry.entry_id);
        for entry in &written.entries {
            self.post_entry(entry, now)?;
        }
        for (member, wallet) in &written.wallets {
            let fold = self.wallet(*member);
            ensure(fold == Some(wallet), || {
                format!(
                    "the wallet of {member} is not the fold of its entries: {wallet:?} instead of {fold:?}"
                )
            })?;
        }
        for entry in &written.entries {
            let member = entry.entry_id.member;
            ensure(written.wallets.contains_key(&member), || {
                format!("{} was written without its wallet", entry.entry_id)
            })?;
        }
        self.post_codes(&written, now)?;
        self.post_awards(&written, now)
    }

    /// Reads back what was written.
    fn sort(&mut self, writes: &[Write], memory: &Memory) -> Result<Written, String> {
        let mut written = Written::default();
        for Write { key, action, .. } in writes {
            let Some(item) = memory.item(key) else {
                let is_brief = matches!(key.table, Table::Partners | Table::Insights);
                ensure(is_brief, || format!("{}/{} was deleted", key.pk, key.sk))?;
                continue;
            };
            match (key.table, key.sk.as_str()) {
                (Table::Ledger, sk) if ledger::is_entry(sk) => {
                    written.entries.push(parse(item, "an entry")?);
                }
                (Table::Ledger, _) => {
                    let wallet: Wallet = parse(item, "a wallet")?;
                    written.wallets.insert(wallet.member_id, wallet);
                }
                (Table::Codes, _) => {
                    let code: Code = parse(item, "a code")?;
                    ensure(
                        matches!(action, Action::Set(_)) || !self.codes.contains_key(&code.code_id),
                        || format!("{} was written over", code.code_id),
                    )?;
                    written.codes.push(code);
                }
                (Table::Members | Table::Catalog, _) => {
                    sort_rewards(&mut written.rewards, key, item)?;
                }
                (Table::Partners | Table::Insights, _) => {}
            }
        }
        Ok(written)
    }

    /// An entry must be the right next one of its wallet. What [`Wallet::apply`] promises is checked beside it.
    fn post_entry(&mut self, entry: &Entry, now: Duration) -> Verdict {
        let (id, member) = (entry.entry_id, entry.entry_id.member);
        let history = self.accounts.entry(member).or_default();
        let count = u64::try_from(history.entries.len()).unwrap_or(u64::MAX);
        ensure(entry.seq > count, || format!("{id} was written over"))?;
        ensure(entry.seq == count + 1 && id.seq == entry.seq, || {
            format!("{id} does not follow entry {count}")
        })?;
        let before = history
            .versions
            .last()
            .map_or_else(|| Wallet::empty(member), |(_, wallet)| wallet.clone());
        let hash = history.entries.last().map(|entry| entry.hash);
        ensure(
            entry.previous_hash == hash.unwrap_or_else(|| Hash::first(member)),
            || format!("{id} breaks the chain"),
        )?;
        balanced(entry, &before)?;
        let after = before
            .apply(entry)
            .map_err(|drift| format!("{id} is wrong: {drift}"))?;
        history.versions.push((now, after));
        history.entries.push(entry.clone());
        Ok(())
    }

    /// A member's wallet, as the fold of its entries.
    pub fn wallet(&self, member: MemberId) -> Option<&Wallet> {
        let history = self.accounts.get(&member)?;
        history.versions.last().map(|(_, wallet)| wallet)
    }

    /// What a member's wallet was at some instant of that time, oldest first.
    pub fn wallets(&self, member: MemberId, from: Duration, to: Duration) -> Vec<Wallet> {
        let mut found = Vec::new();
        let history = self.accounts.get(&member);
        let versions = history.map_or(&[] as &[_], |history| &history.versions);
        let empty = Wallet::empty(member);
        let begins = std::iter::once((Duration::ZERO, &empty))
            .chain(versions.iter().map(|(since, wallet)| (*since, wallet)));
        let ends = versions.iter().map(|(since, _)| *since);
        for ((since, wallet), until) in begins.zip(ends.chain([Duration::MAX])) {
            if since <= to && until >= from {
                found.push(wallet.clone());
            }
        }
        found
    }

    /// A member's entries, oldest first.
    pub fn entries(&self, member: MemberId) -> &[Entry] {
        let history = self.accounts.get(&member);
        history.map_or(&[], |history| &history.entries)
    }

    /// A code that was sold.
    pub fn code(&self, id: CodeId) -> Option<&Code> {
        self.codes.get(&id)
    }

    /// Every code that was sold.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.codes.values()
    }

    /// What became of an activity.
    pub fn record(&self, id: ActivityId) -> Option<&Record> {
        self.records.get(&id)
    }

    /// What became of activities, by name.
    pub fn outcomes(&self) -> BTreeMap<&'static str, u64> {
        let mut outcomes = BTreeMap::new();
        for record in self.records.values() {
            *outcomes.entry(rewards::outcome(record)).or_default() += 1;
        }
        outcomes
    }

    /// When a quote was executed, and by which entry.
    pub fn bought(&self, quote: QuoteId) -> Option<(Duration, EntryId)> {
        self.bought.get(&quote).copied()
    }

    /// When a code was redeemed.
    pub fn redeemed(&self, code: CodeId) -> Option<Duration> {
        self.redeemed.get(&code).copied()
    }

    /// A client will report this activity, by which it means its deed of that number.
    pub fn mean_deed(&mut self, id: ActivityId, deed: usize) {
        self.deeds.meant.entry(id).or_insert(deed);
    }

    /// A client will execute this quote, by which it means its order of that number.
    pub fn mean_order(&mut self, id: QuoteId, order: usize) {
        self.orders.meant.entry(id).or_insert(order);
    }

    /// Entries and records of one commit must answer each other.
    fn post_awards(&mut self, written: &Written, now: Duration) -> Verdict {
        let records = &written.rewards.records;
        for entry in &written.entries {
            let Source::Award { activity_id, .. } = &entry.source else {
                continue;
            };
            let (id, amount) = (entry.entry_id, entry.amount());
            let outcome = Outcome::Awarded {
                entry_id: id,
                amount,
            };
            let answers = |record: &&Record| record.activity.activity_id == *activity_id;
            let record = records.iter().find(answers);
            ensure(
                record.is_some_and(|record| record.outcome == outcome),
                || format!("{id} was credited without the record of {activity_id}"),
            )?;
            ensure(self.deeds.first(activity_id), || {
                format!("{id} credits a deed a second time, as {activity_id}")
            })?;
        }
        for record in records {
            let id = record.activity.activity_id;
            let known = self.records.insert(id, record.clone());
            ensure(known.is_none(), || {
                format!("the record of {id} was written over: {known:?} is now {record:?}")
            })?;
        }
        let now = start().plus(TimeDelta::from_std(now).unwrap_or(TimeDelta::MAX));
        self.rewards.post(&written.rewards, &written.entries, now)
    }
}

/// Reads back what is about rewards.
fn sort_rewards(written: &mut rewards::Written, key: &Key, item: Item) -> Verdict {
    match (key.pk.as_str(), key.sk.as_str()) {
        (_, sk) if sk.starts_with("activity#") => written.records.push(parse(item, "a record")?),
        (pk, _) if pk.starts_with("budget#") => {
            let shard: Shard = parse(item, "a counter")?;
            written.shards.push((key.clone(), shard.drawn));
        }
        (pk, sk) if key.table == Table::Members => {
            let Ok(member) = pk.parse() else {
                return Ok(());
            };
            if let Some(scope) = sk.strip_prefix("tally#") {
                let standing = parse(item, "a standing")?;
                written.standings.push((member, scope.to_owned(), standing));
            } else if sk == "profile" {
                written.profiles.push((member, parse(item, "a profile")?));
            }
        }
        ("reward-rules", _) => written.rules.push(parse(item, "a rule")?),
        ("reward-promotions", _) => written.promotions.push(parse(item, "a promotion")?),
        ("reward-programme", _) => written.programmes.push(parse(item, "the programme")?),
        (pk, _) => {
            if let Some(rule) = pk.strip_prefix("reward-rule#") {
                let rule = rule.parse().map_err(|_| format!("{rule} is no name"))?;
                let version = parse(item, "a version of a rule")?;
                written.versions.push((rule, version));
            }
        }
    }
    Ok(())
}

/// The legs sum to zero, and the wallet's leg takes it from the old balance to the new one. Nothing runs out in between.
fn balanced(entry: &Entry, before: &Wallet) -> Verdict {
    let (id, member) = (entry.entry_id, Account::Member(entry.entry_id.member));
    let sum = |side: Side, wanted: &dyn Fn(&Account) -> bool| {
        let legs = entry.legs.iter();
        let legs = legs.filter(|leg| leg.side == side && wanted(&leg.account));
        legs.map(|leg| i128::from(leg.amount.micros()))
            .sum::<i128>()
    };
    let all = |side| sum(side, &|_| true);
    ensure(
        all(Side::Debit) == all(Side::Credit) && entry.legs.len() >= 2,
        || format!("the legs of {id} do not sum to zero"),
    )?;
    let own = |side| sum(side, &|account| *account == member);
    let moved = own(Side::Credit) - own(Side::Debit);
    let held = before.lots.total().map_or(0, Rjv::micros);
    let after = i128::from(held) + moved;
    ensure(
        after >= 0 && after == i128::from(entry.balance_after.micros()),
        || {
            format!(
                "{id} leaves {} of {held} micro-RJV after moving {moved}",
                entry.balance_after
            )
        },
    )?;
    let comes_in = match entry.source {
        Source::Award { .. } | Source::Refund { .. } => true,
        Source::Adjustment { .. } => entry.source.counterpart().1 == Side::Credit,
        Source::Purchase { .. } | Source::Expiry {} => false,
    };
    ensure(comes_in == (moved > 0), || {
        format!("{id} moves tokens in the wrong direction")
    })?;
    let past = |wanted: bool| {
        let mut lots = entry.lots.iter();
        lots.all(|(expiry, _)| expiry.is_past(entry.recorded_at) == wanted)
    };
    let in_time = match entry.source {
        Source::Award { .. } => true,
        Source::Refund { .. } => past(false),
        Source::Adjustment { .. } => !comes_in || past(false),
        Source::Purchase { .. } => past(false),
        Source::Expiry {} => past(true),
    };
    ensure(in_time, || {
        format!("{id} pays with tokens that ran out, or lets tokens run out too early")
    })
}
