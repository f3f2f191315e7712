//! Activities: what a source says a member did.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::kind::{ActivityKind, Fields, InvalidField, Reporter, facts};
use crate::error::Rejection;
use crate::id::{ActivityId, MemberId, PartnerId, derived};
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
    /// The particulars of its kind.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    /// Under which name the source keeps what proves it. What that is, nobody here knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Reference>,
    /// When it was done, if the source said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// When the report came.
    pub reported_at: Timestamp,
}

/// Who reported an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportSource {
    /// The member's own app.
    App,
    /// A service of the programme.
    Service,
    /// A partner.
    Partner(PartnerId),
}

/// The activities of a member are awarded in order.
impl Grouped for Activity {
    fn group(&self) -> String {
        self.member_id.to_string()
    }
}

/// How far back an activity may lie, so that a phone that was offline loses nothing.
pub const OCCURRED_AGO_MAX: TimeDelta = TimeDelta::days(7);

/// How far back an activity may lie when it is decided at last. A queue that stands still keeps a message for two weeks, and
/// its dead letter queue for two more.
pub const DECIDED_AFTER_MAX: TimeDelta = TimeDelta::days(35);

/// How far a source's clock may be ahead of ours.
pub const CLOCK_AHEAD_MAX: TimeDelta = TimeDelta::minutes(5);

impl ReportSource {
    /// In which role it reports.
    pub const fn reporter(self) -> Reporter {
        match self {
            Self::App => Reporter::App,
            Self::Service => Reporter::Service,
            Self::Partner(_) => Reporter::Partner,
        }
    }

    /// With which partner it was done, where it is a partner that says so.
    pub const fn partner(self) -> Option<PartnerId> {
        match self {
            Self::Partner(partner_id) => Some(partner_id),
            Self::App | Self::Service => None,
        }
    }
}

impl Activity {
    /// The name of what `source` calls `event`.
    pub fn id_of(member: MemberId, source: ReportSource, event: &Reference) -> ActivityId {
        let source = match source {
            ReportSource::App => "app".to_owned(),
            ReportSource::Service => "service".to_owned(),
            ReportSource::Partner(partner_id) => partner_id.to_string(),
        };
        let member = member.to_string();
        ActivityId::new(derived(&["activity", &member, &source, event.as_str()]))
    }

    /// When it was done, as far as anybody knows.
    pub fn occurred(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.reported_at)
    }

    /// Whether `other` reports the same thing. When a report came does not matter.
    pub fn same_as(&self, other: &Self) -> bool {
        self.activity_id == other.activity_id
            && self.kind == other.kind
            && self.fields == other.fields
            && self.evidence == other.evidence
            && self.occurred_at == other.occurred_at
    }

    /// Whether it can be taken at `now`: its source may report its kind, its particulars are those of the kind, and it
    /// happened lately.
    pub fn accept(&self, now: Timestamp) -> Result<(), Rejection> {
        if self.source.reporter() != self.kind.reporter() {
            return Err(Rejection::ActivityNotYoursToReport {
                kind: self.kind.to_string(),
                reporter: self.kind.reporter().to_string(),
            });
        }
        facts(self.kind, &self.fields).map_err(|InvalidField { name, reason }| {
            let name = name.replace('~', "~0").replace('/', "~1");
            Rejection::InvalidBody {
                pointer: format!("/fields/{name}"),
                reason,
            }
        })?;
        accept(self.occurred(), now)
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
