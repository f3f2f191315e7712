//! Promotions: times in which rules give more.
//!
//! A promotion holds from one instant up to another, on the days and at the hours that the clocks of its own zone show. What
//! several of them come to together is [`Stacking`]'s to say.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::stacking::{Stacking, StackingMode};
use super::kind::ActivityKind;
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::invalid::Invalid;
use crate::ledger::Category;
use crate::ratio::Ratio;
use crate::recurrence::{Hours, Recurrence};
use crate::text::{Text, Word};
use crate::time::Timestamp;
use crate::zone::Zone;

mod stacking;

/// More than usual, for a time. `Z` is how its zone stands there: as a name where an administrator writes or reads it, worked
/// out everywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PromotionTerms")]
pub struct Promotion<Z = Zone> {
    /// What members read.
    pub title: Text<1, 80>,
    /// Which kinds of activities; all, without.
    #[schemars(length(min = 1))]
    pub kinds: Option<BTreeSet<ActivityKind>>,
    /// Which categories; all, without.
    #[schemars(length(min = 1))]
    pub categories: Option<BTreeSet<Category>>,
    /// Which rules; all, without.
    #[schemars(length(min = 1, max = RULES_MAX))]
    pub rules: Option<BTreeSet<Word>>,
    /// For which members; all, without.
    pub segment: Option<Word>,
    /// With which partners; all and none, without.
    pub partner_class: Option<Class>,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to but without this instant, at most 366 days later.
    pub until: Timestamp,
    /// Whose clock the days and hours are read from, such as `Europe/Berlin`.
    pub zone: Z,
    /// On which days of the week, 1 (Monday) to 7; all, without. Hours over midnight belong to the day on which they begin.
    #[schemars(length(min = 1), inner(range(min = 1, max = 7)))]
    pub weekdays: Option<BTreeSet<u8>>,
    /// At which hours; all day, without.
    pub hours: Option<Hours>,
    /// How much more.
    pub effect: Effect,
}

/// A promotion as administrators write and read it.
pub type PromotionTerms = Promotion<String>;

/// How much more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// So many times as much, at least once.
    Multiplier(#[schemars(extend("pattern" = Ratio::AT_LEAST_ONE))] Ratio),
    /// So much on top, above zero and at most 1000.
    Bonus(#[schemars(extend("pattern" = BONUS))] Rjv),
}

/// To whom and what a promotion may apply.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The rule that gives.
    pub rule: &'a Word,
    /// What was done.
    pub kind: ActivityKind,
    /// What it counts as.
    pub category: Category,
    /// The member's segments.
    pub segments: &'a BTreeSet<Word>,
    /// The class of the partner it was done with.
    pub partner_class: Option<Class>,
    /// When it was done.
    pub at: Timestamp,
}

/// The most rules that one promotion names.
const RULES_MAX: usize = 20;

/// The longest promotion: a year, leap or not.
const LENGTH_MAX: TimeDelta = TimeDelta::days(366);

/// The largest bonus: what is beyond is a slip of the keyboard.
const BONUS_MAX: Rjv = Rjv::whole(1000);

/// What the texts of bonuses look like, as a regular expression.
const BONUS: &str = "^(1000([.]0{1,6})?|[1-9][0-9]{0,2}([.][0-9]{1,6})?|0[.]([1-9][0-9]{0,5}|0[1-9][0-9]{0,4}|00[1-9][0-9]{0,3}|000[1-9][0-9]{0,2}|0000[1-9][0-9]?|00000[1-9]))$";

impl Promotion {
    /// Whether it applies.
    pub fn applies(&self, occasion: &Occasion<'_>) -> bool {
        self.covers(occasion)
            && (self.from..self.until).contains(&occasion.at)
            && self.recurrence().is_on(self.zone.local(occasion.at))
    }

