//! Ways to earn: what each rule would give a member at this moment.
//!
//! What is said of a rule is what [`decide`](super::decide) says of a [probe](Probe): an activity of the rule's kind, reported
//! now, in a book with no other rule. So what is promised here is what is given then, by the same code. Where a rule looks at
//! the particulars of an activity, this is left open: the way shows how an amount comes about instead of an amount.
//!
//! Budgets are left out. Whether all members together have left something is asked when something is given: a counter that
//! everybody reads who only looks would be one place for all.

mod probe;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;

use self::probe::Probe;
use super::book::PublishedPromotion;
use super::decide::{Decision, Situation};
use super::expression::Expression;
use super::known;
use super::limit::{Clocks, Left, Limit, LimitScope, LimitState, Period, Quota};
use super::promotion::Effect;
use super::standing::{Scope, own_limits, programme_limits};
use super::streak::{Milestone, Moment};
use super::terms::{Formula, Rule};
use super::{ActivityKind, Book, Reason, Reporter};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::error::Failure;
use crate::id::MemberId;
use crate::ledger::Category;
use crate::ratio::Ratio;
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

/// How an amount comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "WayGives")]
pub enum Gives {
    /// Always the same.
    Fixed {
        /// So much.
        amount: Rjv,
    },
    /// So much for each unit.
    PerUnit {
        /// What one is worth.
        amount_per_unit: Rjv,
        /// What is counted.
        units: String,
    },
    /// By a table of steps.
    Tiered {
        /// What is looked up.
        by: String,
        /// The smallest step.
        from: Rjv,
        /// The largest.
        to: Rjv,
    },
    /// A share of something.
    Percentage {
        /// Of what.
        of: String,
        /// How many of a hundred.
        percent: Ratio,
    },
}

/// A promotion that applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WayPromotion")]
pub struct Promoted {
    /// The promotion.
    pub promotion_id: Word,
    /// What members read.
    pub title: Text<1, 80>,
    /// So many times as much, if it multiplies.
    pub multiplier: Option<Ratio>,
    /// So much on top, if it adds.
    pub bonus: Option<Rjv>,
    /// Up to when it applies; it may do so again later.
    pub until: Timestamp,
}

/// What the limits leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WayToday")]
pub struct Today {
    /// How many more awards; any number, without.
    pub awards_left: Option<u32>,
    /// How much more; any amount, without.
    pub amount_left: Option<Rjv>,
    /// When the first of the limits begins anew.
    pub resets_at: Option<Timestamp>,
    /// All limits that are about it: those of the rule, then those of the programme.
    pub limits: Vec<LimitView>,
}

/// A limit, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WayLimit")]
pub struct LimitView {
    /// Over what it counts; only this rule, without.
    pub scope: Option<LimitScope>,
    /// Over which time.
    pub period: Period,
    /// The most.
    pub max: Quota,
    /// It counts apart for each value of this field of an activity, so that only an activity tells what is left.
    pub counted_by: Option<Word>,
    /// How it stands. What counts apart, by a field or by partner, is left open.
    pub state: Option<LimitState>,
}

