//! Whether terms are sound: every part within bounds, all of them fitting together, and each expression one of the names it
//! may use. What is far beyond any sensible value is a slip of the keyboard.

use std::collections::BTreeSet;

use super::{Apart, Formula, Terms};
use crate::amount::Rjv;
use crate::error::Rejection;
use crate::invalid::Invalid;
use crate::ratio::Ratio;
use crate::rewards::expression::{Expression, Type};
use crate::rewards::kind::{self, Reporter};
use crate::rewards::limit::{Clock, Limit, Period, Quota};
use crate::rewards::streak::{Repair, StreakRule};

/// The most that one activity may be worth.
pub(in crate::rewards) const AMOUNT_MAX: Rjv = Rjv::whole(1000);

/// The most limits in one place.
pub(in crate::rewards) const LIMITS_MAX: usize = 10;

const TIERS_MAX: usize = 50;
const MILESTONES_MAX: usize = 20;
const FREEZES_MAX: u32 = 10;
const MISSED_DAYS_MAX: u32 = 30;
const DAYS_MAX: u32 = 3650;
const COOLDOWN_MINUTES_MAX: u32 = 525_600;
const MONTHS_MAX: u32 = 120;

impl Terms<String> {
    /// The terms with their expressions checked, if they are sound.
    pub fn check(self) -> Result<Terms<Expression>, Rejection> {
        self.check_occasion()?;
        let largest = self.amount.check()?;
        within("/amount_max", self.amount_max, largest, AMOUNT_MAX)?;
        let rounding = self.rounding.checked();
        rounding.map_err(|invalid| invalid.within("/rounding"))?;
        if self.rounding.to > self.amount_max {
            let reason = "nothing as large as this is given";
            return Err(Invalid::at("/rounding/to", reason).into());
        }
        let stacking = self.stacking.checked();
        stacking.map_err(|invalid| invalid.within("/stacking"))?;
        self.check_limits()?;
        if let Some(streak) = &self.streak {
            streak
                .check()
                .map_err(|invalid| invalid.within("/streak"))?;
        }
        if let Some(budget) = self.budget {
            let budget = budget.checked(self.amount_max);
            budget.map_err(|invalid| invalid.within("/budget"))?;
        }
        if let Some(months) = self.expires_after_months {
            between("/expires_after_months", months, 1, MONTHS_MAX)?;
        }
        let names = self.names();
        let checked = self.try_map(|place, gives, text| {
            let checked = Expression::check(&text, &names, gives);
            checked.map_err(|invalid| Invalid::at(place, invalid.to_string()))
        });
        Ok(checked?)
    }

