//! Bugs in what is written.

use shared::amount::Rjv;
use shared::ledger::{self, Entry, Hash, Side, Source, Wallet};
use shared::rewards::{Outcome, Record};
use shared::table::{self, Action, Condition, Memory, Table, Write};

use super::Mutant;
use super::goods::{becomes, extends, unreserved};
use super::standings::{still_owed, uncounted};

/// What kind of item a write is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Wallet,
    Entry,
    Code,
    Record,
    Standing,
    Shard,
    Stock,
    Holding,
    Pool,
    Gate,
    Job,
    Price,
    PriceVersion,
    Followed,
    Found,
    Note,
    Other,
}

pub fn kind(write: &Write) -> Kind {
    match (write.key.table, write.key.sk.as_str()) {
        (Table::Ledger, sk) if ledger::is_entry(sk) => Kind::Entry,
        (Table::Ledger, _) => Kind::Wallet,
        (Table::Codes, "code") => Kind::Code,
        (Table::Codes, "gate") => Kind::Gate,
        (Table::Members, sk) if sk.starts_with("activity#") => Kind::Record,
        (Table::Members, sk) if sk.starts_with("tally#") => Kind::Standing,
        (Table::Catalog, sk) if sk.starts_with("price#") => Kind::Price,
        (table, _) => by_partition(table, &write.key.pk),
    }
}

fn by_partition(table: Table, pk: &str) -> Kind {
    let partitions = [
        (Table::Members, "budget#", Kind::Shard),
        (Table::Members, "holdings#", Kind::Holding),
        (Table::Catalog, "stock#", Kind::Stock),
        (Table::Catalog, "price#", Kind::PriceVersion),
        (Table::Codes, "pool#", Kind::Pool),
        (Table::Insights, "imports#", Kind::Job),
        (Table::Insights, "holder#", Kind::Followed),
        (Table::Insights, "printed#", Kind::Followed),
        (Table::Insights, "last4#", Kind::Found),
        (Table::Insights, "audit#", Kind::Note),
    ];
    let mut partitions = partitions.into_iter();
    let found = partitions.find(|(of, prefix, _)| *of == table && pk.starts_with(prefix));
    found.map_or(Kind::Other, |(_, _, kind)| kind)
}

fn unconditional() -> Condition {
    Condition::All(Vec::new())
}

impl Mutant {
    /// What is committed in place of `writes`: one commit after the other.
    pub fn writes(self, memory: &Memory, mut writes: Vec<Write>) -> Vec<Vec<Write>> {
        if let Some(first) = self.comes_first(&writes) {
            let (first, second): (Vec<_>, Vec<_>) = writes
                .into_iter()
                .partition(|write| first.contains(&kind(write)));
            return vec![first, second];
        }
        if self == Self::NoTransaction {
            return writes.into_iter().map(|write| vec![write]).collect();
        }
        self.leave_out(&mut writes);
        if self == Self::CountedTogether {
            writes = self.move_all(writes);
        }
        if writes.is_empty() {
            return Vec::new();
        }
        for write in &mut writes {
            self.weaken(write);
        }
        self.falsify(memory, &mut writes);
        vec![writes]
    }

    /// What is written in a first step, where the bug makes two of one.
    fn comes_first(self, writes: &[Write]) -> Option<&'static [Kind]> {
        let (about, first): (Kind, &[Kind]) = match self {
            Self::CreditBeforeRecord => (
                Kind::Record,
                &[Kind::Wallet, Kind::Entry, Kind::Standing, Kind::Shard],
            ),
            Self::RecordBeforeCredit => (Kind::Record, &[Kind::Record]),
            Self::CodesBeforePayment => (Kind::Code, &[Kind::Code]),
            Self::PaymentBeforeCodes => (Kind::Code, &[Kind::Wallet, Kind::Entry]),
            _ => return None,
        };
        let kinds: Vec<Kind> = writes.iter().map(kind).collect();
        (kinds.contains(&about) && kinds.contains(&Kind::Wallet)).then_some(first)
    }

    /// Writes again what got no answer, without conditions.
    pub fn again(self, writes: &[Write]) -> Option<Vec<Write>> {
        let blind = |write: &Write| Write {
            condition: unconditional(),
            ..write.clone()
        };
        (self == Self::BlindRetry).then(|| writes.iter().map(blind).collect())
    }

    fn leave_out(self, writes: &mut Vec<Write>) {
        match self {
            Self::StandingNotWritten => writes.retain(|write| kind(write) != Kind::Standing),
            Self::RefusedNotRecorded => writes.retain(|write| !is_refusal(write)),
            Self::ForgottenCode => {
                let last = writes.iter().rposition(|write| {
                    kind(write) == Kind::Code && matches!(write.action, Action::Put(_))
                });
                if let Some(last) = last {
                    writes.remove(last);
                }
            }
            _ => self.leave_out_goods(writes),
        }
    }

    fn weaken(self, write: &mut Write) {
        let kind = kind(write);
        let unguarded = match self {
            Self::UnguardedWallet => matches!(kind, Kind::Wallet | Kind::Entry),
            Self::UnguardedCode => kind == Kind::Code && matches!(write.action, Action::Put(_)),
            Self::UnguardedRecord => kind == Kind::Record,
            Self::UnguardedStanding => kind == Kind::Standing,
            Self::UnguardedShard => kind == Kind::Shard,
            _ => self.is_unguarded(write),
        };
        if unguarded {
            write.condition = unconditional();
        }
        if self.overlooks_reservation(write) {
            unreserved(&mut write.condition);
        }
        let overlooked = match self {
            Self::AnyPartner => "partner_id",
            Self::AnyTime => "expires_at",
            Self::ExtensionOverlooked if extends(write) => "expires_at",
            Self::ExtensionLost if matches!(becomes(write), Some("replaced" | "revoked")) => {
                "expires_at"
            }
            Self::AnyState => "state",
            _ => return,
        };
        if let Condition::All(conditions) = &mut write.condition {
            conditions.retain(|condition| match condition {
                Condition::Equals(name, _)
                | Condition::Above(name, _)
                | Condition::AtLeast(name, _)
                | Condition::AtMost(name, _)
                | Condition::Lacks(name) => *name != overlooked,
                Condition::Absent | Condition::All(_) | Condition::Any(_) => true,
            });
        }
    }

    /// Writes other values, with hashes that fit them: what is wrong must be noticed for itself.
    fn falsify(self, memory: &Memory, writes: &mut [Write]) {
        match self {
            Self::SwappedSides => entries(writes, &|entry| {
                for leg in &mut entry.legs {
                    leg.side = match leg.side {
                        Side::Debit => Side::Credit,
                        Side::Credit => Side::Debit,
                    };
                }
            }),
            Self::UnevenLegs => entries(writes, &|entry| {
                if let Some(leg) = entry.legs.last_mut() {
                    leg.amount = more(leg.amount);
                }
            }),
            Self::WrongBalance => entries(writes, &|entry| {
                entry.balance_after = more(entry.balance_after);
            }),
            Self::BrokenChain => entries(writes, &|entry| {
                entry.previous_hash = Hash::first(entry.entry_id.member);
            }),
            Self::GapInSequence => gap(writes),
            Self::UnpaidPurchase => unpaid(memory, writes),
            Self::ClippedNotCounted => uncounted(memory, writes),
            Self::MilestoneStillOwed => still_owed(writes),
            _ => self.falsify_goods(memory, writes),
        }
    }
}

