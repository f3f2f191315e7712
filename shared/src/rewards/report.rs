//! Reporting: an activity is taken note of and queued for its award.

use std::collections::BTreeMap;

use super::{Activity, ActivityKind, Fields, ReportSource, record};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::messaging::{Fifo, Grouped, Message, RewardQueue};
use crate::table::Tables;
use crate::text::Reference;
use crate::time::Timestamp;

/// What a source reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Who did it.
    pub member_id: MemberId,
    /// Who says so.
    pub source: ReportSource,
    /// What the source calls it.
    pub event_id: Reference,
    /// What was done.
    pub kind: ActivityKind,
    /// The particulars of its kind.
    pub fields: Fields,
    /// Under which name the source keeps what proves it.
    pub evidence: Option<Reference>,
    /// When it was done, if the source says so.
    pub occurred_at: Option<Timestamp>,
}

impl Report {
    /// The activity that it reports at `now`.
    pub fn activity(self, now: Timestamp) -> Activity {
        Activity {
            activity_id: Activity::id_of(self.member_id, self.source, &self.event_id),
            member_id: self.member_id,
            source: self.source,
            event_id: self.event_id,
            kind: self.kind,
            fields: self.fields,
            evidence: self.evidence,
            occurred_at: self.occurred_at,
            reported_at: now,
        }
    }
}

/// Queues the activity, or answers the same again if it was decided before.
pub async fn report(
    tables: &Tables,
    queue: &RewardQueue,
    report: Report,
    now: Timestamp,
) -> Result<Activity, Error> {
    let activity = report.activity(now);
    if let Some(known) = record(tables, activity.member_id, activity.activity_id).await? {
        return if known.activity.same_as(&activity) {
            Ok(activity)
        } else {
            Err(Rejection::ActivityConflict.into())
        };
    }
    activity.accept(now)?;
    let body = serde_json::to_string(&activity)
        .map_err(|error| Failure::broken("writing an activity").because(error))?;
    let fifo = Fifo {
        group: activity.group(),
        deduplication: activity.activity_id.to_string(),
    };
    queue
        .0
        .send(Message {
            body,
            attributes: BTreeMap::new(),
            fifo: Some(fifo),
        })
        .await?;
    Ok(activity)
}
