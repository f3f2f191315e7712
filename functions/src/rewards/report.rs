//! `POST /v1/activities`: the app says what its member did. The award follows; the same event again changes nothing.

use serde::{Deserialize, Serialize};
use shared::id::ActivityId;
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::RewardQueue;
use shared::rewards::{self, ActivityKind, Fields, Report, ReportSource};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

/// What the member did.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the app calls this event. The same id again means the same event.
    event_id: Reference,
    kind: ActivityKind,
    /// The particulars of the kind.
    #[serde(default)]
    fields: Fields,
    /// Under which name the app keeps what proves it; opaque, and never health data itself.
    evidence: Option<Reference>,
    /// When it was done, if not just now.
    occurred_at: Option<Timestamp>,
}

/// The report was taken.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    activity_id: ActivityId,
    event_id: Reference,
    status: Status,
}

/// What is known of an activity so far.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ActivityStatus")]
pub enum Status {
    /// It will be looked at and, if a rule rewards it, awarded.
    Accepted,
}

/// Takes the report.
pub async fn handle((tables, queue): &(Tables, RewardQueue), call: Call) -> Answer {
    let member_id = call.member()?;
    let body: Body = call.body()?;
    let report = Report {
        member_id,
        source: ReportSource::App,
        event_id: body.event_id,
        kind: body.kind,
        fields: body.fields,
        evidence: body.evidence,
        occurred_at: body.occurred_at,
    };
    let activity = rewards::report(tables, queue, report, call.now()).await?;
    Reply::accepted(&View {
        activity_id: activity.activity_id,
        event_id: activity.event_id,
        status: Status::Accepted,
    })
}
