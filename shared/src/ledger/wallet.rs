//! A member's wallet: what it holds, what may happen to it, and what it is after an entry.

use serde::{Deserialize, Serialize};

use super::{Entry, Expiry, Hash, Lots, Side, Source};
use crate::amount::Rjv;
use crate::error::{Error, Failure, Rejection};
use crate::id::{EntryId, MemberId};
use crate::time::Timestamp;

/// The newest state of a member's tokens: the fold of all entries of the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wallet {
    /// Whose it is.
    pub member_id: MemberId,
    /// How many entries it has.
    pub seq: u64,
    /// What it holds.
    pub lots: Lots,
    /// All that was ever awarded.
    pub lifetime_earned: Rjv,
    /// All that was ever paid for codes, whether or not some of it came back.
    pub lifetime_spent: Rjv,
    /// The hash of its newest entry.
    pub head_hash: Hash,
    /// When its newest entry was made.
    pub changed_at: Option<Timestamp>,
}

/// A movement that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Tokens come in and stay until `expiry`.
    Credit {
        /// How many.
        amount: Rjv,
        /// Until when.
        expiry: Expiry,
        /// Why.
        source: Source,
    },
    /// Tokens come back into the lots they were taken from. What ran out meanwhile, or would soon, stays a little longer.
    Return {
        /// The lots.
        lots: Lots,
        /// Why.
        source: Source,
    },
    /// Tokens go out, those that expire first before others.
    Spend {
        /// How many.
        amount: Rjv,
        /// Why.
        source: Source,
    },
}

/// What is wrong with an entry, or with its place in a wallet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Drift {
    /// The entry is not the next of this wallet.
    #[error("the entry does not follow the newest one")]
    OutOfSequence,
    /// The entry is older than the one in front of it.
    #[error("the entry is older than the one in front of it")]
    OutOfTime,
    /// The entry does not continue the chain.
    #[error("the previous hash is not the hash of the newest entry")]
    BrokenChain,
    /// The hash is not that of the entry.
    #[error("the hash does not match the entry")]
    WrongHash,
    /// The legs are not the movement that the source stands for.
    #[error("the legs are not the movement of this source")]
    IllegalLegs,
    /// The lots are not the amount that moved.
    #[error("the lots do not add up to the amount")]
    WrongLots,
    /// More was drawn from a lot than it held, or more came in than an amount can hold.
    #[error("a lot would be overdrawn or overflow")]
    Overdrawn,
    /// More was earned or spent over all than an amount can hold.
    #[error("what was earned or spent over all would overflow")]
    Overflow,
    /// The balance is not what the lots add up to.
    #[error("the balance is not the sum of the lots")]
    WrongBalance,
}

impl Wallet {
    /// The wallet of a member to whom nothing has happened yet.
    pub fn empty(member_id: MemberId) -> Self {
        Self {
            member_id,
            seq: 0,
            lots: Lots::default(),
            lifetime_earned: Rjv::ZERO,
            lifetime_spent: Rjv::ZERO,
            head_hash: Hash::first(member_id),
            changed_at: None,
        }
    }

    /// What can be spent at `now`: lots that ran out do not count, whether or not that was posted yet.
    pub fn available(&self, now: Timestamp) -> Rjv {
        let live = self
            .lots
            .minus(&self.lots.past(now))
            .and_then(|lots| lots.total());
        live.unwrap_or(Rjv::ZERO)
    }

    /// The lots that would pay `amount` at `now`, those that expire first; or how much is missing.
    pub fn payment(&self, amount: Rjv, now: Timestamp) -> Result<Lots, Rejection> {
        let live = self.lots.minus(&self.lots.past(now)).unwrap_or_default();
        live.first(amount).ok_or_else(|| {
            let available = self.available(now);
            Rejection::InsufficientTokens {
                available,
                required: amount,
                missing: amount.saturating_sub(available),
            }
        })
    }

    /// Turns an order into the entries that carry it out, and the wallet after them.
    /// Lots that ran out are posted first, so that an expiry is in the books before anything that follows it.
    pub fn decide(&self, order: Order, now: Timestamp) -> Result<(Vec<Entry>, Self), Error> {
        // Clocks of two machines may disagree; a wallet's history does not run backwards because of it.
        let now = self
            .changed_at
            .map_or(now, |changed_at| changed_at.max(now));
        let mut entries = Vec::with_capacity(1);
        let mut wallet = self.clone();
        let past = wallet.lots.past(now);
        if !past.is_empty() {
            let (entry, after) = wallet.post(past, Source::Expiry {}, now)?;
            entries.push(entry);
            wallet = after;
        }
        let (lots, source) = match order {
            Order::Credit {
                amount,
                expiry,
                source,
            } => (Lots::one(expiry, amount), source),
            Order::Return { lots, source } => {
                let overdrawn = || Failure::broken("returning lots").because(Drift::Overdrawn);
                (lots.with_grace(now).ok_or_else(overdrawn)?, source)
            }
            Order::Spend { amount, source } => (wallet.payment(amount, now)?, source),
        };
        let (entry, after) = wallet.post(lots, source, now)?;
        entries.push(entry);
        Ok((entries, after))
    }

