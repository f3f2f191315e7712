//! Budgets: what was drawn from them is what was awarded out of them, and no counter gave more than its share.

use std::collections::BTreeMap;

use chrono::Datelike;
use shared::amount::Rjv;
use shared::rewards::budget::{Budget, BudgetPeriod};
use shared::rewards::{Programme, Rule};
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

/// The budgets that an award comes out of, and whose they are.
pub fn of(rule: &Rule, programme: &Programme) -> impl Iterator<Item = (String, Budget)> + use<> {
    let of_rule = rule.terms.budget;
    let of_rule = of_rule.map(|budget| (format!("rule#{}", rule.rule_id), budget));
    let of_all = programme.budget;
    let of_all = of_all.map(|budget| ("programme".to_owned(), budget));
    of_rule.into_iter().chain(of_all)
}

/// The share of a counter: what does not come out even goes to the first ones.
fn share(budget: &Budget, shard: u8) -> Rjv {
    let (micros, shards) = (budget.amount.micros(), u64::from(budget.shards));
    let rest = u64::from(u64::from(shard) < micros % shards);
    Rjv::from_micros(micros / shards + rest).unwrap_or_default()
}

/// A counter that was drawn from.
pub struct Rise {
    purse: Purse,
    shard: u8,
    /// What was drawn in all.
    drawn: Rjv,
    /// What of it in this commit, in micro-RJV.
    micros: u64,
}

/// Makes sure that what was drawn in a commit is what it awarded out of these budgets.
pub fn settle(rises: &[Rise], spent: &BTreeMap<Purse, Spending>) -> Verdict {
    for rise in rises {
        let (purse, drawn) = (&rise.purse, rise.drawn);
        let Some(Spending { budget, .. }) = spent.get(purse) else {
            return Err(format!("{purse:?} was drawn from for no award"));
        };
        let is_within = rise.shard < budget.shards && drawn <= share(budget, rise.shard);
        ensure(is_within, || {
            format!(
                "counter {} of {purse:?} gave {drawn} of {budget:?}",
                rise.shard
            )
        })?;
    }
    for (purse, spending) in spent {
        let of_purse = rises.iter().filter(|rise| rise.purse == *purse);
        let micros: u64 = of_purse.map(|rise| rise.micros).sum();
        ensure(micros == spending.amount.micros(), || {
            let amount = spending.amount;
            format!("{amount} was awarded out of {purse:?}, and {micros} micro-RJV were drawn")
        })?;
    }
    Ok(())
}

impl Drawn {
    /// Takes note of counters that were written, and says by how much each rose.
    pub fn post(&mut self, shards: &[(Key, Rjv)]) -> Result<Vec<Rise>, String> {
        let rises = shards.iter().map(|(key, drawn)| {
            let counter = Purse::of(key);
            let (purse, shard) =
                counter.ok_or_else(|| format!("the counter {} cannot be read", key.pk))?;
            let counters = self.0.entry(purse.clone()).or_default();
            let before = counters.insert(shard, *drawn).unwrap_or_default();
            let micros = drawn.micros().checked_sub(before.micros());
            Ok(Rise {
                purse,
                shard,
                drawn: *drawn,
                micros: micros
                    .ok_or_else(|| format!("{} fell from {before} to {drawn}", key.pk))?,
            })
        });
        rises.collect()
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
