//! The books: an independent account of everything that was written, against which every step is checked.
//!
//! [`Books::post`] looks only at what one commit touched, so that it can be called after each; [`Books::audit`] reads
//! everything again, and folds every wallet from its first entry.

mod audit;
mod awards;
mod sales;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::NaiveDate;
use shared::amount::Rjv;
use shared::codes::Code;
use shared::id::{ActivityId, CodeId, EntryId, MemberId, QuoteId};
use shared::ledger::{self, Account, Entry, Hash, Side, Source, Wallet};
use shared::rewards::{ActivityKind, Record, Rule};
use shared::table::{self, Action, Item, Key, Memory, Table, Write};

/// Everything that was written, read back into values.
#[derive(Default)]
pub struct Books {
    accounts: BTreeMap<MemberId, History>,
    codes: BTreeMap<CodeId, Code>,
    records: BTreeMap<ActivityId, Record>,
    rules: BTreeMap<(ActivityKind, u32), Rule>,
    days: BTreeMap<Day, Rjv>,
    limits: BTreeMap<Key, i64>,
    bought: BTreeMap<QuoteId, (Duration, EntryId)>,
    redeemed: BTreeMap<CodeId, Duration>,
    deeds: Intentions<ActivityId>,
    orders: Intentions<QuoteId>,
}

/// A member, a kind of activity and the day it counts for.
type Day = (MemberId, String, NaiveDate);

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
    records: Vec<Record>,
    limits: Vec<(Key, Rjv)>,
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
        self.post_awards(&written)
    }

    /// Reads back what was written.
    fn sort(&mut self, writes: &[Write], memory: &Memory) -> Result<Written, String> {
        let mut written = Written::default();
        for Write { key, action, .. } in writes {
            let Some(item) = memory.item(key) else {
                let is_limit = key.sk.starts_with("limit#");
                ensure(
                    is_limit || matches!(key.table, Table::Partners | Table::Insights),
                    || format!("{}/{} was deleted", key.pk, key.sk),
                )?;
                self.limits.remove(key);
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
                (Table::Members, sk) if sk.starts_with("activity#") => {
                    written.records.push(parse(item, "a record")?);
                }
                (Table::Members, sk) if sk.starts_with("limit#") => {
                    written.limits.push(self.limit(key, &item)?);
                }
                (Table::Catalog, _) if key.pk == "rules" => {
                    let rule: Rule = parse(item, "a rule")?;
                    let version = (rule.kind.clone(), rule.version);
                    ensure(self.rules.insert(version, rule).is_none(), || {
                        format!("a version of the rule {} was written twice", key.sk)
                    })?;
                }
                (Table::Members | Table::Catalog | Table::Partners | Table::Insights, _) => {}
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

    /// The limits that a table may forget at that second.
    pub fn forgettable(&self, second: i64) -> Vec<Key> {
        let past = self.limits.iter().filter(|(_, ttl)| **ttl < second);
        past.map(|(key, _)| key.clone()).collect()
    }
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
        Source::Award { .. } => true,
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
        Source::Adjustment { .. } => !comes_in || past(false),
        Source::Purchase { .. } => past(false),
        Source::Expiry {} => past(true),
    };
    ensure(in_time, || {
        format!("{id} pays with tokens that ran out, or lets tokens run out too early")
    })
}
