//! Terms: what a rule says, in one immutable version.

use std::collections::BTreeSet;
use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use super::budget::Budget;
use super::expression::{Expression, Names, Type};
use super::kind::{self, ActivityKind, Reporter};
use super::limit::Limit;
use super::promotion::Stacking;
use super::streak::StreakRule;
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::ledger::{Category, Expiry};
use crate::ratio::{Ratio, Rounding};
use crate::text::{Text, Word};
use crate::time::Timestamp;

mod check;
#[cfg(test)]
mod tests;

pub(super) use self::check::{AMOUNT_MAX, LIMITS_MAX, limits_apart};

/// What a rule says. `E` is how its expressions stand there: as text where an administrator writes or reads them, checked
/// everywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RuleTerms")]
pub struct Terms<E> {
    /// What members read above it.
    pub title: Text<1, 80>,
    /// What members read: what to do to earn it.
    pub description: Text<1, 400>,
    /// What it counts as.
    pub category: Category,
    /// Which activities.
    pub kind: ActivityKind,
    /// Of the rules that an activity qualifies for, the one with the highest priority gives; of two as high, the first by id.
    pub priority: u16,
    /// From this instant on, by the activity's own time; always, without.
    pub from: Option<Timestamp>,
    /// Up to but without this instant; for good, without.
    pub until: Option<Timestamp>,
    /// For which members; all, without.
    pub segment: Option<Word>,
    /// With which partners; all and none, without.
    pub partner_class: Option<Class>,
    /// What must be true of an activity, an expression that gives true or false; nothing more, without.
    pub qualification: Option<E>,
    /// What one activity is worth.
    pub amount: Formula<E>,
    /// How an amount that does not come out even is rounded.
    pub rounding: Rounding,
    /// How promotions work together on it.
    pub stacking: Stacking,
    /// The most that one activity gives, bonuses included.
    pub amount_max: Rjv,
    /// How often and how much a member can earn by it.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// Limits that count apart for each value of a field of the activity.
    pub apart: Option<Apart>,
    /// How long a member waits between two awards, in minutes; not at all, without.
    #[schemars(range(min = 1, max = 525_600))]
    pub cooldown_minutes: Option<u32>,
    /// How days in a row are counted; not at all, without.
    pub streak: Option<StreakRule>,
    /// How much all members together can earn by it; anything, without.
    pub budget: Option<Budget>,
    /// After how many months the tokens expire; they do not, without.
    #[schemars(range(min = 1, max = 120))]
    pub expires_after_months: Option<u32>,
}

/// Limits that count apart for each value of a field of the activity. They hold beside the rule's other limits, which a source
/// that makes up values cannot get around.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Apart {
    /// The field, such as `feature`.
    pub by: Word,
    /// How often and how much a member can earn with each of its values.
    pub limits: Vec<Limit>,
}

/// What one activity is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "Formula")]
pub enum Formula<E> {
    /// Always the same.
    Fixed {
        /// So much.
        amount: Rjv,
    },
    /// So much for each unit.
    PerUnit {
        /// How many units: an expression that gives a whole number.
        units: E,
        /// What one is worth.
        amount: Rjv,
    },
    /// By a table of steps: the last whose `from` is reached.
    Tiered {
        /// What is looked up: an expression that gives a whole number.
        by: E,
        /// The steps, rising.
        tiers: Vec<Tier>,
    },
    /// A share of something.
    Percentage {
        /// Of what: an expression that gives a decimal.
        of: E,
        /// How many of a hundred.
        percent: Ratio,
    },
}

/// A step of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// From this number on.
    pub from: i64,
    /// So much.
    pub amount: Rjv,
}

/// A rule in one version, as awards use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, chosen by the administrator who made it.
    pub rule_id: Word,
    /// Counts the versions from 1.
    pub version: u32,
    /// What it says.
    #[serde(flatten)]
    pub terms: Terms<Expression>,
}

impl<E> Terms<E> {
    /// Whether they hold for a member in these segments at an instant.
    pub fn are_for(&self, segments: &BTreeSet<Word>, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at)
            && self.until.is_none_or(|until| at < until)
            && self
                .segment
                .as_ref()
                .is_none_or(|segment| segments.contains(segment))
    }

    /// Whether anything is counted for each member under it.
    pub fn keeps_count(&self) -> bool {
        self.streak.is_some() || self.cooldown_minutes.is_some() || !self.limits.is_empty()
    }

    /// When tokens that come in at `now` expire.
    pub fn expiry(&self, now: Timestamp) -> Expiry {
        self.expires_after_months
            .map_or(Expiry::Never, |months| Expiry::months_after(now, months))
    }

    /// The names that its expressions may use, and what each stands for.
    pub fn names(&self) -> Names {
        let mut names = kind::names(self.kind);
        let mut add = |name: &str, stands_for| names.insert(name.to_owned(), stands_for);
        add("member.earned", Type::Decimal);
        add("member.spent", Type::Decimal);
        add("local.hour", Type::Integer);
        add("local.weekday", Type::Integer);
        if self.kind.reporter() == Reporter::Partner {
            add("partner.exclusive", Type::Flag);
        }
        if self.streak.is_some() {
            add("streak.days", Type::Integer);
            add("streak.days_of_last_7", Type::Integer);
        }
        names
    }

    /// The same with its expressions made into something else, each told by where it stands and what it gives.
    fn try_map<F, X>(
        self,
        mut each: impl FnMut(&str, Type, E) -> Result<F, X>,
    ) -> Result<Terms<F>, X> {
        let qualification = self.qualification;
        let qualification = qualification.map(|text| each("/qualification", Type::Flag, text));
        Ok(Terms {
            title: self.title,
            description: self.description,
            category: self.category,
            kind: self.kind,
            priority: self.priority,
            from: self.from,
            until: self.until,
            segment: self.segment,
            partner_class: self.partner_class,
            qualification: qualification.transpose()?,
            amount: self.amount.try_map(each)?,
            rounding: self.rounding,
            stacking: self.stacking,
            amount_max: self.amount_max,
            limits: self.limits,
            apart: self.apart,
            cooldown_minutes: self.cooldown_minutes,
            streak: self.streak,
            budget: self.budget,
            expires_after_months: self.expires_after_months,
        })
    }
}

impl Terms<Expression> {
    /// The same with its expressions as their texts.
    pub fn text(&self) -> Terms<String> {
        let source =
            |_: &str, _, checked: Expression| Ok::<_, Infallible>(checked.source().to_owned());
        let Ok(text) = self.clone().try_map(source);
        text
    }
}

impl<E> Formula<E> {
    fn try_map<F, X>(
        self,
        mut each: impl FnMut(&str, Type, E) -> Result<F, X>,
    ) -> Result<Formula<F>, X> {
        Ok(match self {
            Self::Fixed { amount } => Formula::Fixed { amount },
            Self::PerUnit { units, amount } => Formula::PerUnit {
                units: each("/amount/units", Type::Integer, units)?,
                amount,
            },
            Self::Tiered { by, tiers } => Formula::Tiered {
                by: each("/amount/by", Type::Integer, by)?,
                tiers,
            },
            Self::Percentage { of, percent } => Formula::Percentage {
                of: each("/amount/of", Type::Decimal, of)?,
                percent,
            },
        })
    }
}
