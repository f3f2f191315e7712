//! Rules of prices: what makes codes dearer or cheaper for as long as it lasts.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::selection::Selection;
use crate::catalog::Class;
use crate::invalid::Invalid;
use crate::ratio::Ratio;
use crate::recurrence::{Hours, Recurrence};
use crate::text::{Text, Word};
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// A rule of prices. `Z` is how its zone stands there: as a name where an administrator writes or reads it, worked out
/// everywhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PriceRuleTerms")]
pub struct PriceRule<Z = Zone> {
    /// What members read.
    pub title: Text<1, 80>,
    /// For which products.
    #[serde(default)]
    pub selection: Selection,
    /// What it does.
    pub effect: RuleEffect<Z>,
}

/// A rule of prices as administrators write and read it.
pub type PriceRuleTerms = PriceRule<String>;

/// What a rule of prices does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "PriceRuleEffect")]
pub enum RuleEffect<Z> {
    /// The price follows how well a product sells.
    SellThrough {
        /// Looks at the last so many days, 1 to 30, today among them.
        #[schemars(range(min = 1, max = DAYS_MAX))]
        days: u8,
        /// How many count as all; those sold and those left, without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1))]
        of: Option<u32>,
        /// By how many of a hundred are sold, rising. Below the first, the rule does nothing.
        #[schemars(length(min = 1, max = BANDS_MAX))]
        bands: Vec<Band<Ratio>>,
        /// How far beyond the edge of a band it must be to change the band, less than half of any band is wide.
        hysteresis: Ratio,
    },
    /// The price follows how many are left. It says nothing of what never runs out.
    Remaining {
        /// By how many are left, rising. Below the first, the rule does nothing.
        #[schemars(length(min = 1, max = BANDS_MAX))]
        bands: Vec<Band<u32>>,
        /// How far beyond the edge of a band it must be to change the band, less than half of any band is wide.
        hysteresis: u32,
    },
    /// The price follows the days and hours of the week.
    Week {
        /// Whose clock they are read from, such as `Europe/Berlin`.
        zone: Z,
        /// On which days of the week, 1 (Monday) to 7; all, without. Hours over midnight belong to the day on which they
        /// begin.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1), inner(range(min = 1, max = 7)))]
        weekdays: Option<BTreeSet<u8>>,
        /// At which hours; all day, without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hours: Option<Hours>,
        /// So many times the price, 0.1 to 10.
        factor: Ratio,
    },
    /// The price follows the year.
    Season {
        /// Whose calendar, such as `Europe/Berlin`.
        zone: Z,
        /// From this day on.
        from: YearDay,
        /// Up to but without this day, of the next year if it is earlier.
        until: YearDay,
        /// So many times the price, 0.1 to 10.
        factor: Ratio,
    },
    /// The price follows the class of the partner. It holds at once, and only one of these does: the highest priority, then
    /// the first by id.
    ClassRate {
        /// Of which class.
        partner_class: Class,
        /// So many times the price, 0.1 to 10.
        rate: Ratio,
        /// Which comes first, the higher one.
        #[serde(default)]
        priority: i32,
    },
}

/// From a value on, up to the next band's, so many times the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "{V}PriceBand")]
pub struct Band<V> {
    /// From this value on.
    pub from: V,
    /// So many times the price, 0.1 to 10.
    pub factor: Ratio,
}

/// A day of any year. Its text is like `11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct YearDay {
    month: u32,
    day: u32,
}

/// Why a text is not a day of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day of the year is written such as \"11-23\"")]
pub struct InvalidYearDay;

/// A rule of prices in the version that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRule {
    /// Its name.
    pub rule_id: Word,
    /// Its version.
    pub version: u32,
    /// What it says.
    pub rule: PriceRule,
}

/// The most days that a rule looks back.
pub const DAYS_MAX: u8 = 30;

const BANDS_MAX: usize = 10;
const FACTOR_MIN: Ratio = Ratio::from_units(1_000);
const FACTOR_MAX: Ratio = Ratio::from_units(100_000);

impl PriceRule {
    /// The rule as administrators read it.
    pub fn terms(&self) -> PriceRuleTerms {
        let Ok(terms) = self
            .clone()
            .in_zone(|zone| Ok::<_, Infallible>(zone.name().to_owned()));
        terms
    }
}

impl PriceRuleTerms {
    /// The rule, with its zone as it is known `now`, if its parts are within bounds and fit together.
    pub fn checked(self, now: Timestamp) -> Result<PriceRule, Invalid> {
        let selection = self.selection.check();
        selection.map_err(|invalid| invalid.within("/selection"))?;
        let within = |invalid: Invalid| {
            let name = self.effect.name();
            invalid.within(&format!("/effect/{name}"))
        };
        self.effect.check().map_err(within)?;
        let place = format!("/effect/{}/zone", self.effect.name());
        self.in_zone(|name| {
            Zone::named(&name, now).map_err(|unknown| Invalid::at(&place, unknown.to_string()))
        })
    }
}

impl<Z> PriceRule<Z> {
    fn in_zone<Y, E>(self, other: impl FnOnce(Z) -> Result<Y, E>) -> Result<PriceRule<Y>, E> {
        Ok(PriceRule {
            title: self.title,
            selection: self.selection,
            effect: self.effect.in_zone(other)?,
        })
    }
}