/// What is in the way of earning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WayObstacle")]
pub struct Obstacle {
    /// What it is, as it would stand in the record of an activity.
    pub because: Reason,
    /// The same in a sentence.
    pub detail: String,
    /// When it is gone; nobody knows, without.
    pub resets_at: Option<Timestamp>,
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

impl Gives {
    fn new(formula: &Formula<Expression>) -> Self {
        let text = |expression: &Expression| expression.source().to_owned();
        match formula {
            Formula::Fixed { amount } => Self::Fixed { amount: *amount },
            Formula::PerUnit { units, amount } => Self::PerUnit {
                amount_per_unit: *amount,
                units: text(units),
            },
            Formula::Tiered { by, tiers } => {
                let amounts = || tiers.iter().map(|tier| tier.amount);
                Self::Tiered {
                    by: text(by),
                    from: amounts().min().unwrap_or_default(),
                    to: amounts().max().unwrap_or_default(),
                }
            }
            Formula::Percentage { of, percent } => Self::Percentage {
                of: text(of),
                percent: *percent,
            },
        }
    }
}

impl Promoted {
    fn new(published: &PublishedPromotion, now: Timestamp) -> Self {
        let promotion = &published.promotion;
        let is_always_on = promotion.weekdays.is_none() && promotion.hours.is_none();
        let present = if is_always_on {
            None
        } else {
            promotion.times(now, 1).into_iter().next()
        };
        let (multiplier, bonus) = match promotion.effect {
            Effect::Multiplier(ratio) => (Some(ratio), None),
            Effect::Bonus(amount) => (None, Some(amount)),
        };
        Self {
            promotion_id: published.promotion_id.clone(),
            title: promotion.title.clone(),
            multiplier,
            bonus,
            until: present.map_or(promotion.until, |time| time.end),
        }
    }
}

impl Today {
    fn new(book: &Book, rule: &Rule, probe: &Probe, case: &Situation, now: Timestamp) -> Self {
        let clocks = Clocks {
            member: case.profile.zone_at(now),
            programme: &book.programme.zone,
        };
        let apart = Scope::apart(rule, &probe.activity);
        let view = |kind: Option<LimitScope>, scope: &Scope, limit: &Limit| {
            let by = rule.terms.apart.as_ref().map(|apart| apart.by.clone());
            let counted_by = by.filter(|_| apart.as_ref() == Some(scope));
            let is_known = counted_by.is_none() && kind != Some(LimitScope::Partner);
            let standing = case.standings.get(scope).cloned().unwrap_or_default();
            LimitView {
                scope: kind,
                period: limit.period,
                max: limit.max,
                counted_by,
                state: is_known.then(|| limit.state(&standing.tally, now, clocks)),
            }
        };
        let own = own_limits(rule, &probe.activity);
        let own = own.map(|(scope, limit)| view(None, &scope, limit));
        let shared = programme_limits(book, rule, &probe.activity);
        let shared = shared.map(|(kind, scope, limit)| view(Some(kind), &scope, limit));
        let limits: Vec<LimitView> = own.chain(shared).collect();
        let states = || limits.iter().filter_map(|limit| limit.state);
        Self {
            awards_left: states().filter_map(|state| state.left.count()).min(),
            amount_left: states().filter_map(|state| state.left.amount()).min(),
            resets_at: states().filter_map(|state| state.resets_at).min(),
            limits,
        }
    }
}

impl Left {
    const fn count(self) -> Option<u32> {
        match self {
            Self::Count(count) => Some(count),
            Self::Amount(_) | Self::Unknown => None,
        }
    }

    const fn amount(self) -> Option<Rjv> {
        match self {
            Self::Amount(amount) => Some(amount),
            Self::Count(_) | Self::Unknown => None,
        }
    }
}

impl Obstacle {
    fn new(because: Reason) -> Self {
        let resets_at = match &because {
            Reason::LimitReached { resets_at, .. }
            | Reason::CoolingDown { resets_at }
            | Reason::BudgetExhausted { resets_at } => *resets_at,
            Reason::NoRule {}
            | Reason::NotQualified {}
            | Reason::NothingEarned {}
            | Reason::TooLate {}
            | Reason::InFuture {}
            | Reason::NotComputable { .. } => None,
        };
        Self {
            detail: sentence(&because),
            because,
            resets_at,
        }
    }
}

fn sentence(reason: &Reason) -> String {
    let sentence = match reason {
        Reason::LimitReached { scope, period, .. } => {
            let what = match scope {
                None => "this gives",
                Some(LimitScope::Member) => "you can earn",
                Some(LimitScope::Category) => "you can earn in this category",
                Some(LimitScope::Partner) => "you can earn with this partner",
            };
            let when = match period {
                Period::Day => " today",
                Period::Week => " this week",
                Period::Month => " this month",
                Period::RollingMinutes(_) => " for now",
                Period::Lifetime => "",
            };
            return format!("You have earned all that {what}{when}.");
        }
        Reason::CoolingDown { .. } => "This was rewarded a short while ago.",
        Reason::BudgetExhausted { .. } => "All that members can earn by this was given.",
        Reason::NoRule {} => "No rule rewards this.",
        Reason::NotQualified {} => "This asks for more than holds at the moment.",
        Reason::NothingEarned {} => "This gives nothing at the moment.",
        Reason::TooLate {} => "It is not known any more what was given.",
        Reason::InFuture {} => "This lies in the future.",
        Reason::NotComputable { .. } => "What this gives cannot be worked out at the moment.",
    };
    sentence.to_owned()
}
