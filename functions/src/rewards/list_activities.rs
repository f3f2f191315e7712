//! `GET /v1/activities`: what became of the member's activities, the newest decision first. It takes seconds to get here.

use serde::Serialize;
use shared::id::ActivityId;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::rewards::{self, ActivityKind, Outcome, Record, Told};
use shared::seal::Signing;
use shared::table::Tables;
use shared::time::Timestamp;

/// What became of an activity.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Activity")]
pub struct View {
    activity_id: ActivityId,
    kind: ActivityKind,
    /// When it was done, as far as anybody said.
    occurred_at: Timestamp,
    decided_at: Timestamp,
    outcome: Outcome,
    /// The same for people.
    sentence: String,
}

/// Answers a page of the list.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "activities", member);
    let after = pages.open(query.cursor.as_deref())?;
    let (records, next) = rewards::activities(tables, member, after, query.limit.get()).await?;
    let rules = records
        .iter()
        .filter_map(|record| record.trace.rule.as_ref());
    let told = rewards::told(tables, rules).await?;
    let view = |record: Record| {
        let rule = record.trace.rule.as_ref();
        let told = rule.and_then(|rule| told.get(rule));
        View::new(record, told, call.now())
    };
    Reply::ok(&pages.page(records.into_iter().map(view).collect(), next)?)
}

impl View {
    pub(super) fn new(record: Record, told: Option<&Told>, now: Timestamp) -> Self {
        Self {
            activity_id: record.activity.activity_id,
            kind: record.activity.kind,
            occurred_at: record.activity.occurred(),
            decided_at: record.decided_at,
            sentence: rewards::sentence(&record, told, now),
            outcome: record.outcome,
        }
    }
}