impl<Z> RuleEffect<Z> {
    /// Its name, as in JSON.
    const fn name(&self) -> &'static str {
        match self {
            Self::SellThrough { .. } => "sell_through",
            Self::Remaining { .. } => "remaining",
            Self::Week { .. } => "week",
            Self::Season { .. } => "season",
            Self::ClassRate { .. } => "class_rate",
        }
    }

    fn check(&self) -> Result<(), Invalid> {
        match self {
            Self::SellThrough {
                days,
                of,
                bands,
                hysteresis,
            } => {
                if !(1..=DAYS_MAX).contains(days) {
                    let reason = format!("it looks at the last 1 to {DAYS_MAX} days");
                    return Err(Invalid::at("/days", reason));
                }
                if *of == Some(0) {
                    return Err(Invalid::at("/of", "all are at least 1"));
                }
                check_bands(bands, u64::from(hysteresis.units()), |from| {
                    u64::from(from.units())
                })
            }
            Self::Remaining { bands, hysteresis } => {
                check_bands(bands, u64::from(*hysteresis), u64::from)
            }
            Self::Week {
                weekdays,
                hours,
                factor,
                ..
            } => {
                let weekdays = weekdays.as_ref();
                let hours = *hours;
                Recurrence { weekdays, hours }.check()?;
                check_factor("/factor", *factor)
            }
            Self::Season {
                from,
                until,
                factor,
                ..
            } => {
                if from == until {
                    let reason = "a season ends on another day than it begins";
                    return Err(Invalid::at("/until", reason));
                }
                check_factor("/factor", *factor)
            }
            Self::ClassRate { rate, .. } => check_factor("/rate", *rate),
        }
    }

    fn in_zone<Y, E>(self, other: impl FnOnce(Z) -> Result<Y, E>) -> Result<RuleEffect<Y>, E> {
        Ok(match self {
            Self::SellThrough {
                days,
                of,
                bands,
                hysteresis,
            } => RuleEffect::SellThrough {
                days,
                of,
                bands,
                hysteresis,
            },
            Self::Remaining { bands, hysteresis } => RuleEffect::Remaining { bands, hysteresis },
            Self::Week {
                zone,
                weekdays,
                hours,
                factor,
            } => RuleEffect::Week {
                zone: other(zone)?,
                weekdays,
                hours,
                factor,
            },
            Self::Season {
                zone,
                from,
                until,
                factor,
            } => RuleEffect::Season {
                zone: other(zone)?,
                from,
                until,
                factor,
            },
            Self::ClassRate {
                partner_class,
                rate,
                priority,
            } => RuleEffect::ClassRate {
                partner_class,
                rate,
                priority,
            },
        })
    }
}

fn check_factor(place: &str, factor: Ratio) -> Result<(), Invalid> {
    if (FACTOR_MIN..=FACTOR_MAX).contains(&factor) {
        return Ok(());
    }
    let reason = format!("a factor is {FACTOR_MIN} to {FACTOR_MAX}");
    Err(Invalid::at(place, reason))
}

/// Bands rise, and between two edges there is room for the hysteresis of both: from anywhere, every band can be reached.
fn check_bands<V: Copy>(
    bands: &[Band<V>],
    hysteresis: u64,
    value: impl Fn(V) -> u64,
) -> Result<(), Invalid> {
    if bands.is_empty() || bands.len() > BANDS_MAX {
        let reason = format!("there are 1 to {BANDS_MAX} bands");
        return Err(Invalid::at("/bands", reason));
    }
    let mut before = None;
    for (index, band) in bands.iter().enumerate() {
        let place = format!("/bands/{index}");
        check_factor("/factor", band.factor).map_err(|invalid| invalid.within(&place))?;
        let from = value(band.from);
        if before.is_some_and(|before| from <= before) {
            let reason = "a band begins above the one before it";
            return Err(Invalid::at("/from", reason).within(&place));
        }
        let room = before.map_or(from.saturating_mul(2), |before| from - before);
        if hysteresis.saturating_mul(2) >= room && (from > 0 || before.is_some()) {
            let reason = "it is less than half as much as any band is wide";
            return Err(Invalid::at("/hysteresis", reason));
        }
        before = Some(from);
    }
    Ok(())
}

impl YearDay {
    /// The day of the year of a day.
    pub fn of(day: Day) -> Self {
        Self {
            month: day.month(),
            day: day.day(),
        }
    }

    /// Whether it is among the days from one up to but without another, over new year if that is earlier.
    pub(super) fn is_between(self, from: Self, until: Self) -> bool {
        if from < until {
            (from..until).contains(&self)
        } else {
            self >= from || self < until
        }
    }
}

impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for YearDay {
    type Err = InvalidYearDay;

    fn from_str(text: &str) -> Result<Self, InvalidYearDay> {
        let (month, day) = text.split_once('-').ok_or(InvalidYearDay)?;
        let number = |part: &str| part.parse().map_err(|_| InvalidYearDay);
        // The 29th of February is a day of some years.
        let day = NaiveDate::from_ymd_opt(2000, number(month)?, number(day)?);
        day.map(Self::of)
            .filter(|day| day.to_string() == text)
            .ok_or(InvalidYearDay)
    }
}

impl From<YearDay> for String {
    fn from(day: YearDay) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for YearDay {
    type Error = InvalidYearDay;

    fn try_from(text: String) -> Result<Self, InvalidYearDay> {
        text.parse()
    }
}
