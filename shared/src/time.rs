//! Instants with one text: RFC 3339 in UTC with milliseconds, so that text order is time order.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, SubsecRound, TimeDelta, Utc,
};
use serde::{Deserialize, Serialize};

/// An instant, whole milliseconds, between the years 1970 and 9999.
///
/// Within that range every text has the same length, and comparing two texts, as a table's conditions do, compares the instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Timestamp(DateTime<Utc>);

/// A calendar day. Its text is like `2026-11-23`.
pub type Day = NaiveDate;

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an instant is RFC 3339 between the years 1970 and 9999, such as \"2026-11-23T08:00:00Z\"")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The instant, cut to the millisecond and kept within the range of this type.
    pub fn new(instant: DateTime<Utc>) -> Self {
        let last = DateTime::from_timestamp_millis(253_402_300_799_999)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self(instant.trunc_subsecs(3).clamp(DateTime::UNIX_EPOCH, last))
    }

    /// The instant `duration` later (or earlier, if it is negative), kept within the range of this type.
    #[must_use]
    pub fn plus(self, duration: TimeDelta) -> Self {
        Self::new(
            self.0
                .checked_add_signed(duration)
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        )
    }

    /// The instant so many minutes later, kept within the range of this type.
    #[must_use]
    pub fn minutes_later(self, minutes: u32) -> Self {
        self.plus(TimeDelta::minutes(minutes.into()))
    }

    /// How long after `earlier` this is; negative if it is before.
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// The calendar day in UTC.
    pub fn day(self) -> Day {
        self.0.date_naive()
    }

    /// The first instant after a calendar day in UTC.
    pub fn end_of(day: Day) -> Self {
        let next = day.succ_opt().unwrap_or(day);
        Self::new(next.and_time(NaiveTime::MIN).and_utc())
    }

    /// The calendar month in UTC.
    pub fn month(self) -> Month {
        Month {
            year: self.0.year(),
            month: self.0.month(),
        }
    }

    /// Seconds since 1970, the unit of a table's time to live.
    pub fn epoch_seconds(self) -> i64 {
        self.0.timestamp()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let instant = DateTime::parse_from_rfc3339(text)
            .map_err(|_| InvalidTimestamp)?
            .to_utc();
        if (1970..=9999).contains(&instant.year()) {
            Ok(Self::new(instant))
        } else {
            Err(InvalidTimestamp)
        }
    }
}

impl From<Timestamp> for String {
    fn from(instant: Timestamp) -> Self {
        instant.to_string()
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: String) -> Result<Self, InvalidTimestamp> {
        text.parse()
    }
}

/// A calendar month in UTC. Its text is such as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month {
    year: i32,
    month: u32,
}

/// Why a text is not a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written such as \"2026-11\"")]
pub struct InvalidMonth;

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let first: Timestamp = format!("{text}-01T00:00:00Z")
            .parse()
            .map_err(|_| InvalidMonth)?;
        Some(first.month())
            .filter(|month| month.to_string() == text)
            .ok_or(InvalidMonth)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = InvalidMonth;

    fn try_from(text: String) -> Result<Self, InvalidMonth> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_utc_with_milliseconds() {
        let instant: Timestamp = "2026-11-23T09:30:00.123987+02:00".parse().unwrap();

        assert_eq!(instant.to_string(), "2026-11-23T07:30:00.123Z");
    }

    #[test]
    fn instants_outside_the_range_are_refused() {
        for text in [
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "2026-11-23",
            "2026-02-30T00:00:00Z",
            "now",
            "",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text:?}");
        }
    }

    #[test]
    fn a_month_has_one_text() {
        let last: Timestamp = "2026-11-30T23:59:59.999Z".parse().unwrap();

        assert_eq!(last.month().to_string(), "2026-11");
        assert_eq!("2026-11".parse(), Ok(last.month()));
        for text in ["", "2026", "2026-1", "2026-13", "2026-11-01", "1969-12"] {
            assert_eq!(text.parse::<Month>(), Err(InvalidMonth), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn text_order_is_time_order(a in 0..253_402_300_799_999_i64, b in 0..253_402_300_799_999_i64) {
            let [a, b] = [a, b].map(|millis| Timestamp::new(DateTime::from_timestamp_millis(millis).unwrap()));
            prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
            prop_assert_eq!(a.to_string().parse(), Ok(a));
        }
    }
}
