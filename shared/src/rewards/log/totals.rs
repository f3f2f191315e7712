//! Totals: how often and how much was awarded on a day, and how often nothing and why.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::keys;
use crate::amount::Rjv;
use crate::error::Failure;
use crate::ledger::Category;
use crate::rewards::{ActivityKind, Outcome, Record, RuleRef};
use crate::table::{Query, Tables};
use crate::time::Day;

/// What is counted together: decisions of one day, about one kind, by one version of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sort {
    pub day: Day,
    pub kind: ActivityKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleRef>,
}

/// How often and how much was awarded, and how often nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// How often something was awarded.
    pub awarded: u64,
    /// How much that was.
    pub amount: Rjv,
    /// How often nothing was, by the code of the reason.
    pub refused: BTreeMap<String, u64>,
}

/// A count as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Count {
    #[serde(flatten)]
    pub sort: Sort,
    #[serde(flatten)]
    pub counts: Counts,
    /// Counts the changes.
    pub version: u64,
}

/// How many members had an activity decided on a day. It only grows, so it tells as well whether it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Members {
    pub day: Day,
    pub members: u64,
}

/// By what totals are added up.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// By day, in UTC, on which it was decided.
    #[default]
    Day,
    /// By what it counts as.
    Category,
    /// By version of a rule.
    Rule,
    /// By kind of activity.
    Kind,
}

/// What was added up together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A day.
    Day(Day),
    /// A category; none where no rule was about it.
    Category(Option<Category>),
    /// A version of a rule; none where no rule was about it.
    Rule(Option<RuleRef>),
    /// A kind.
    Kind(ActivityKind),
}

impl Sort {
    /// With which others a record is counted.
    pub fn of(record: &Record) -> Self {
        Self {
            day: record.decided_at.day(),
            kind: record.activity.kind,
            category: record.trace.category,
            rule: record.trace.rule.clone(),
        }
    }

    fn group(&self, by: Grouping) -> Group {
        match by {
            Grouping::Day => Group::Day(self.day),
            Grouping::Category => Group::Category(self.category),
            Grouping::Rule => Group::Rule(self.rule.clone()),
            Grouping::Kind => Group::Kind(self.kind),
        }
    }
}

impl Counts {
    /// Adds what became of an activity.
    pub fn add(&mut self, outcome: &Outcome) -> Result<(), Failure> {
        match outcome {
            Outcome::Awarded { amount, .. } => self.add_award(*amount),
            Outcome::Refused(reason) => {
                self.add_refusals(reason.code(), 1);
                Ok(())
            }
        }
    }

    /// Adds an award.
    pub fn add_award(&mut self, amount: Rjv) -> Result<(), Failure> {
        self.awarded = self.awarded.saturating_add(1);
        self.amount = sum(self.amount, amount)?;
        Ok(())
    }

    /// Adds refusals with this code.
    pub fn add_refusals(&mut self, code: &str, count: u64) {
        let refused = self.refused.entry(code.to_owned()).or_default();
        *refused = refused.saturating_add(count);
    }

    /// Adds other counts.
    pub fn merge(&mut self, more: &Self) -> Result<(), Failure> {
        self.awarded = self.awarded.saturating_add(more.awarded);
        self.amount = sum(self.amount, more.amount)?;
        for (code, count) in &more.refused {
            self.add_refusals(code, *count);
        }
        Ok(())
    }
}

fn sum(a: Rjv, b: Rjv) -> Result<Rjv, Failure> {
    a.checked_add(b)
        .ok_or_else(|| Failure::broken("a total is more than an amount can hold"))
}

/// How many items are read at a time.
const PAGE: usize = 1000;

/// Adds up what was decided on the days from `from` up to but without `until`, as far as it is logged, which takes seconds.
pub async fn totals(
    tables: &Tables,
    from: Day,
    until: Day,
    by: Grouping,
) -> Result<BTreeMap<Group, Counts>, Failure> {
    let mut groups: BTreeMap<Group, Counts> = BTreeMap::new();
    for shard in 0..keys::SHARDS {
        let day = |count: &Count| count.sort.day;
        let query = |after| keys::counts(shard, after, PAGE);
        let mut add = |count: Count| {
            let counts = groups.entry(count.sort.group(by)).or_default();
            counts.merge(&count.counts)
        };
        each(tables, from, until, day, query, &mut add).await?;
    }
    Ok(groups)
}

/// How many members had an activity decided on each of the days from `from` up to but without `until`.
pub async fn members(
    tables: &Tables,
    from: Day,
    until: Day,
) -> Result<BTreeMap<Day, u64>, Failure> {
    let mut days: BTreeMap<Day, u64> = BTreeMap::new();
    for shard in 0..keys::SHARDS {
        let day = |there: &Members| there.day;
        let query = |after| keys::members_by_day(shard, after, PAGE);
        let mut add = |there: Members| {
            let members = days.entry(there.day).or_default();
            *members = members.saturating_add(there.members);
            Ok(())
        };
        each(tables, from, until, day, query, &mut add).await?;
    }
    Ok(days)
}

/// Reads the items of a shard that are of these days.
async fn each<T: DeserializeOwned>(
    tables: &Tables,
    from: Day,
    until: Day,
    day: impl Fn(&T) -> Day,
    query: impl Fn(Option<String>) -> Query,
    add: &mut impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = Some(keys::before_day(from));
    while after.is_some() {
        let (found, next): (Vec<T>, _) = tables.page(&query(after)).await?;
        for item in found {
            if day(&item) >= until {
                return Ok(());
            }
            add(item)?;
        }
        after = next;
    }
    Ok(())
}
