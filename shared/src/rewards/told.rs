//! What a rule says of itself in one version: what members read, and what explains a decision.

use std::collections::BTreeMap;

use super::rules::RuleVersion;
use super::{Record, RuleRef, keys, record};
use crate::error::{Error, Failure, Rejection};
use crate::id::{ActivityId, MemberId};
use crate::ratio::Rounding;
use crate::table::{self, Tables};
use crate::text::Text;

/// What a rule says of itself. A version never changes, so this holds for every decision by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What members read above it.
    pub title: Text<1, 80>,
    /// What members read: what to do to earn it.
    pub description: Text<1, 400>,
    /// How it rounds.
    pub rounding: Rounding,
    /// What it asks of an activity, as it was written.
    pub qualification: Option<String>,
}

/// Reads what versions of rules say.
pub async fn told(
    tables: &Tables,
    rules: impl Iterator<Item = &RuleRef>,
) -> Result<BTreeMap<RuleRef, Told>, Failure> {
    let place = |rule: &RuleRef| (keys::rule_version(&rule.id, rule.version), rule.clone());
    let mut places: BTreeMap<_, _> = rules.map(place).collect();
    let found = table::get_distinct(tables, places.keys().cloned()).await?;
    let mut told = BTreeMap::new();
    for (place, item) in found {
        if let Some(rule) = places.remove(&place) {
            let version: RuleVersion = table::read(item)?;
            told.insert(rule, Told::from(version));
        }
    }
    Ok(told)
}

/// Reads what became of a member's activity, and what the rule that decided says of itself.
pub async fn decided(
    tables: &Tables,
    member: MemberId,
    id: ActivityId,
) -> Result<(Record, Option<Told>), Error> {
    let record = record(tables, member, id).await?;
    let record = record.ok_or(Rejection::ActivityNotFound)?;
    let told = told(tables, record.trace.rule.iter()).await?;
    Ok((record, told.into_values().next()))
}

impl From<RuleVersion> for Told {
    fn from(version: RuleVersion) -> Self {
        let terms = version.content;
        let qualification = terms.qualification;
        Self {
            title: terms.title,
            description: terms.description,
            rounding: terms.rounding,
            qualification: qualification.map(|expression| expression.source().to_owned()),
        }
    }
}
