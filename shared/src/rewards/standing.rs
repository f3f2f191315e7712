//! Standings: what a member was given within each scope, and the member's days in a row under each rule.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::limit::{Limit, LimitScope, Tally};
use super::streak::{Milestone, Streak};
use super::terms::{Apart, Rule};
use super::{Activity, Book, FieldValue};
use crate::id::PartnerId;
use crate::ledger::Category;
use crate::text::Word;

/// Over what awards of one member are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One rule; and of it one value of a field, where the rule counts by that.
    Rule(Word, Option<String>),
    /// All rules of a category.
    Category(Category),
    /// All activities with a partner.
    Partner(PartnerId),
    /// Everything.
    Member,
}

/// What a member was given within a scope, and the member's days under a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What was given.
    #[serde(default)]
    pub tally: Tally,
    /// The days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streak: Option<Streak>,
    /// Milestones that were reached and not given yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Milestone>,
    /// Goals that the member reached, where everything is counted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub goals_reached: BTreeSet<Word>,
    /// Counts the changes.
    #[serde(default)]
    pub version: u64,
}

impl Scope {
    /// The scope of a rule: its limits, and the member's days under it.
    pub fn of_rule(rule: &Rule) -> Self {
        Self::Rule(rule.rule_id.clone(), None)
    }

    /// The scope in which a rule counts an activity apart from others, where it does.
    pub fn apart(rule: &Rule, activity: &Activity) -> Option<Self> {
        let Apart { by, .. } = rule.terms.apart.as_ref()?;
        let value = match activity.fields.get(by.as_str()) {
            Some(FieldValue::Text(text)) => text.clone(),
            Some(FieldValue::Integer(number)) => number.to_string(),
            Some(FieldValue::Flag(flag)) => flag.to_string(),
            None => String::new(),
        };
        Some(Self::Rule(rule.rule_id.clone(), Some(value)))
    }

    /// The scope in which a limit of the programme counts an activity under a rule; none, if it is not about it.
    pub fn of_programme(scope: LimitScope, rule: &Rule, activity: &Activity) -> Option<Self> {
        match scope {
            LimitScope::Member => Some(Self::Member),
            LimitScope::Category => Some(Self::Category(rule.terms.category)),
            LimitScope::Partner => activity.source.partner().map(Self::Partner),
        }
    }
}

/// The limit that a rule's cooldown is.
pub(super) fn cooldown(rule: &Rule) -> Option<Limit> {
    rule.terms.cooldown_minutes.map(Limit::cooldown)
}

/// A rule's own limits, and in which scope each counts an activity.
pub(super) fn own_limits<'a>(
    rule: &'a Rule,
    activity: &Activity,
) -> impl Iterator<Item = (Scope, &'a Limit)> {
    let all = Scope::of_rule(rule);
    let all = rule
        .terms
        .limits
        .iter()
        .map(move |limit| (all.clone(), limit));
    let apart = rule.terms.apart.iter().flat_map(|apart| &apart.limits);
    let scope = Scope::apart(rule, activity);
    all.chain(apart.filter_map(move |limit| Some((scope.clone()?, limit))))
}

/// The programme's limits that are about an activity under a rule, and in which scope each counts it.
pub(super) fn programme_limits<'a>(
    book: &'a Book,
    rule: &Rule,
    activity: &Activity,
) -> impl Iterator<Item = (LimitScope, Scope, &'a Limit)> {
    let limits = book.programme.limits.iter();
    limits.filter_map(move |scoped| {
        let scope = Scope::of_programme(scoped.scope, rule, activity)?;
        Some((scoped.scope, scope, &scoped.limit))
    })
}
