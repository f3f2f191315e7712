//! The parts of a way to earn, as members see them.

use serde::Serialize;

use super::probe::Probe;
use crate::amount::Rjv;
use crate::ratio::Ratio;
use crate::rewards::book::PublishedPromotion;
use crate::rewards::decide::Situation;
use crate::rewards::expression::Expression;
use crate::rewards::limit::{Clocks, Left, Limit, LimitScope, LimitState, Period, Quota};
use crate::rewards::promotion::Effect;
use crate::rewards::standing::{Scope, own_limits, programme_limits};
use crate::rewards::terms::{Formula, Rule};
use crate::rewards::{Book, Reason};
use crate::text::{Text, Word};
use crate::time::Timestamp;

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

impl Gives {
    pub(super) fn new(formula: &Formula<Expression>) -> Self {
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
    pub(super) fn new(published: &PublishedPromotion, now: Timestamp) -> Self {
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
    pub(super) fn new(
        book: &Book,
        rule: &Rule,
        probe: &Probe,
        case: &Situation,
        now: Timestamp,
    ) -> Self {
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
    pub(super) fn new(because: Reason) -> Self {
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
