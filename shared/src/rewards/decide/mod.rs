//! Deciding: what an activity earns, as a function of the book, of what is known of the member, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};

use self::case::{Case, Stop};
use super::budget::{Budget, Shard};
use super::profile::Profile;
use super::standing::{Scope, Standing};
use super::terms::Rule;
use super::{Activity, Book, Reason, Trace};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::text::Word;
use crate::time::Timestamp;

mod case;

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purse {
    /// The programme's.
    Programme,
    /// A rule's.
    Rule(Word),
}

/// All that a decision about a member's activity reads beside the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Where the member's clock stands, and the segments.
    pub profile: Profile,
    /// All that the member was ever awarded.
    pub lifetime_earned: Rjv,
    /// All that the member ever spent.
    pub lifetime_spent: Rjv,
    /// The class of the partner that reported it.
    pub partner_class: Option<Class>,
    /// What was given within each scope; nothing, where there is none.
    pub standings: BTreeMap<Scope, Standing>,
    /// What was drawn from each counter of each budget that was read. None at all: budgets are left out of account.
    pub shards: Option<BTreeMap<(Purse, u8), Shard>>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How much, or why nothing.
    pub outcome: Result<Rjv, Reason>,
    /// How it came about.
    pub trace: Trace,
    /// What changes with it.
    pub changes: Changes,
}

/// What a decision changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Standings that are others now.
    pub standings: BTreeMap<Scope, Standing>,
    /// Counters of budgets that were drawn from.
    pub shards: BTreeMap<(Purse, u8), Shard>,
}

/// A budget has counters that were not read and are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAll(pub Purse);

impl Situation {
    /// What is known of somebody of whom nothing is known.
    pub fn nobody(book: &Book) -> Self {
        Self {
            profile: Profile::unknown(&book.programme.zone),
            lifetime_earned: Rjv::ZERO,
            lifetime_spent: Rjv::ZERO,
            partner_class: None,
            standings: BTreeMap::new(),
            shards: None,
        }
    }

    /// Goes on from a decision to the next.
    pub fn follow(&mut self, decision: &Decision) {
        let Changes { standings, shards } = &decision.changes;
        self.standings.extend(standings.clone());
        if let Some(known) = &mut self.shards {
            known.extend(shards.clone());
        }
        if let Ok(amount) = decision.outcome {
            let earned = self.lifetime_earned.checked_add(amount);
            self.lifetime_earned = earned.unwrap_or(Rjv::MAX);
        }
    }

    fn standing(&self, scope: &Scope) -> Standing {
        self.standings.get(scope).cloned().unwrap_or_default()
    }
}

/// The scopes that a decision about an activity may read.
pub fn scopes(book: &Book, activity: &Activity) -> BTreeSet<Scope> {
    let mut scopes = BTreeSet::new();
    for rule in book.rules_about(activity.kind) {
        if rule.terms.keeps_count() {
            scopes.insert(Scope::of_rule(rule));
        }
        scopes.extend(Scope::apart(rule, activity));
        for scoped in &book.programme.limits {
            scopes.extend(Scope::of_programme(scoped.scope, rule, activity));
        }
    }
    scopes
}

/// The budgets that a decision about an activity may draw from.
pub fn budgets<'a>(book: &'a Book, activity: &Activity) -> BTreeMap<Purse, &'a Budget> {
    let of_rule = |rule: &'a Rule| {
        let budget = rule.terms.budget.as_ref()?;
        Some((Purse::Rule(rule.rule_id.clone()), budget))
    };
    let programme = book.programme.budget.as_ref();
    let rules = book.rules_about(activity.kind).filter_map(of_rule);
    rules
        .chain(programme.map(|budget| (Purse::Programme, budget)))
        .collect()
}

/// Decides what an activity earns at `now`.
pub fn decide(
    book: &Book,
    activity: &Activity,
    situation: &Situation,
    now: Timestamp,
) -> Result<Decision, ReadAll> {
    let mut case = Case::new(book, activity, situation, now);
    let outcome = match case.earn() {
        Ok(amount) => Ok(amount),
        Err(Stop::Refused(reason)) => Err(reason),
        Err(Stop::Needs(shards)) => return Err(shards),
    };
    let (trace, changes) = case.conclude();
    Ok(Decision {
        outcome,
        trace,
        changes,
    })
}
