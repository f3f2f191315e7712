//! Runs and stretches of calendar days, with short texts.

use std::fmt;
use std::str::FromStr;

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::time::Day;

/// One day or several in a row. Its text is like `2026-11-23` or `2026-11-23/2026-11-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Span {
    /// The first day.
    pub from: Day,
    /// The last day, not before the first.
    pub to: Day,
}

/// Why a text is not a stretch of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stretch of days is written such as \"2026-11-23/2026-11-30\"")]
pub struct InvalidSpan;

/// Stretches of days, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans(Vec<Span>);

/// Days in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// From the first that counts to the last.
    pub days: Span,
    /// How many of them do not count.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    uncounted: u32,
    /// Up to which length it was given what there is to earn, if not up to its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled: Option<u32>,
}

/// The next day.
pub fn day_after(day: Day) -> Day {
    days_later(day, 1)
}

/// The day so many days later, or the last there is.
pub fn days_later(day: Day, days: u32) -> Day {
    day.checked_add_days(Days::new(days.into()))
        .unwrap_or(Day::MAX)
}

/// How many days later the second is; negative if it is earlier.
pub fn days_between(from: Day, to: Day) -> i64 {
    to.signed_duration_since(from).num_days()
}

impl Span {
    /// The days after one and before another, if there are any.
    pub fn between(before: Day, after: Day) -> Option<Self> {
        Self::new(before.succ_opt()?, after.pred_opt()?)
    }

    /// Whether a day is in it.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its first days, so many, and the others.
    pub fn split(self, first: u32) -> (Option<Self>, Option<Self>) {
        let others = days_later(self.from, first);
        let last = others.pred_opt().map(|last| last.min(self.to));
        (
            last.and_then(|last| Self::new(self.from, last)),
            Self::new(others, self.to),
        )
    }

    fn new(from: Day, to: Day) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    fn length(self) -> u32 {
        u32::try_from(days_between(self.from, self.to).saturating_add(1)).unwrap_or(u32::MAX)
    }
}

impl Spans {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a day is in one of them.
    pub fn contains(&self, day: Day) -> bool {
        self.0.iter().any(|span| span.contains(day))
    }

    /// Adds a stretch.
    pub fn add(&mut self, span: Option<Span>) {
        self.0.extend(span);
    }

    /// Takes a day out. Says whether it was in.
    pub fn remove(&mut self, day: Day) -> bool {
        let Some(place) = self.0.iter().position(|span| span.contains(day)) else {
            return false;
        };
        let span = self.0.swap_remove(place);
        let before = day.pred_opt().and_then(|last| Span::new(span.from, last));
        let after = day.succ_opt().and_then(|first| Span::new(first, span.to));
        self.0.extend(before);
        self.0.extend(after);
        self.0.sort_by_key(|span| span.from);
        true
    }

    /// Keeps those of which this is true.
    pub fn retain(&mut self, is_kept: impl Fn(&Span) -> bool) {
        self.0.retain(is_kept);
    }
}

impl Run {
    /// A day alone.
    pub fn of(day: Day) -> Self {
        Self {
            days: Span { from: day, to: day },
            uncounted: 0,
            settled: Some(0),
        }
    }

    /// How many days count.
    pub fn length(&self) -> u32 {
        self.days.length().saturating_sub(self.uncounted)
    }

    /// Goes on over days that do not count.
    pub fn bridge(&mut self, gap: Span) {
        self.uncounted = self.uncounted.saturating_add(gap.length());
        self.days.to = gap.to;
    }

    /// Counts a day that did not count.
    pub fn count_in(&mut self) {
        self.settled = Some(self.settled());
        self.uncounted = self.uncounted.saturating_sub(1);
    }

    /// Goes on with the run that follows without a day between, if that is so. What either was given counts as given.
    pub fn absorb(&mut self, next: &Self) -> bool {
        let follows = self.days.to.succ_opt() == Some(next.days.from);
        if follows {
            self.settled = Some(self.settled().max(next.settled()));
            self.uncounted = self.uncounted.saturating_add(next.uncounted);
            self.days.to = next.days.to;
        }
        follows
    }

    /// Counts everything up to its length as given. Says up to which length that was so before, and the length.
    pub fn settle(&mut self) -> (u32, u32) {
        let before = self.settled();
        self.settled = None;
        (before, self.length())
    }

    fn settled(&self) -> u32 {
        self.settled.unwrap_or_else(|| self.length())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.from)?;
        if self.from == self.to {
            return Ok(());
        }
        write!(f, "/{}", self.to)
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let (from, to) = text.split_once('/').unwrap_or((text, text));
        let [from, to] = [from, to].map(|day| day.parse::<Day>().map_err(|_| InvalidSpan));
        Self::new(from?, to?).ok_or(InvalidSpan)
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Span {
    type Error = InvalidSpan;

    fn try_from(text: String) -> Result<Self, InvalidSpan> {
        text.parse()
    }
}
