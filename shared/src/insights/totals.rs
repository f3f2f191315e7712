//! Totals: what moved on each of the house's accounts, and how members' wallets moved against it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::error::Failure;
use crate::ledger::{Account, Entry, Side};

/// What moved on an account of the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// All debits of the account.
    pub debit: Rjv,
    /// All credits of the account.
    pub credit: Rjv,
    /// All debits of wallets in entries with this account.
    pub members_debit: Rjv,
    /// All credits of wallets in entries with this account.
    pub members_credit: Rjv,
    /// How many entries that were.
    pub entries: u64,
}

/// What moved on all accounts of the house.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Totals(BTreeMap<Account, Sums>);

fn overflow() -> Failure {
    Failure::broken("a total is more than an amount can hold")
}

impl Sums {
    /// Adds an entry with this account.
    pub(super) fn add(&mut self, account: Account, entry: &Entry) -> Result<(), Failure> {
        for leg in &entry.legs {
            let sum = match (leg.account == account, leg.side) {
                (true, Side::Debit) => &mut self.debit,
                (true, Side::Credit) => &mut self.credit,
                (false, Side::Debit) => &mut self.members_debit,
                (false, Side::Credit) => &mut self.members_credit,
            };
            *sum = sum.checked_add(leg.amount).ok_or_else(overflow)?;
        }
        self.entries = self.entries.saturating_add(1);
        Ok(())
    }

    /// These and `more`.
    pub fn plus(self, more: Self) -> Result<Self, Failure> {
        let sum = |a: Rjv, b: Rjv| a.checked_add(b).ok_or_else(overflow);
        Ok(Self {
            debit: sum(self.debit, more.debit)?,
            credit: sum(self.credit, more.credit)?,
            members_debit: sum(self.members_debit, more.members_debit)?,
            members_credit: sum(self.members_credit, more.members_credit)?,
            entries: self.entries.saturating_add(more.entries),
        })
    }
}

impl Totals {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Failure> {
        let (account, _) = entry.source.counterpart();
        self.0.entry(account).or_default().add(account, entry)
    }

    /// Adds what moved on one account.
    pub fn add_sums(&mut self, account: Account, sums: Sums) -> Result<(), Failure> {
        let there = self.0.entry(account).or_default();
        *there = there.plus(sums)?;
        Ok(())
    }

    /// Adds other totals.
    pub fn merge(&mut self, other: &Self) -> Result<(), Failure> {
        for (account, sums) in other.iter() {
            self.add_sums(account, sums)?;
        }
        Ok(())
    }

    /// The accounts and what moved on each.
    pub fn iter(&self) -> impl Iterator<Item = (Account, Sums)> {
        self.0.iter().map(|(account, sums)| (*account, *sums))
    }

    /// What moved on an account.
    pub fn of(&self, account: Account) -> Sums {
        self.0.get(&account).copied().unwrap_or_default()
    }

    /// Everything together.
    pub fn sum(&self) -> Result<Sums, Failure> {
        self.iter()
            .try_fold(Sums::default(), |sum, (_, sums)| sum.plus(sums))
    }
}
