//! Rules as administrators keep them: drafts, versions, and the one that holds.

use super::backtest;
use super::expression::Expression;
use super::keys;
use super::terms::{Rule, Terms};
use crate::audit::{Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::invalid::Invalid;
use crate::publication::{self, Content, Head, Order, Version};
use crate::table::{Key, Query, Tables};
use crate::text::Word;
use crate::time::Timestamp;

/// A rule as it is now.
pub type RuleHead = Head<Terms<Expression>>;

/// A rule in one version.
pub type RuleVersion = Version<Terms<Expression>>;

impl Content for Terms<Expression> {
    type Written = Terms<String>;

    const SET: Action = Action::SetRule;
    const SET_STATE: Action = Action::SetRuleState;

    fn written(&self) -> Terms<String> {
        self.text()
    }

    fn from(&self) -> Option<Timestamp> {
        self.from
    }

    fn until(&self) -> Option<Timestamp> {
        self.until
    }

    fn may_follow(&self, before: &Self) -> Result<(), Invalid> {
        let (Some(budget), Some(before)) = (self.budget, &before.budget) else {
            return Ok(());
        };
        let checked = budget.checked_after(before);
        checked.map_err(|invalid| invalid.within("/budget"))?;
        Ok(())
    }

    /// The backtest that is named must be one of this version, and where none is, there must be a reason.
    async fn allow(tables: &Tables, id: &Word, version: u32, order: &Order) -> Result<(), Error> {
        let allowed = match order.backtest_id {
            Some(backtest) => backtest::is_done_for(tables, backtest, id, version).await?,
            None => order.reason.is_some(),
        };
        Ok(allowed
            .then_some(())
            .ok_or(Rejection::BacktestOrReasonNeeded)?)
    }

    fn not_found() -> Rejection {
        Rejection::RuleNotFound
    }

    fn head(id: &Word) -> Key {
        keys::rule(id)
    }

    fn heads(after: Option<String>, limit: usize) -> Query {
        keys::rules(after, limit)
    }

    fn version(id: &Word, version: u32) -> Key {
        keys::rule_version(id, version)
    }

    fn versions(id: &Word, after: Option<String>, limit: usize) -> Query {
        keys::rule_versions(id, after, limit)
    }
}

impl RuleHead {
    /// The rule as awards use it; none, unless it is published and neither paused nor ended.
    pub fn in_force(self) -> Option<Rule> {
        self.is_published().then_some(())?;
        let published = self.published?;
        Some(Rule {
            rule_id: self.id,
            version: published.version,
            terms: published.content,
        })
    }
}

impl RuleVersion {
    /// The rule of this name in this version, as awards use it.
    pub fn of(self, rule_id: Word) -> Rule {
        Rule {
            rule_id,
            version: self.version,
            terms: self.content,
        }
    }
}

/// Reads all rules, by name.
pub async fn list(tables: &Tables) -> Result<Vec<RuleHead>, Failure> {
    publication::heads(tables).await
}

/// Reads one rule.
pub async fn find(tables: &Tables, id: &Word) -> Result<RuleHead, Error> {
    publication::head(tables, id).await
}

/// Reads one version of a rule; the newest, without.
pub async fn version(
    tables: &Tables,
    rule: &RuleHead,
    version: Option<u32>,
) -> Result<RuleVersion, Error> {
    publication::version(tables, rule, version).await
}

/// Reads the versions of a rule, newest first, behind the place `after`; and the place to go on from, if there may be more.
pub async fn versions(
    tables: &Tables,
    id: &Word,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<RuleVersion>, Option<String>), Failure> {
    publication::versions(tables, id, after, limit).await
}

/// Makes these the terms of the rule's next version, if they are sound; if the newest version says the same, that is the
/// answer. Nothing is awarded by a version before it is published.
pub async fn set(
    tables: &Tables,
    id: &Word,
    terms: Terms<String>,
    act: &Act,
) -> Result<RuleVersion, Error> {
    publication::set(tables, id, terms.check()?, act).await
}

/// Publishes, pauses, resumes or ends a rule; if it is already so, nothing changes.
pub async fn set_state(
    tables: &Tables,
    id: &Word,
    order: &Order,
    act: &Act,
) -> Result<RuleHead, Error> {
    publication::set_state(tables, id, order, act).await
}

#[cfg(test)]
mod tests;
