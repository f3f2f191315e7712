//! Budgets: what was drawn from them is what was awarded out of them, and no counter gave more than its share.

use std::collections::BTreeMap;

use chrono::Datelike;
use shared::amount::Rjv;
use shared::rewards::budget::{Budget, BudgetPeriod};
use shared::table::Key;
use shared::time::Timestamp;

use super::super::{Verdict, ensure};

/// What was drawn, by whose budget and period, and by counter.
#[derive(Default)]
pub struct Drawn(BTreeMap<Purse, BTreeMap<u8, Rjv>>);

/// Whose budget it is, and for which period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purse {
    pub whose: String,
    pub period: String,
}

/// What one commit awards out of a budget.
#[derive(Clone, Copy, Debug)]
pub struct Spending {
    pub budget: Budget,
    pub amount: Rjv,
}

impl Purse {
    /// The one from which something that is decided now would come.
    pub fn at(whose: String, budget: &Budget, now: Timestamp) -> Self {
        let day = now.day();
        let period = match budget.period {
            BudgetPeriod::Day => day.to_string(),
            BudgetPeriod::Week => {
                let monday = day.weekday().num_days_from_monday();
                (day - chrono::Days::new(monday.into())).to_string()
            }
            BudgetPeriod::Month => day.format("%Y-%m-01").to_string(),
            BudgetPeriod::Lifetime => "ever".to_owned(),
        };
        Self { whose, period }
    }

    /// What the key of a counter stands for.
    fn of(key: &Key) -> Option<(Self, u8)> {
        let (whose, shard) = key.pk.strip_prefix("budget#")?.rsplit_once('#')?;
        let purse = Self {
            whose: whose.to_owned(),
            period: key.sk.clone(),
        };
        Some((purse, shard.parse().ok()?))
    }
}

/// The share of a counter: what does not come out even goes to the first ones.
fn share(budget: &Budget, shard: u8) -> Rjv {
    let (micros, shards) = (budget.amount.micros(), u64::from(budget.shards));
    let rest = u64::from(u64::from(shard) < micros % shards);
    Rjv::from_micros(micros / shards + rest).unwrap_or_default()
}

impl Drawn {
    /// Takes note of counters that were written, beside awards that come out of these budgets.
    pub fn post(&mut self, shards: &[(Key, Rjv)], spent: &BTreeMap<Purse, Spending>) -> Verdict {
        let mut rises: BTreeMap<Purse, u64> = BTreeMap::new();
        for (key, drawn) in shards {
            let Some((purse, shard)) = Purse::of(key) else {
                return Err(format!("the counter {} cannot be read", key.pk));
            };
            let counters = self.0.entry(purse.clone()).or_default();
            let before = counters.insert(shard, *drawn).unwrap_or_default();
            let rise = drawn.micros().checked_sub(before.micros());
            let Some(rise) = rise else {
                return Err(format!("{} fell from {before} to {drawn}", key.pk));
            };
            *rises.entry(purse.clone()).or_default() += rise;
            let Some(spending) = spent.get(&purse) else {
                return Err(format!("{} was drawn from for no award", key.pk));
            };
            let budget = &spending.budget;
            ensure(
                shard < budget.shards && *drawn <= share(budget, shard),
                || format!("{} gave {drawn} of {budget:?}", key.pk),
            )?;
        }
        for (purse, spending) in spent {
            let rise = rises.remove(purse).unwrap_or_default();
            ensure(rise == spending.amount.micros(), || {
                format!(
                    "{} was awarded out of {purse:?}, and {rise} micro-RJV were drawn",
                    spending.amount
                )
            })?;
        }
        Ok(())
    }

    /// Whether no counter has room for an amount.
    pub fn is_exhausted(&self, purse: &Purse, budget: &Budget, amount: Rjv) -> bool {
        let counters = self.0.get(purse);
        let drawn = |shard: &u8| counters.and_then(|counters| counters.get(shard).copied());
        (0..budget.shards).all(|shard| {
            let drawn = drawn(&shard).unwrap_or_default();
            share(budget, shard).saturating_sub(drawn) < amount
        })
    }
}