    fn check_occasion(&self) -> Result<(), Invalid> {
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until <= from
        {
            return Err(Invalid::at("/until", "it ends after it begins"));
        }
        let is_with_partner = self.kind.reporter() == Reporter::Partner;
        if self.partner_class.is_some() && !is_with_partner {
            let reason = format!("`{}` is not done with a partner", self.kind);
            return Err(Invalid::at("/partner_class", reason));
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Invalid> {
        check_limits(&self.limits)?;
        if let Some(Apart { by, limits }) = &self.apart {
            if kind::names(self.kind).get(by.as_str()) != Some(&Type::Text) {
                let reason = format!("`{}` has no text of this name", self.kind);
                return Err(Invalid::at("/apart/by", reason));
            }
            check_limits(limits).map_err(|invalid| invalid.within("/apart"))?;
        }
        if let Some(minutes) = self.cooldown_minutes {
            between("/cooldown_minutes", minutes, 1, COOLDOWN_MINUTES_MAX)?;
        }
        Ok(())
    }
}

fn check_limits(limits: &[Limit]) -> Result<(), Invalid> {
    if limits.len() > LIMITS_MAX {
        let reason = format!("at most {LIMITS_MAX} limits hold");
        return Err(Invalid::at("/limits", reason));
    }
    for (place, limit) in limits.iter().enumerate() {
        let checked = limit.checked();
        checked.map_err(|invalid| invalid.within(&format!("/limits/{place}")))?;
    }
    limits_apart(limits.iter().map(|limit| ((), limit)))
}

impl Formula<String> {
    /// The largest amount that stands in it, if it is sound.
    fn check(&self) -> Result<Rjv, Invalid> {
        let smallest = Rjv::from_micros(1).unwrap_or_default();
        match self {
            Self::Fixed { amount } | Self::PerUnit { amount, .. } => {
                within("/amount/amount", *amount, smallest, AMOUNT_MAX)?;
                Ok(*amount)
            }
            Self::Tiered { tiers, .. } => {
                if !(1..=TIERS_MAX).contains(&tiers.len()) {
                    let reason = format!("a table has 1 to {TIERS_MAX} steps");
                    return Err(Invalid::at("/amount/tiers", reason));
                }
                let (mut last, mut largest) = (None, smallest);
                for (place, tier) in tiers.iter().enumerate() {
                    if last.is_some_and(|last| tier.from <= last) {
                        let place = format!("/amount/tiers/{place}/from");
                        return Err(Invalid::at(&place, "each step begins above the one before"));
                    }
                    let place = format!("/amount/tiers/{place}/amount");
                    within(&place, tier.amount, smallest, AMOUNT_MAX)?;
                    last = Some(tier.from);
                    largest = largest.max(tier.amount);
                }
                Ok(largest)
            }
            Self::Percentage { percent, .. } => {
                if *percent == Ratio::ZERO || *percent > Ratio::HUNDRED {
                    let reason = "a share is more than 0 and at most 100 of a hundred";
                    return Err(Invalid::at("/amount/percent", reason));
                }
                Ok(smallest)
            }
        }
    }
}

impl StreakRule {
    /// Makes sure that its parts are within bounds and fit together.
    fn check(&self) -> Result<(), Invalid> {
        if let Some(days) = self.freeze_every_days {
            between("/freeze_every_days", days, 1, DAYS_MAX)?;
            between("/freezes_max", self.freezes_max, 1, FREEZES_MAX)?;
        } else if self.freezes_max > 0 {
            let reason = "`freeze_every_days` says how a freeze is earned";
            return Err(Invalid::at("/freezes_max", reason));
        }
        if let Some(Repair {
            within_days,
            every_days,
        }) = self.repair
        {
            between("/repair/within_days", within_days, 1, MISSED_DAYS_MAX)?;
            between("/repair/every_days", every_days, within_days, DAYS_MAX)?;
        }
        if self.milestones.len() > MILESTONES_MAX {
            let reason = format!("there are at most {MILESTONES_MAX} milestones");
            return Err(Invalid::at("/milestones", reason));
        }
        let mut least = 1;
        for (place, milestone) in self.milestones.iter().enumerate() {
            let days = format!("/milestones/{place}/days");
            between(&days, milestone.days, least, DAYS_MAX)?;
            least = milestone.days.saturating_add(1);
            let smallest = Rjv::from_micros(1).unwrap_or_default();
            let bonus = format!("/milestones/{place}/bonus");
            within(&bonus, milestone.bonus, smallest, AMOUNT_MAX)?;
        }
        Ok(())
    }
}

/// Makes sure that no two of these limits say the same thing with different numbers. Only days, weeks and months have a clock.
pub(in crate::rewards) fn limits_apart<'a, S: Ord>(
    limits: impl Iterator<Item = (S, &'a Limit)>,
) -> Result<(), Invalid> {
    let mut said = BTreeSet::new();
    for (place, (scope, limit)) in limits.enumerate() {
        let clock = match limit.period {
            Period::Day | Period::Week | Period::Month => limit.zone,
            Period::RollingMinutes(_) | Period::Lifetime => Clock::default(),
        };
        let is_amount = matches!(limit.max, Quota::Amount(_));
        if !said.insert((scope, limit.period, clock, is_amount)) {
            let reason = "another limit is over the same time and counts the same";
            return Err(Invalid::at(&format!("/limits/{place}"), reason));
        }
    }
    Ok(())
}

fn within(place: &str, amount: Rjv, least: Rjv, most: Rjv) -> Result<(), Invalid> {
    let reason = || format!("an amount from {least} to {most} RJV is expected");
    (least..=most)
        .contains(&amount)
        .then_some(())
        .ok_or_else(|| Invalid::at(place, reason()))
}

fn between(place: &str, number: u32, least: u32, most: u32) -> Result<(), Invalid> {
    let reason = || format!("a number from {least} to {most} is expected");
    (least..=most)
        .contains(&number)
        .then_some(())
        .ok_or_else(|| Invalid::at(place, reason()))
}