    /// When it is on from an instant on, the earliest first, at most so many times: a calendar to look at.
    pub fn times(&self, after: Timestamp, times_max: usize) -> Vec<Range<Timestamp>> {
        let within = self.from.max(after)..self.until;
        self.recurrence().times(&self.zone, within, times_max)
    }

    /// The promotion as administrators read it.
    pub fn terms(&self) -> PromotionTerms {
        self.clone().in_zone(self.zone.name().to_owned())
    }
}

impl PromotionTerms {
    /// The promotion, with the zone as it is known `now`, if its parts are within bounds and fit together.
    pub fn checked(self, now: Timestamp) -> Result<Promotion, Invalid> {
        self.check_filters()?;
        if self.from >= self.until {
            let reason = "a promotion ends after it begins";
            return Err(Invalid::at("/until", reason));
        }
        if self.until.since(self.from) > LENGTH_MAX {
            let reason = format!("a promotion lasts at most {} days", LENGTH_MAX.num_days());
            return Err(Invalid::at("/until", reason));
        }
        self.recurrence().check()?;
        self.effect
            .check()
            .map_err(|invalid| invalid.within("/effect"))?;
        let zone = Zone::named(&self.zone, now)
            .map_err(|unknown| Invalid::at("/zone", unknown.to_string()))?;
        Ok(self.in_zone(zone))
    }

    fn check_filters(&self) -> Result<(), Invalid> {
        let is_empty = [
            (
                "/kinds",
                self.kinds.as_ref().is_some_and(BTreeSet::is_empty),
            ),
            (
                "/categories",
                self.categories.as_ref().is_some_and(BTreeSet::is_empty),
            ),
            (
                "/rules",
                self.rules.as_ref().is_some_and(BTreeSet::is_empty),
            ),
        ];
        if let Some((pointer, _)) = is_empty.into_iter().find(|(_, is_empty)| *is_empty) {
            let reason = "a promotion for none of them never applies; leave it out for all of them";
            return Err(Invalid::at(pointer, reason));
        }
        if self
            .rules
            .as_ref()
            .is_some_and(|rules| rules.len() > RULES_MAX)
        {
            let reason = format!("a promotion names at most {RULES_MAX} rules");
            return Err(Invalid::at("/rules", reason));
        }
        Ok(())
    }
}

impl<Z> Promotion<Z> {
    fn in_zone<Y>(self, zone: Y) -> Promotion<Y> {
        Promotion {
            title: self.title,
            kinds: self.kinds,
            categories: self.categories,
            rules: self.rules,
            segment: self.segment,
            partner_class: self.partner_class,
            from: self.from,
            until: self.until,
            zone,
            weekdays: self.weekdays,
            hours: self.hours,
            effect: self.effect,
        }
    }

    fn recurrence(&self) -> Recurrence<'_> {
        Recurrence {
            weekdays: self.weekdays.as_ref(),
            hours: self.hours,
        }
    }

    /// Whether it is for this rule, activity, member and partner.
    fn covers(&self, occasion: &Occasion<'_>) -> bool {
        let Occasion {
            rule,
            kind,
            category,
            segments,
            ..
        } = occasion;
        let is_class = |class| occasion.partner_class == Some(class);
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
            && self
                .categories
                .as_ref()
                .is_none_or(|categories| categories.contains(category))
            && self
                .rules
                .as_ref()
                .is_none_or(|rules| rules.contains(*rule))
            && self
                .segment
                .as_ref()
                .is_none_or(|segment| segments.contains(segment))
            && self.partner_class.is_none_or(is_class)
    }
}

impl Effect {
    fn check(self) -> Result<(), Invalid> {
        match self {
            Self::Multiplier(ratio) if ratio < Ratio::ONE => Err(Invalid::at(
                "/multiplier",
                "a promotion never gives less: at least 1",
            )),
            Self::Bonus(bonus) if bonus.is_zero() || bonus > BONUS_MAX => {
                let reason = format!("a bonus is more than 0 and at most {BONUS_MAX} RJV");
                Err(Invalid::at("/bonus", reason))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
