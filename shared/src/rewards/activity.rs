//! Activities: what a source says a member did.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::error::Rejection;
use crate::id::{ActivityId, EntryId, MemberId, derived};
use crate::messaging::Grouped;
use crate::text::Reference;
use crate::time::Timestamp;

/// What a member did, as it travels from its report to its award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its name. The same member, source and event always give the same.
    pub activity_id: ActivityId,
    /// Who did it.
    pub member_id: MemberId,
    /// Who says so.
    pub source: ReportSource,
    /// What the source calls it.
    pub event_id: Reference,
    /// What was done.
    pub kind: ActivityKind,
    /// When it was done, if the source said so.
    pub occurred_at: Option<Timestamp>,
    /// When the report came.
    pub reported_at: Timestamp,
}

/// Who may report activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSource {
    /// The member's own app.
    App,
}

/// The activities of a member are awarded in order.
impl Grouped for Activity {
    fn group(&self) -> String {
        self.member_id.to_string()
    }
}

/// A kind of activity: lower-case words joined by underscores, at most 40 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ActivityKind(String);

/// Why a text is not a kind of activity.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a kind is lower-case words joined by underscores, at most {} characters",
    ActivityKind::CHARS_MAX
)]
pub struct InvalidKind;

/// What became of an activity. Kept for good: this is what makes its award happen once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What was reported.
    #[serde(flatten)]
    pub activity: Activity,
    /// What came of it.
    pub outcome: Outcome,
    /// When that was decided.
    pub decided_at: Timestamp,
}

/// What an activity earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// Tokens.
    Awarded {
        /// The entry that brought them.
        entry_id: EntryId,
        /// How many.
        amount: Rjv,
    },
    /// Nothing: the rule's limit for the day was reached.
    DailyCapReached {
        /// What the rule gives on one day.
        daily_cap: Rjv,
    },
    /// Nothing: no rule rewards this kind any more.
    NoRule {},
}

/// How far back an activity may lie, so that a phone that was offline loses nothing.
pub const OCCURRED_AGO_MAX: TimeDelta = TimeDelta::days(7);

/// How far a source's clock may be ahead of ours.
pub const CLOCK_AHEAD_MAX: TimeDelta = TimeDelta::minutes(5);

impl ActivityKind {
    /// The longest kind.
    pub const CHARS_MAX: usize = 40;
}

impl fmt::Display for ActivityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ActivityKind> for String {
    fn from(kind: ActivityKind) -> Self {
        kind.0
    }
}

impl TryFrom<String> for ActivityKind {
    type Error = InvalidKind;

    fn try_from(text: String) -> Result<Self, InvalidKind> {
        text.parse()
    }
}

impl FromStr for ActivityKind {
    type Err = InvalidKind;

    fn from_str(text: &str) -> Result<Self, InvalidKind> {
        let word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fits = text.len() <= Self::CHARS_MAX
            && text.split('_').all(word)
            && text.starts_with(|c: char| c.is_ascii_lowercase());
        fits.then(|| Self(text.to_owned())).ok_or(InvalidKind)
    }
}

impl Activity {
    /// The name of what `source` calls `event`.
    pub fn id_of(member: MemberId, source: ReportSource, event: &Reference) -> ActivityId {
        let source = match source {
            ReportSource::App => "app",
        };
        ActivityId::new(derived(&[
            "activity",
            &member.to_string(),
            source,
            event.as_str(),
        ]))
    }

    /// When it was done, as far as anybody knows.
    pub fn occurred(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.reported_at)
    }

    /// Whether `other` reports the same thing. When a report came does not matter.
    pub fn same_as(&self, other: &Self) -> bool {
        self.activity_id == other.activity_id
            && self.kind == other.kind
            && self.occurred_at == other.occurred_at
    }
}

/// Whether an activity that occurred then can still be reported at `now`.
pub fn accept(occurred_at: Timestamp, now: Timestamp) -> Result<(), Rejection> {
    let earliest = now.plus(-OCCURRED_AGO_MAX);
    if occurred_at > now.plus(CLOCK_AHEAD_MAX) {
        return Err(Rejection::OccurredInFuture { now });
    }
    if occurred_at < earliest {
        return Err(Rejection::OccurredTooLongAgo { earliest });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_lower_case_words() {
        for text in ["app_opened", "a", "read_10_articles"] {
            assert!(ActivityKind::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in [
            "",
            "_",
            "a__b",
            "_a",
            "a_",
            "App",
            "a-b",
            "a b",
            "1a",
            "ä",
            &"a".repeat(41),
        ] {
            assert_eq!(
                ActivityKind::try_from(text.to_owned()),
                Err(InvalidKind),
                "{text}"
            );
        }
    }

    #[test]
    fn late_reports_are_accepted_for_a_week_and_the_future_is_not() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let at = |text: &str| accept(text.parse().unwrap(), now);

        assert_eq!(at("2026-11-16T08:00:00Z"), Ok(()));
        assert_eq!(at("2026-11-23T08:05:00Z"), Ok(()));
        assert!(matches!(
            at("2026-11-16T07:59:59.999Z"),
            Err(Rejection::OccurredTooLongAgo { .. })
        ));
        assert!(matches!(
            at("2026-11-23T08:05:00.001Z"),
            Err(Rejection::OccurredInFuture { .. })
        ));
    }
}