    /// The entry that moves `lots` for `source`, and the wallet after it.
    fn post(&self, lots: Lots, source: Source, now: Timestamp) -> Result<(Entry, Self), Failure> {
        let impossible = |drift: Drift| Failure::broken("posting an entry").because(drift);
        let overdrawn = || impossible(Drift::Overdrawn);
        let amount = lots.total().ok_or_else(overdrawn)?;
        if amount.is_zero() {
            return Err(impossible(Drift::IllegalLegs));
        }
        let lots_after = self.moved(&lots, &source).ok_or_else(overdrawn)?;
        let seq = self.seq.saturating_add(1);
        let mut entry = Entry {
            entry_id: EntryId {
                member: self.member_id,
                seq,
            },
            seq,
            recorded_at: now,
            legs: source.legs(self.member_id, amount),
            source,
            lots,
            balance_after: lots_after.total().ok_or_else(overdrawn)?,
            previous_hash: self.head_hash,
            hash: self.head_hash,
        };
        entry.hash = entry.compute_hash()?;
        // The entry follows from this wallet by the way it was made; checking it would hash it a second time.
        let after = self.advance(&entry, lots_after).map_err(impossible)?;
        Ok((entry, after))
    }

    /// The wallet after `entry`, if it is a correct next entry. Checks everything an entry promises.
    pub fn apply(&self, entry: &Entry) -> Result<Self, Drift> {
        let lots = self.check(entry)?;
        self.advance(entry, lots)
    }

    /// The wallet after `entry`, which is a correct next entry and leaves these lots.
    fn advance(&self, entry: &Entry, lots: Lots) -> Result<Self, Drift> {
        let (earned, spent) = match entry.source {
            Source::Award { .. } => (entry.amount(), Rjv::ZERO),
            Source::Purchase { .. } => (Rjv::ZERO, entry.amount()),
            Source::Refund { .. } | Source::Expiry {} | Source::Adjustment { .. } => {
                (Rjv::ZERO, Rjv::ZERO)
            }
        };
        Ok(Self {
            member_id: self.member_id,
            seq: entry.seq,
            lots,
            lifetime_earned: self
                .lifetime_earned
                .checked_add(earned)
                .ok_or(Drift::Overflow)?,
            lifetime_spent: self
                .lifetime_spent
                .checked_add(spent)
                .ok_or(Drift::Overflow)?,
            head_hash: entry.hash,
            changed_at: Some(entry.recorded_at),
        })
    }

    fn check(&self, entry: &Entry) -> Result<Lots, Drift> {
        let ensure = |holds: bool, drift: Drift| if holds { Ok(()) } else { Err(drift) };
        let next = EntryId {
            member: self.member_id,
            seq: self.seq.saturating_add(1),
        };
        ensure(
            entry.entry_id == next && entry.seq == next.seq,
            Drift::OutOfSequence,
        )?;
        ensure(
            self.changed_at
                .is_none_or(|changed_at| changed_at <= entry.recorded_at),
            Drift::OutOfTime,
        )?;
        ensure(entry.previous_hash == self.head_hash, Drift::BrokenChain)?;
        ensure(
            entry.compute_hash().is_ok_and(|hash| hash == entry.hash),
            Drift::WrongHash,
        )?;
        let amount = entry.amount();
        ensure(
            !amount.is_zero() && entry.legs == entry.source.legs(self.member_id, amount),
            Drift::IllegalLegs,
        )?;
        ensure(entry.lots.total() == Some(amount), Drift::WrongLots)?;
        let lots = self
            .moved(&entry.lots, &entry.source)
            .ok_or(Drift::Overdrawn)?;
        ensure(
            lots.total() == Some(entry.balance_after),
            Drift::WrongBalance,
        )?;
        Ok(lots)
    }

    fn moved(&self, lots: &Lots, source: &Source) -> Option<Lots> {
        match source.counterpart().1 {
            Side::Credit => self.lots.plus(lots),
            Side::Debit => self.lots.minus(lots),
        }
    }
}
