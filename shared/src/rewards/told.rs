//! What a rule says of itself in one version: what members read, and what explains a decision.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::expression::Expression;
use super::{RuleRef, keys};
use crate::error::Failure;
use crate::ratio::Rounding;
use crate::table::{self, Item, Tables};
use crate::text::{Text, Word};

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

/// Reads what versions of rules say, at most 100 of them.
pub async fn told(
    tables: &Tables,
    rules: impl Iterator<Item = &RuleRef>,
) -> Result<BTreeMap<(Word, u32), Told>, Failure> {
    let mut places = BTreeMap::new();
    for RuleRef { id, version } in rules {
        let place = keys::rule_version(id, *version);
        places.insert(place, (id.clone(), *version));
    }
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = table::get_distinct(tables, places.keys().cloned()).await?;
    let mut told = BTreeMap::new();
    for (place, item) in found {
        if let Some(rule) = places.remove(&place) {
            told.insert(rule, read(item)?);
        }
    }
    Ok(told)
}

fn read(item: Item) -> Result<Told, Failure> {
    /// What is of interest of a version here.
    #[derive(Deserialize)]
    struct Seen {
        title: Text<1, 80>,
        description: Text<1, 400>,
        rounding: Rounding,
        qualification: Option<Expression>,
    }

    let seen: Seen = table::read(item)?;
    Ok(Told {
        title: seen.title,
        description: seen.description,
        rounding: seen.rounding,
        qualification: seen
            .qualification
            .map(|expression| expression.source().to_owned()),
    })
}
