//! Ways to earn: what each rule would give a member at this moment.
//!
//! What is said of a rule is what [`decide`](super::decide) says of a probe: an activity of the rule's kind, reported
//! now, in a book with no other rule. So what is promised here is what is given then, by the same code. Where a rule looks at
//! the particulars of an activity, this is left open: the way shows how an amount comes about instead of an amount.
//!
//! Budgets are left out. Whether all members together have left something is asked when something is given: a counter that
//! everybody reads who only looks would be one place for all.

mod parts;
mod probe;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::parts::{Gives, LimitView, Obstacle, Promoted, Today};
use self::probe::Probe;
use super::decide::{Decision, Situation};
use super::known;
use super::limit::LimitScope;
use super::standing::Scope;
use super::streak::{Milestone, Moment};
use super::terms::Rule;
use super::{ActivityKind, Book, Reason, Reporter};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::error::Failure;
use crate::id::MemberId;
use crate::ledger::Category;
use crate::table::Tables;
use crate::text::{Text, Word};
use crate::time::Timestamp;

/// A way to earn, as it stands for a member at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WayToEarn")]
pub struct Way {
    /// The rule.
    pub rule_id: Word,
    /// What members read above it.
    pub title: Text<1, 80>,
    /// What to do.
    pub description: Text<1, 400>,
    /// What it counts as.
    pub category: Category,
    /// Which activities it is about.
    pub kind: ActivityKind,
    /// Who reports them.
    pub reporter: Reporter,
    /// With which partners; with any, without.
    pub partner_class: Option<Class>,
    /// How an amount comes about, before promotions, bonuses and limits.
    pub gives: Gives,
    /// What one activity brings at this moment, promotions, bonuses and limits included. It is left out where that is nothing,
    /// or depends on the particulars of the activity.
    pub amount_now: Option<Rjv>,
    /// The most that one activity brings.
    pub amount_max: Rjv,
    /// The promotions that apply at this moment.
    pub promotions: Vec<Promoted>,
    /// How long all of them apply.
    pub promoted_until: Option<Timestamp>,
    /// What the limits leave.
    pub today: Today,
    /// The next length of the member's streak that is worth a bonus.
    pub next_milestone: Option<Milestone>,
    /// Whether an activity can bring something at this moment.
    pub available: bool,
    /// What is in the way, if something is.
    pub obstacle: Option<Obstacle>,
}

/// The ways to earn that a member has now, those that are open first, then by priority. One read, while the rules fit into it.
pub async fn list(
    tables: &Tables,
    book: &Book,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<Way>, Failure> {
    let (known, wallet) = known::with_wallet(tables, book, member, &scopes(book)).await?;
    let situation = Situation {
        profile: known.profile,
        lifetime_earned: wallet.lifetime_earned,
        lifetime_spent: wallet.lifetime_spent,
        partner_class: None,
        standings: known.standings,
        shards: None,
    };
    Ok(of(book, &situation, now))
}

/// The scopes that are known without an activity.
fn scopes(book: &Book) -> BTreeSet<Scope> {
    let mut scopes = BTreeSet::new();
    for rule in &book.rules {
        let terms = &rule.terms;
        if terms.keeps_count() {
            scopes.insert(Scope::of_rule(rule));
        }
        for scoped in &book.programme.limits {
            scopes.extend(match scoped.scope {
                LimitScope::Member => Some(Scope::Member),
                LimitScope::Category => Some(Scope::Category(terms.category)),
                LimitScope::Partner => None,
            });
        }
    }
    scopes
}

/// The ways to earn in a situation, those that are open first, then by priority.
pub fn of(book: &Book, situation: &Situation, now: Timestamp) -> Vec<Way> {
    let mut case = Situation {
        shards: None,
        ..situation.clone()
    };
    let mut alone = Book {
        rules: Vec::new(),
        promotions: book.promotions.clone(),
        programme: book.programme.clone(),
    };
    let mut ways = Vec::new();
    // Kinds and partners for which a rule gives, whatever the particulars: those behind it never come into play.
    let mut taken: Vec<(ActivityKind, Option<Class>)> = Vec::new();
    for rule in &book.rules {
        let (kind, class) = (rule.terms.kind, rule.terms.partner_class);
        if taken.contains(&(kind, None)) || taken.contains(&(kind, class)) {
            continue;
        }
        let Some(probe) = Probe::of(rule, now) else {
            continue;
        };
        case.partner_class = class.filter(|_| kind.reporter() == Reporter::Partner);
        alone.rules = vec![probe.rule.clone()];
        let Some(decision) = probe.decide(&alone, &case, now) else {
            continue;
        };
        if probe.asks_all && decision.outcome != Err(Reason::NotQualified {}) {
            taken.push((kind, class));
        }
        ways.push(way(book, rule, &probe, decision, &case, now));
    }
    ways.sort_by_key(|way| !way.available);
    ways
}

fn way(
    book: &Book,
    rule: &Rule,
    probe: &Probe,
    decision: Decision,
    case: &Situation,
    now: Timestamp,
) -> Way {
    let Decision { outcome, trace, .. } = decision;
    let terms = &rule.terms;
    let published = book.promotions.iter();
    let applying = published.filter(|promotion| {
        let id = &promotion.promotion_id;
        trace.promotions.iter().any(|applied| applied.id == *id)
    });
    let promotions: Vec<Promoted> = applying.map(|on| Promoted::new(on, now)).collect();
    Way {
        rule_id: rule.rule_id.clone(),
        title: terms.title.clone(),
        description: terms.description.clone(),
        category: terms.category,
        kind: terms.kind,
        reporter: terms.kind.reporter(),
        partner_class: terms.partner_class,
        gives: Gives::new(&terms.amount),
        amount_now: outcome.as_ref().ok().copied().filter(|_| probe.gives_all),
        amount_max: terms.amount_max,
        promoted_until: promotions.iter().map(|promotion| promotion.until).min(),
        promotions,
        today: Today::new(book, rule, probe, case, now),
        next_milestone: next_milestone(rule, case, now),
        available: outcome.is_ok(),
        obstacle: outcome.err().map(Obstacle::new),
    }
}

fn next_milestone(rule: &Rule, case: &Situation, now: Timestamp) -> Option<Milestone> {
    let terms = rule.terms.streak.as_ref()?;
    let standing = case.standings.get(&Scope::of_rule(rule));
    let streak = standing.and_then(|standing| standing.streak.clone());
    let moment = Moment::new(now, case.profile.zone_at(now));
    let status = streak.unwrap_or_default().status(terms, moment);
    status.next_milestone
}
