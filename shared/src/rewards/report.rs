//! Reporting: an activity is taken note of and queued for its award.

use std::collections::BTreeMap;

use super::{Activity, ActivityKind, ReportSource, Rules, accept, record};
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
    /// When it was done, if the source says so.
    pub occurred_at: Option<Timestamp>,
}

/// Queues the activity, or answers the same again if it was awarded before.
pub async fn report(
    tables: &Tables,
    rules: &Rules,
    queue: &RewardQueue,
    report: Report,
    now: Timestamp,
) -> Result<Activity, Error> {
    let Report {
        member_id,
        source,
        event_id,
        kind,
        occurred_at,
    } = report;
    let activity_id = Activity::id_of(member_id, source, &event_id);
    let activity = Activity {
        activity_id,
        member_id,
        source,
        event_id,
        kind,
        occurred_at,
        reported_at: now,
    };
    if let Some(known) = record(tables, member_id, activity_id).await? {
        return if known.activity.same_as(&activity) {
            Ok(activity)
        } else {
            Err(Rejection::ActivityConflict.into())
        };
    }
    accept(activity.occurred(), now)?;
    if !rules
        .book(&[&activity.kind], now)
        .await?
        .contains_key(&activity.kind)
    {
        return Err(Rejection::UnknownActivityKind {
            kind: activity.kind.to_string(),
        }
        .into());
    }
    let body = serde_json::to_string(&activity)
        .map_err(|error| Failure::broken("writing an activity").because(error))?;
    let fifo = Fifo {
        group: activity.group(),
        deduplication: activity_id.to_string(),
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
