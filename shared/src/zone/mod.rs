//! Time zones, worked out once: a zone carries its offsets for years ahead, so that whoever reads a clock needs no database
//! of zones and two readers never disagree.
//!
//! Only [`Zone::named`] looks into the database of time zones: functions that never call it do not carry it. After the ten
//! years for which a zone knows its offsets the last of them holds, until its name is looked up again.

mod offsets;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Deserializer, Serialize};

use self::offsets::Offsets;
use crate::text::Text;
use crate::time::{Day, Timestamp};

/// A time zone of the IANA database with its offsets from UTC, as they were known when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    #[serde(deserialize_with = "short")]
    name: String,
    offsets: Offsets,
}

/// The longest name in the database has half as many characters.
type Name = Text<1, 64>;

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The day.
    pub day: Day,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
}

/// Why a text is not a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is a name of the IANA database such as `Europe/Berlin`")]
pub struct UnknownZone;

/// How long before the instant at which a zone is chosen its offsets begin, and how long after it they end.
const BEFORE: TimeDelta = TimeDelta::days(60);
const AFTER: TimeDelta = TimeDelta::days(3653);

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            offsets: Offsets::constant(0),
        }
    }

    /// The zone of this name, written as the database writes it, with its offsets for the time around `now` and ten years
    /// ahead.
    pub fn named(name: &str, now: Timestamp) -> Result<Self, UnknownZone> {
        let text = Name::try_from(name.to_owned()).map_err(|_| UnknownZone)?;
        let found = jiff::tz::TimeZoneDatabase::bundled()
            .get(name)
            .map_err(|_| UnknownZone)?;
        // The database finds a name in any case, and has one for a clock that nobody knows.
        if found.iana_name() != Some(name) || found.is_unknown() {
            return Err(UnknownZone);
        }
        let from = now.plus(-BEFORE).epoch_seconds();
        let until = now.plus(AFTER).epoch_seconds();
        let start = jiff::Timestamp::from_second(from).unwrap_or(jiff::Timestamp::MAX);
        let changes = found
            .following(start)
            .map(|change| (change.timestamp().as_second(), change.offset().seconds()))
            .take_while(|(at, _)| *at < until);
        Ok(Self {
            name: text.into(),
            offsets: Offsets::new(found.to_offset(start).seconds(), changes),
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its clocks show at an instant.
    pub fn local(&self, at: Timestamp) -> Local {
        let second = at.epoch_seconds();
        let local = second.saturating_add(i64::from(self.offsets.at(second)));
        let shown = DateTime::from_timestamp(local, 0).unwrap_or(DateTime::UNIX_EPOCH);
        Local {
            day: shown.date_naive(),
            hour: shown.hour(),
            minute: shown.minute(),
        }
    }

    /// The day its clocks show at an instant.
    pub fn day(&self, at: Timestamp) -> Day {
        self.local(at).day
    }

    /// The first instant at which its clocks show this day or a later one.
    pub fn start_of(&self, day: Day) -> Timestamp {
        instant(self.offsets.first(midnight(day), i64::MIN))
    }

    /// The first instant after `at` at which its clocks show a later day than at `at`.
    pub fn end_of_day(&self, at: Timestamp) -> Timestamp {
        let today = self.day(at);
        let tomorrow = today.succ_opt().unwrap_or(today);
        instant(self.offsets.first(midnight(tomorrow), at.epoch_seconds()))
    }

    /// Whether the clocks of both zones show the same from one instant up to another.
    pub fn agrees_with(&self, other: &Self, from: Timestamp, until: Timestamp) -> bool {
        let between = (from.epoch_seconds(), until.epoch_seconds());
        self.offsets
            .between(between)
            .eq(other.offsets.between(between))
    }
}

impl Local {
    /// The day of the week, 1 (Monday) to 7.
    pub fn weekday(&self) -> u8 {
        u8::try_from(self.day.weekday().number_from_monday()).unwrap_or(1)
    }
}

fn short<'de, D: Deserializer<'de>>(name: D) -> Result<String, D::Error> {
    Name::deserialize(name).map(String::from)
}

/// Midnight of a day by a clock that shows UTC, in seconds since 1970.
fn midnight(day: Day) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}

/// The instant so many seconds after 1970, or the nearest there is.
fn instant(second: i64) -> Timestamp {
    let year_10000 = 253_402_300_800;
    Timestamp::new(
        DateTime::from_timestamp(second.clamp(0, year_10000), 0).unwrap_or(DateTime::UNIX_EPOCH),
    )
}
