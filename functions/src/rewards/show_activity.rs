//! `GET /v1/activities/{activity_id}`: what became of one activity, as soon as it is decided.

use serde::Serialize;
use shared::id::ActivityId;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::{self, Fields};
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

use super::list_activities;

/// An activity, and what became of it.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "DecidedActivity")]
pub struct View {
    #[serde(flatten)]
    activity: list_activities::View,
    /// What its source calls it.
    event_id: Reference,
    /// The particulars that were reported.
    fields: Fields,
    /// Under which name its source keeps what proves it.
    evidence: Option<Reference>,
    /// When the report came.
    reported_at: Timestamp,
}

/// Answers the activity. Another member's is as if it did not exist, and so is one that is not decided yet.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<ActivityId>("activity_id")?);
    call.no_query()?;
    let (record, told) = rewards::decided(tables, member, id).await?;
    let activity = record.activity.clone();
    Reply::ok(&View {
        activity: list_activities::View::new(record, told.as_ref(), call.now()),
        event_id: activity.event_id,
        fields: activity.fields,
        evidence: activity.evidence,
        reported_at: activity.reported_at,
    })
}