/// Whether this is the record of an activity that earns nothing.
fn is_refusal(write: &Write) -> bool {
    let record = value::<Record>(write).filter(|_| kind(write) == Kind::Record);
    record.is_some_and(|record| matches!(record.outcome, Outcome::Refused(_)))
}

fn more(amount: Rjv) -> Rjv {
    let micro = Rjv::from_micros(1).unwrap_or_default();
    amount.checked_add(micro).unwrap_or(amount)
}

pub fn put<T: serde::Serialize>(write: &mut Write, value: &T) {
    if let Ok(item) = table::item(value) {
        write.action = Action::Put(item);
    }
}

pub fn value<T: serde::de::DeserializeOwned>(write: &Write) -> Option<T> {
    match &write.action {
        Action::Put(item) => table::read(item.clone()).ok(),
        Action::Set(_) | Action::Add(_) | Action::Delete => None,
    }
}

/// Changes the entries, and hashes and chains them anew up to the wallet.
pub fn entries(writes: &mut [Write], change: &dyn Fn(&mut Entry)) {
    let mut head: Option<Hash> = None;
    for write in writes.iter_mut().filter(|write| kind(write) == Kind::Entry) {
        let Some(mut entry) = value::<Entry>(write) else {
            continue;
        };
        entry.previous_hash = head.unwrap_or(entry.previous_hash);
        change(&mut entry);
        entry.hash = entry.compute_hash().unwrap_or(entry.hash);
        head = Some(entry.hash);
        put(write, &entry);
    }
    for write in writes
        .iter_mut()
        .filter(|write| kind(write) == Kind::Wallet)
    {
        if let (Some(mut wallet), Some(head)) = (value::<Wallet>(write), head) {
            wallet.head_hash = head;
            put(write, &wallet);
        }
    }
}

/// Numbers the newest entry, and the wallet, one too high.
fn gap(writes: &mut [Write]) {
    entries(writes, &|entry| {
        if entry.seq > 1 {
            entry.seq += 1;
            entry.entry_id.seq += 1;
        }
    });
    for write in writes {
        match kind(write) {
            Kind::Wallet => {
                if let Some(mut wallet) = value::<Wallet>(write)
                    && wallet.seq > 1
                {
                    wallet.seq += 1;
                    put(write, &wallet);
                }
            }
            Kind::Entry => {
                if let Some(entry) = value::<Entry>(write) {
                    write.key.sk = format!("entry#{:012}", entry.seq);
                }
            }
            _ => {}
        }
    }
}

/// Leaves in the wallet what a purchase takes.
fn unpaid(memory: &Memory, writes: &mut [Write]) {
    let mut payments = writes.iter().filter_map(value::<Entry>);
    if !payments.any(|entry| matches!(entry.source, Source::Purchase { .. })) {
        return;
    }
    for write in writes
        .iter_mut()
        .filter(|write| kind(write) == Kind::Wallet)
    {
        let before = memory.item(&write.key);
        let before = before.and_then(|item| table::read::<Wallet>(item).ok());
        if let (Some(mut wallet), Some(before)) = (value::<Wallet>(write), before) {
            wallet.lots = before.lots;
            put(write, &wallet);
        }
    }
}
