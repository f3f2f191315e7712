//! The books: an independent account of everything that was written, against which every step is checked.
//!
//! [`Books::post`] looks only at what one commit touched, so that it can be called after each; [`Books::audit`] reads
//! everything again, and folds every wallet from its first entry.

mod audit;
mod goods;
mod imports;
mod lives;
mod notes;
mod past;
mod prices;
mod refunds;
mod rewards;
mod sales;
mod usage;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::codes::Code;
use shared::id::{ActivityId, CodeId, EntryId, MemberId, QuoteId};
use shared::ledger::{Account, Entry, Hash, Side, Source, Wallet};
use shared::rewards::{Outcome, Record};
use shared::store::Quote;
use shared::table::{self, Item, Memory, Write};
use shared::text::Reference;
use shared::time::Timestamp;

pub use self::goods::Goods;
pub use self::prices::Prices;
use self::rewards::Rewards;
use self::written::Written;
use crate::house::start;
use crate::instances::Function;

/// Everything that was written, read back into values.
#[derive(Default)]
pub struct Books {
    accounts: BTreeMap<MemberId, History>,
    codes: BTreeMap<CodeId, Code>,
    records: BTreeMap<ActivityId, Record>,
    rewards: Rewards,
    goods: Goods,
    prices: Prices,
    bought: BTreeMap<QuoteId, (Duration, EntryId)>,
    promises: BTreeMap<QuoteId, Quote>,
    redeemed: BTreeMap<CodeId, Duration>,
    /// When a code ended, however it did.
    ended: BTreeMap<CodeId, Duration>,
    /// How often the end of a code's validity was put off.
    extended: BTreeMap<CodeId, u32>,
    /// Under which reference a code was reserved until when.
    reservations: BTreeSet<(CodeId, Timestamp, Reference)>,
    /// By the first of the codes that took each other's place.
    refunds: BTreeMap<CodeId, EntryId>,
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
    /// Takes note of a commit that `memory` carried out at `now` for this function, if it was one, and says what is wrong
    /// with it.
    pub fn post(
        &mut self,
        by: Option<Function>,
        writes: &[Write],
        memory: &Memory,
        now: Duration,
    ) -> Verdict {
        let mut written = self.sort(writes, memory)?;
        written.by = by;
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
        self.prices.post(&written.prices)?;
        self.post_codes(&written, now)?;
        self.post_awards(&written, now)
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

    /// An entry.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        let place = usize::try_from(id.seq.checked_sub(1)?).ok()?;
        self.entries(id.member).get(place)
    }

    /// What is on the shelf.
    pub fn goods(&self) -> &Goods {
        &self.goods
    }

    /// What products cost.
    pub fn prices(&self) -> &Prices {
        &self.prices
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

    /// When a code ended, however it did.
    pub fn ended(&self, code: CodeId) -> Option<Duration> {
        self.ended.get(&code).copied()
    }

    /// Under which references a code was reserved until then.
    pub fn reservations(&self, id: CodeId, until: Timestamp) -> impl Iterator<Item = &Reference> {
        let those = self.reservations.iter();
        those
            .filter(move |(code, end, _)| *code == id && *end == until)
            .map(|(.., reference)| reference)
    }

    /// A price was promised.
    pub fn promise(&mut self, quote: &Quote) {
        let first = self.promises.entry(quote.quote_id);
        first.or_insert_with(|| quote.clone());
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
        Source::Adjustment { .. } => !comes_in || past(false),
        Source::Purchase { .. } | Source::Refund { .. } => past(false),
        Source::Expiry {} => past(true),
    };
    ensure(in_time, || {
        format!("{id} pays with tokens that ran out, or lets tokens run out too early")
    })
}
