//! Spending: how much of each budget was given in its present period.

use super::budget::{Budget, Shard};
use super::decide::Purse;
use super::{Book, keys};
use crate::amount::Rjv;
use crate::error::Failure;
use crate::table::{self, Tables};
use crate::time::{Day, Timestamp};

/// How a budget stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// Whose it is.
    pub purse: Purse,
    /// What it allows.
    pub budget: Budget,
    /// The first day of the present period; none, for all time.
    pub since: Option<Day>,
    /// When the next one begins; never, for all time.
    pub resets_at: Option<Timestamp>,
    /// What was given in the present period.
    pub drawn: Rjv,
}

/// Reads how the budgets of a book stand: the programme's, then those of its rules in their order.
pub async fn spending(
    tables: &Tables,
    book: &Book,
    now: Timestamp,
) -> Result<Vec<Spending>, Failure> {
    let of_rules = book.rules.iter().filter_map(|rule| {
        let budget = rule.terms.budget?;
        Some((Purse::Rule(rule.rule_id.clone()), budget))
    });
    let programme = book
        .programme
        .budget
        .map(|budget| (Purse::Programme, budget));
    let zone = &book.programme.zone;
    let budgets: Vec<(Purse, Budget)> = programme.into_iter().chain(of_rules).collect();
    let places = |(purse, budget): &(Purse, Budget)| {
        let since = budget.window(now, zone);
        let shards = 0..budget.shards;
        shards
            .map(|shard| keys::shard(purse, shard, since))
            .collect::<Vec<_>>()
    };
    let found = table::get_distinct(tables, budgets.iter().flat_map(places)).await?;
    let mut spending = Vec::with_capacity(budgets.len());
    for of in &budgets {
        let mut drawn = Rjv::ZERO;
        for item in places(of).iter().filter_map(|place| found.get(place)) {
            let shard: Shard = table::read(item.clone())?;
            drawn = drawn.checked_add(shard.drawn).unwrap_or(Rjv::MAX);
        }
        let (purse, budget) = of.clone();
        spending.push(Spending {
            purse,
            budget,
            since: budget.window(now, zone),
            resets_at: budget.resets_at(now, zone),
            drawn,
        });
    }
    Ok(spending)
}
