//! `GET /v1/activities/{activity_id}/why`: how the decision about an activity came about, and what would change it.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::amount::Rjv;
use shared::id::ActivityId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::Category;
use shared::ratio::Rounding;
use shared::rewards::streak::Milestone;
use shared::rewards::{self, Fields, LimitTrace, Outcome, Record, RuleRef, Told};
use shared::table::Tables;
use shared::text::{Text, Word};
use shared::time::{Day, Timestamp};

/// A decision with everything that it was made of, in the order in which it was made.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Explanation")]
pub struct View {
    activity_id: ActivityId,
    decided_at: Timestamp,
    sentence: String,
    outcome: Outcome,
    /// What would have to be otherwise for it to earn something; none, if it did.
    what_would_change_it: Option<String>,
    /// The member's local day on which it counts.
    local_day: Option<Day>,
    /// The time zone of that day.
    zone: Option<String>,
    /// The rule that decided; none, if none was about it.
    rule: Option<RuleView>,
    /// Rules with a higher priority that were about it and asked for more.
    passed_over: Vec<RuleRef>,
    category: Option<Category>,
    inputs: Inputs,
    /// What the rule's formula gives.
    base: Option<Rjv>,
    /// The promotions that applied.
    promotions: Vec<RuleRef>,
    /// What the base became with them, rounded as the rule says.
    multiplied: Option<Rjv>,
    /// Bonuses for days in a row that came on top.
    milestones: Vec<Milestone>,
    /// How the limits stood before it.
    limits: Vec<LimitTrace>,
    /// The version of what holds for all rules.
    programme_version: u32,
}

/// The rule that decided, as it was then.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "DecidingRule")]
pub struct RuleView {
    rule_id: Word,
    version: u32,
    title: Option<Text<1, 80>>,
    description: Option<Text<1, 400>>,
    /// What it asks of an activity; nothing more than its kind, without.
    qualification: Option<String>,
    rounding: Option<Rounding>,
}

/// What the decision read.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "DecisionInputs")]
pub struct Inputs {
    /// What was reported.
    fields: Fields,
    /// What was known beside that, as far as the rule asked, such as `streak.days`.
    facts: BTreeMap<String, String>,
}

/// Answers the explanation.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<ActivityId>("activity_id")?);
    call.no_query()?;
    let (record, told) = rewards::decided(tables, member, id).await?;
    Reply::ok(&View::new(record, told, call.now()))
}

impl View {
    fn new(record: Record, told: Option<Told>, now: Timestamp) -> Self {
        let sentence = rewards::sentence(&record, told.as_ref(), now);
        let remedy = rewards::remedy(&record, told.as_ref(), now);
        let Record {
            activity,
            outcome,
            trace,
            decided_at,
        } = record;
        Self {
            activity_id: activity.activity_id,
            decided_at,
            sentence,
            outcome,
            what_would_change_it: remedy,
            local_day: trace.day,
            zone: trace.zone,
            rule: trace.rule.map(|rule| RuleView::new(rule, told)),
            passed_over: trace.passed_over,
            category: trace.category,
            inputs: Inputs {
                fields: activity.fields,
                facts: trace.facts.into_iter().collect(),
            },
            base: trace.base,
            promotions: trace.promotions,
            multiplied: trace.promoted.or(trace.base),
            milestones: trace.milestones,
            limits: trace.limits,
            programme_version: trace.programme,
        }
    }
}

impl RuleView {
    fn new(rule: RuleRef, told: Option<Told>) -> Self {
        let (title, description, qualification, rounding) = match told {
            None => (None, None, None, None),
            Some(told) => (
                Some(told.title),
                Some(told.description),
                told.qualification,
                Some(told.rounding),
            ),
        };
        Self {
            rule_id: rule.id,
            version: rule.version,
            title,
            description,
            qualification,
            rounding,
        }
    }
}
