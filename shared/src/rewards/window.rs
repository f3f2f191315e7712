//! Calendar windows: the days, weeks and months that limits and budgets count in, each known by its first day.

use chrono::{Datelike, Months};

use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// How long a calendar window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
}

impl Window {
    /// The first day of the window that a clock is in at an instant.
    pub(super) fn first_day(self, zone: &Zone, at: Timestamp) -> Day {
        let day = zone.day(at);
        match self {
            Self::Day => day,
            Self::Week => day
                .week(chrono::Weekday::Mon)
                .checked_first_day()
                .unwrap_or(day),
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }

    /// The instant at which the next window begins.
    pub(super) fn next(self, zone: &Zone, at: Timestamp) -> Timestamp {
        let first = self.first_day(zone, at);
        let next = match self {
            Self::Day => first.succ_opt(),
            Self::Week => first.checked_add_days(chrono::Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
        };
        zone.start_of(next.unwrap_or(Day::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first() {
        for (window, at, first, next) in [
            (
                Window::Day,
                "2026-11-24T23:59:59.999Z",
                "2026-11-24",
                "2026-11-25T00:00:00Z",
            ),
            (
                Window::Week,
                "2026-11-22T23:59:59.999Z",
                "2026-11-16",
                "2026-11-23T00:00:00Z",
            ),
            (
                Window::Week,
                "2026-11-23T00:00:00Z",
                "2026-11-23",
                "2026-11-30T00:00:00Z",
            ),
            (
                Window::Week,
                "2027-01-01T12:00:00Z",
                "2026-12-28",
                "2027-01-04T00:00:00Z",
            ),
            (
                Window::Month,
                "2028-02-29T12:00:00Z",
                "2028-02-01",
                "2028-03-01T00:00:00Z",
            ),
            (
                Window::Month,
                "2026-12-31T23:59:59.999Z",
                "2026-12-01",
                "2027-01-01T00:00:00Z",
            ),
        ] {
            let (zone, at) = (Zone::utc(), at.parse().unwrap());
            assert_eq!(window.first_day(&zone, at), first.parse().unwrap(), "{at}");
            assert_eq!(window.next(&zone, at), next.parse().unwrap(), "{at}");
        }
    }
}
