//! What the market rewards.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shared::audit::Act;
use shared::id::{AuditId, MemberId};
use shared::publication::{Order, Wanted};
use shared::rewards::{ActivityKind, Book, FieldValue, Fields, Rule, Terms, book, rules};
use shared::table::Tables;
use shared::text::Word;
use uuid::Uuid;

use crate::market::start;

/// The rules: name, kind, what one activity is worth, and limits and a budget, if there are any.
fn all() -> [(&'static str, ActivityKind, Value, Value); 5] {
    let day =
        |max: Value| json!({ "limits": [{ "period": "day", "max": max, "at_edge": "refuse" }] });
    let fixed = |amount: &str| json!({ "type": "fixed", "amount": amount });
    [
        (
            "survey-completion",
            ActivityKind::SurveyCompleted,
            fixed("25"),
            day(json!({ "count": 40 })),
        ),
        (
            "app-opening",
            ActivityKind::AppOpened,
            fixed("1"),
            day(json!({ "count": 3 })),
        ),
        (
            "data-sharing",
            ActivityKind::HealthDataShared,
            json!({ "type": "per_unit", "units": "max(1, records / 100)", "amount": "1" }),
            day(json!({ "amount": "1000" })),
        ),
        (
            "sensor-delivery",
            ActivityKind::SensorSynced,
            fixed("1"),
            json!({
                "limits": [{ "period": "day", "max": { "count": 40 }, "at_edge": "refuse" }],
                "budget": { "amount": "800", "period": "month", "shards": 8 },
            }),
        ),
        (
            "daily-update",
            ActivityKind::DataUpdated,
            fixed("1"),
            json!({
                "qualification": "streak.days_of_last_7 >= 1 && member.earned >= decimal(\"0\")",
                "limits": [{ "period": "day", "max": { "count": 40 }, "at_edge": "refuse" }],
                "streak": { "freeze_every_days": 7, "freezes_max": 2, "milestones": [{ "days": 7, "bonus": "5" }] },
            }),
        ),
    ]
}

fn terms(kind: ActivityKind, amount: &Value, more: Value) -> Result<Terms<String>> {
    let mut terms = json!({
        "title": "A rule of the market",
        "description": "What it says does not matter here.",
        "category": "engagement",
        "kind": kind,
        "priority": 100,
        "amount": amount,
        "rounding": { "to": "0.01", "mode": "down" },
        "stacking": { "mode": "highest", "ceiling": "3" },
        "amount_max": "100",
    });
    if let (Some(terms), Value::Object(more)) = (terms.as_object_mut(), more) {
        terms.extend(more);
    }
    Ok(serde_json::from_value(terms)?)
}

/// An administrator sets a rule.
fn act(number: u128) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(1)),
        request_id: format!("rule-{number}"),
        at: start(),
        id: AuditId::new(Uuid::from_u128(number)),
    }
}

/// Publishes the rules in empty tables, and reads the book that they come to.
pub async fn publish(tables: &Tables) -> Result<Book> {
    for (number, (name, kind, amount, more)) in (1..).zip(all()) {
        let id: Word = name.parse()?;
        let terms = terms(kind, &amount, more)?;
        rules::set(tables, &id, terms, &act(2 * number)).await?;
        let order = Order {
            state: Wanted::Active,
            version: Some(1),
            backtest_id: None,
            reason: Some("the market opens".to_owned().try_into()?),
        };
        rules::set_state(tables, &id, &order, &act(2 * number + 1)).await?;
    }
    Ok(book::read(tables).await?)
}

/// A book with so many more rules than another one: copies of the rule about `kind`, over all kinds or over this one alone,
/// above its own rule and asking for what is never so.
pub fn crowded(book: &Book, kind: ActivityKind, more: usize, spread: bool) -> Result<Book> {
    let model = book.rules.iter().find(|rule| rule.terms.kind == kind);
    let model = model.context("no rule about the kind")?;
    let mut kinds = ActivityKind::ALL.into_iter().cycle();
    let mut crowded = book.clone();
    for number in 0..more {
        let kind = kinds.next().filter(|_| spread).unwrap_or(kind);
        let asked =
            json!({ "qualification": "local.hour > 23 || local.weekday > 7", "priority": 200 });
        let amount = json!({ "type": "fixed", "amount": "1" });
        let terms = terms(kind, &amount, asked)?.check();
        let mut terms = terms.map_err(|rejection| anyhow::anyhow!("{rejection}"))?;
        terms.limits.clone_from(&model.terms.limits);
        crowded = crowded.with(Rule {
            rule_id: format!("rule-{number}").parse()?,
            version: 1,
            terms,
        });
    }
    Ok(crowded)
}

/// The particulars of an activity.
pub fn fields(kind: ActivityKind) -> Fields {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let fields = match kind {
        ActivityKind::HealthDataShared => vec![("records", FieldValue::Integer(1))],
        ActivityKind::SurveyCompleted => vec![
            ("survey", text("survey")),
            ("questions", FieldValue::Integer(10)),
        ],
        ActivityKind::SensorConnected | ActivityKind::SensorSynced => {
            vec![("sensor", text("watch"))]
        }
        _ => Vec::new(),
    };
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
