//! Sightings: what services of the programme and the partners' webhook put into their queue, not yet looked at.

use serde::{Deserialize, Serialize};

use super::kind::{InvalidField, facts};
use super::{Activity, ActivityKind, Fields, Report, ReportSource, Reporter};
use crate::id::{MemberId, PartnerId};
use crate::messaging::Grouped;
use crate::text::Reference;
use crate::time::Timestamp;

/// What a service saw a member do, or passes on from a partner. Reading one checks it: what is read can be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Sighting(Unchecked);

/// A sighting as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unchecked {
    /// Who did it.
    pub member_id: MemberId,
    /// With which partner, where a partner says so; a service of the programme does, without.
    pub partner_id: Option<PartnerId>,
    /// What the source calls it. The same id again means the same event.
    pub event_id: Reference,
    /// What was done.
    pub kind: ActivityKind,
    /// The particulars of its kind.
    #[serde(default)]
    pub fields: Fields,
    /// Under which name the source keeps what proves it.
    pub evidence: Option<Reference>,
    /// When it was done.
    pub occurred_at: Timestamp,
}

/// Why something is not a sighting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSighting {
    /// Activities of the kind are reported by somebody else.
    #[error("activities of the kind `{0}` are reported by the {1}")]
    NotTheirs(ActivityKind, Reporter),
    /// A particular is not one of the kind.
    #[error("`{}`: {}", .0.name, .0.reason)]
    Field(InvalidField),
}

impl TryFrom<Unchecked> for Sighting {
    type Error = InvalidSighting;

    fn try_from(unchecked: Unchecked) -> Result<Self, InvalidSighting> {
        let reporter = unchecked.source().reporter();
        if reporter != unchecked.kind.reporter() {
            let theirs = unchecked.kind.reporter();
            return Err(InvalidSighting::NotTheirs(unchecked.kind, theirs));
        }
        facts(unchecked.kind, &unchecked.fields).map_err(InvalidSighting::Field)?;
        Ok(Self(unchecked))
    }
}

impl From<Sighting> for Unchecked {
    fn from(sighting: Sighting) -> Self {
        sighting.0
    }
}

impl Unchecked {
    fn source(&self) -> ReportSource {
        self.partner_id
            .map_or(ReportSource::Service, ReportSource::Partner)
    }
}

/// What is seen of a member is awarded in order.
impl Grouped for Sighting {
    fn group(&self) -> String {
        self.0.member_id.to_string()
    }
}

impl Sighting {
    /// The activity that was seen, as it came in at `now`.
    pub fn activity(self, now: Timestamp) -> Activity {
        let source = self.0.source();
        let Unchecked {
            member_id,
            event_id,
            kind,
            fields,
            evidence,
            occurred_at,
            ..
        } = self.0;
        Report {
            member_id,
            source,
            event_id,
            kind,
            fields,
            evidence,
            occurred_at: Some(occurred_at),
        }
        .activity(now)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(
        kind: &str,
        partner: Option<&str>,
        fields: &serde_json::Value,
    ) -> Result<Sighting, String> {
        let sighting = json!({
            "member_id": "mem_11111111111141118111111111111111",
            "partner_id": partner,
            "event_id": "e1",
            "kind": kind,
            "fields": fields,
            "occurred_at": "2026-11-23T07:55:00Z",
        });
        serde_json::from_value(sighting).map_err(|error| error.to_string())
    }

    #[test]
    fn each_kind_comes_from_whom_it_belongs_to() {
        let partner = Some("prt_22222222222242228222222222222222");

        assert!(read("health_data_shared", None, &json!({"records": 3})).is_ok());
        assert!(
            read(
                "review_submitted",
                partner,
                &json!({"rating": 5, "words": 40})
            )
            .is_ok()
        );
        for (kind, partner, reason) in [
            ("app_opened", None, "reported by the app"),
            ("app_opened", partner, "reported by the app"),
            ("data_updated", partner, "reported by the service"),
            ("event_attended", None, "reported by the partner"),
        ] {
            let error = read(kind, partner, &json!({})).unwrap_err();
            assert!(error.contains(reason), "{kind}: {error}");
        }
    }

    #[test]
    fn particulars_are_those_of_the_kind() {
        for (fields, reason) in [
            (json!({}), "must have this field"),
            (json!({"records": 0}), "from 1 to 100000"),
            (json!({"records": "3"}), "a whole number"),
            (json!({"records": 3, "heart_rate": 61}), "has no such field"),
        ] {
            let error = read("health_data_shared", None, &fields).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
