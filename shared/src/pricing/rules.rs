//! Price rules as administrators keep them: drafts, versions, and the one that holds.

use super::{PriceRule, PriceRuleTerms, PublishedRule, keys};
use crate::audit::{Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::publication::{self, Content, Head, Order, Version};
use crate::table::{Key, Query, Tables};
use crate::text::Word;
use crate::time::Timestamp;

/// A rule as it is now.
pub type RuleHead = Head<PriceRule>;

/// A rule in one version.
pub type RuleVersion = Version<PriceRule>;

impl Content for PriceRule {
    type Written = PriceRuleTerms;

    const SET: Action = Action::SetPriceRule;
    const SET_STATE: Action = Action::SetPriceRuleState;

    fn written(&self) -> PriceRuleTerms {
        self.terms()
    }

    fn from(&self) -> Option<Timestamp> {
        None
    }

    fn until(&self) -> Option<Timestamp> {
        None
    }

    fn not_found() -> Rejection {
        Rejection::PriceRuleNotFound
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
    /// The rule as repricing and quotes use it; none, unless it is published and neither paused nor ended.
    pub fn in_force(self) -> Option<PublishedRule> {
        self.is_published().then_some(())?;
        let published = self.published?;
        Some(PublishedRule {
            rule_id: self.id,
            version: published.version,
            rule: published.content,
        })
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

/// Reads the versions of a rule, newest first, behind the place `after`; and the place to go on from, if there may be
/// more.
pub async fn versions(
    tables: &Tables,
    id: &Word,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<RuleVersion>, Option<String>), Failure> {
    publication::versions(tables, id, after, limit).await
}

/// Makes these the terms of the rule's next version, if they are sound; if the newest version says the same, that is the
/// answer. No price is moved by a version before it is published.
pub async fn set(
    tables: &Tables,
    id: &Word,
    terms: PriceRuleTerms,
    act: &Act,
) -> Result<RuleVersion, Error> {
    let rule = terms.checked(act.at).map_err(Rejection::from)?;
    publication::set(tables, id, rule, act).await
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
