//! Promotions of prices: times in which codes cost less.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::cents;
use super::price::PRICE_MAX;
use super::priced::Applied;
use super::selection::Selection;
use crate::amount::Rjv;
use crate::invalid::Invalid;
use crate::ratio::Ratio;
use crate::recurrence::{Hours, Recurrence};
use crate::text::{Text, Word};
use crate::time::Timestamp;
use crate::zone::Zone;

/// Codes cost less, for a time. `Z` is how its zone stands there: as a name where an administrator writes or reads it, worked
/// out everywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PricePromotionTerms")]
pub struct PricePromotion<Z = Zone> {
    /// What members read.
    pub title: Text<1, 80>,
    /// For which products.
    #[serde(default)]
    pub selection: Selection,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to but without this instant, at most 31 days later.
    pub until: Timestamp,
    /// Whose clock the days and hours are read from, such as `Europe/Berlin`.
    pub zone: Z,
    /// On which days of the week, 1 (Monday) to 7; all, without. Hours over midnight belong to the day on which they begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 1, max = 7)))]
    pub weekdays: Option<BTreeSet<u8>>,
    /// At which hours; all day, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// How much less.
    pub effect: Discount,
    /// Which comes first, the higher one.
    #[serde(default)]
    pub priority: i32,
    /// Whether it applies beside others.
    pub stacking: Stacking,
}

/// A promotion of prices as administrators write and read it.
pub type PricePromotionTerms = PricePromotion<String>;

/// How much less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// So many of a hundred parts are taken off, above 0 and below 100.
    PercentOff(Ratio),
    /// So much is taken off, a multiple of 0.01 and at most 1000.
    AmountOff(#[schemars(extend("pattern" = Rjv::POSITIVE))] Rjv),
    /// It costs this, a multiple of 0.01 and at most 1000, unless it costs less anyway. It always applies alone.
    Fixed(#[schemars(extend("pattern" = Rjv::POSITIVE))] Rjv),
}

/// Whether a promotion applies beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PriceStacking")]
pub enum Stacking {
    /// If it comes first of those that are on, it is the only one.
    Alone,
    /// It applies with all others that say so, unless one that applies alone comes first.
    WithOthers,
}

/// A promotion of prices in the version that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPromotion {
    /// Its name.
    pub promotion_id: Word,
    /// Its version.
    pub version: u32,
    /// What it says.
    pub promotion: PricePromotion,
}

/// The longest promotion.
const LENGTH_MAX: TimeDelta = TimeDelta::days(31);

impl PricePromotion {
    /// The promotion as administrators read it.
    pub fn terms(&self) -> PricePromotionTerms {
        self.clone().in_zone(self.zone.name().to_owned())
    }

    /// Whether it is on at an instant.
    pub fn is_on(&self, at: Timestamp) -> bool {
        let (weekdays, hours) = (self.weekdays.as_ref(), self.hours);
        (self.from..self.until).contains(&at)
            && (weekdays.is_none() && hours.is_none()
                || Recurrence { weekdays, hours }.is_on(self.zone.local(at)))
    }

    /// The first instant after `at` at which it may begin or end: the next full hour its clocks show, where it has hours.
    pub(super) fn next_edge(&self, at: Timestamp) -> Option<Timestamp> {
        if at < self.from {
            return Some(self.from);
        }
        if at >= self.until {
            return None;
        }
        let next = match (&self.weekdays, self.hours) {
            (_, Some(_)) => next_hour(&self.zone, at),
            (Some(_), None) => self.zone.end_of_day(at),
            (None, None) => self.until,
        };
        // Beyond the last instant there is no next one.
        Some(next.min(self.until)).filter(|next| *next > at)
    }

    /// Up to when it stays on, if it is on at `at`.
    pub(super) fn on_until(&self, at: Timestamp) -> Timestamp {
        let mut end = at;
        while self.is_on(end) {
            match self.next_edge(end) {
                Some(next) => end = next,
                None => break,
            }
        }
        end
    }
}

impl PublishedPromotion {
    /// How it is named where it applies.
    pub(super) fn applied(&self) -> Applied {
        Applied {
            id: self.promotion_id.clone(),
            version: self.version,
            title: self.promotion.title.clone(),
        }
    }
}

impl PricePromotionTerms {
    /// The promotion, with the zone as it is known `now`, if its parts are within bounds and fit together.
    pub fn checked(self, now: Timestamp) -> Result<PricePromotion, Invalid> {
        let selection = self.selection.check();
        selection.map_err(|invalid| invalid.within("/selection"))?;
        if self.from >= self.until {
            let reason = "a promotion ends after it begins";
            return Err(Invalid::at("/until", reason));
        }
        if self.until.since(self.from) > LENGTH_MAX {
            let reason = format!("a promotion lasts at most {} days", LENGTH_MAX.num_days());
            return Err(Invalid::at("/until", reason));
        }
        let (weekdays, hours) = (self.weekdays.as_ref(), self.hours);
        Recurrence { weekdays, hours }.check()?;
        let effect = self.effect.check();
        effect.map_err(|invalid| invalid.within("/effect"))?;
        if matches!(self.effect, Discount::Fixed(_)) && self.stacking != Stacking::Alone {
            let reason = "a promotion with a fixed price applies alone";
            return Err(Invalid::at("/stacking", reason));
        }
        let zone = Zone::named(&self.zone, now)
            .map_err(|unknown| Invalid::at("/zone", unknown.to_string()))?;
        Ok(self.in_zone(zone))
    }
}

impl<Z> PricePromotion<Z> {
    fn in_zone<Y>(self, zone: Y) -> PricePromotion<Y> {
        PricePromotion {
            title: self.title,
            selection: self.selection,
            from: self.from,
            until: self.until,
            zone,
            weekdays: self.weekdays,
            hours: self.hours,
            effect: self.effect,
            priority: self.priority,
            stacking: self.stacking,
        }
    }
}

/// The next instant at which a clock shows a full hour, or jumps. Clocks jump at full hours.
fn next_hour(zone: &Zone, at: Timestamp) -> Timestamp {
    let seconds = at.epoch_seconds();
    let minutes = i64::from(60 - zone.local(at).minute);
    let next = seconds - seconds.rem_euclid(60) + minutes * 60;
    Timestamp::new(DateTime::from_timestamp(next, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

impl Discount {
    fn check(self) -> Result<(), Invalid> {
        match self {
            Self::PercentOff(percent) if percent == Ratio::ZERO || percent >= Ratio::HUNDRED => {
                let reason = "more than 0 and less than 100 % are taken off";
                Err(Invalid::at("/percent_off", reason))
            }
            Self::PercentOff(_) => Ok(()),
            Self::AmountOff(amount) => {
                check_amount(amount).map_err(|invalid| invalid.within("/amount_off"))
            }
            Self::Fixed(amount) => check_amount(amount).map_err(|invalid| invalid.within("/fixed")),
        }
    }
}

fn check_amount(amount: Rjv) -> Result<(), Invalid> {
    cents::check(amount)?;
    if amount.is_zero() || amount > PRICE_MAX {
        let reason = format!("it is more than 0 and at most {PRICE_MAX} RJV");
        return Err(Invalid::at("", reason));
    }
    Ok(())
}
