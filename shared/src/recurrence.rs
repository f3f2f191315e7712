//! Recurrences: on which days of the week and at which hours something is on, by the clocks of a zone.
//!
//! Hours over midnight belong to the day on which they begin. Where clocks leave an hour out nothing shows it, and where they
//! show one twice, it is on twice.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, Datelike, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use crate::time::Timestamp;
use crate::zone::{Local, Zone};

/// Days of the week and hours of the day; all of them, where none are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence<'a> {
    /// On which days of the week, 1 (Monday) to 7.
    pub weekdays: Option<&'a BTreeSet<u8>>,
    /// At which hours.
    pub hours: Option<Hours>,
}

/// Hours of a day, from one full hour up to but without another; over midnight if the second is smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From this hour on, 0 to 23.
    #[schemars(range(max = 23))]
    pub from: u8,
    /// Up to but without this hour, 1 to 24, another than the first.
    #[schemars(range(min = 1, max = 24))]
    pub until: u8,
}

impl Recurrence<'_> {
    /// Whether it ever is on, and says so with days and hours that exist.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut weekdays = self.weekdays.into_iter().flatten();
        if self.weekdays.is_some_and(BTreeSet::is_empty) {
            let reason = "on none of them it never is on; leave it out for all of them";
            return Err(Invalid::at("/weekdays", reason));
        }
        if weekdays.any(|day| !(1..=7).contains(day)) {
            let reason = "a day of the week is 1 (Monday) to 7";
            return Err(Invalid::at("/weekdays", reason));
        }
        if let Some(hours) = self.hours {
            hours.check().map_err(|invalid| invalid.within("/hours"))?;
        }
        Ok(())
    }

    /// Whether it is on when clocks show this.
    pub fn is_on(&self, local: Local) -> bool {
        let hours = self.hours.unwrap_or(Hours::ALL);
        let began = if hours.are_of_yesterday(local.hour) {
            local.day.pred_opt().unwrap_or(local.day)
        } else {
            local.day
        };
        let weekday = began.weekday().number_from_monday();
        let is_day = |days: &BTreeSet<u8>| days.iter().any(|day| u32::from(*day) == weekday);
        hours.contain(local.hour) && self.weekdays.is_none_or(is_day)
    }

    /// When it is on within a span, the earliest first, at most so many times: a calendar to look at.
    pub fn times(
        &self,
        zone: &Zone,
        within: Range<Timestamp>,
        times_max: usize,
    ) -> Vec<Range<Timestamp>> {
        let mut times: Vec<Range<Timestamp>> = Vec::new();
        let mut at = within.start;
        while at < within.end {
            let next = next_quarter(at).min(within.end);
            if next <= at {
                break;
            }
            if self.is_on(zone.local(at)) {
                if let Some(time) = times.last_mut().filter(|time| time.end == at) {
                    time.end = next;
                } else if times.len() < times_max {
                    times.push(at..next);
                } else {
                    break;
                }
            }
            at = next;
        }
        times
    }
}

/// The next full quarter of an hour: all clocks of our time begin their hours at one.
pub fn next_quarter(at: Timestamp) -> Timestamp {
    const QUARTER: i64 = 15 * 60;
    let quarters = at.epoch_seconds().div_euclid(QUARTER) + 1;
    Timestamp::new(DateTime::UNIX_EPOCH).plus(TimeDelta::seconds(quarters * QUARTER))
}

impl Hours {
    const ALL: Self = Self { from: 0, until: 24 };

    /// Whether these are hours that exist, and not none.
    pub fn check(self) -> Result<(), Invalid> {
        if self.from > 23 {
            return Err(Invalid::at("/from", "hours begin at 0 to 23"));
        }
        if !(1..=24).contains(&self.until) {
            return Err(Invalid::at("/until", "hours end at 1 to 24"));
        }
        if self.from == self.until {
            let reason = "hours end at another hour than they begin; leave them out for all day";
            return Err(Invalid::at("/until", reason));
        }
        Ok(())
    }

    const fn are_over_midnight(self) -> bool {
        self.until < self.from
    }

    /// Whether this hour, if it is among them, is among those that began the day before.
    fn are_of_yesterday(self, hour: u32) -> bool {
        self.are_over_midnight() && hour < u32::from(self.until)
    }

    fn contain(self, hour: u32) -> bool {
        let (is_from, is_until) = (hour >= u32::from(self.from), hour < u32::from(self.until));
        if self.are_over_midnight() {
            is_from || is_until
        } else {
            is_from && is_until
        }
    }
}
