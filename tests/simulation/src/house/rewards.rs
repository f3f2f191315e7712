//! What the house rewards: rules of every kind there is, a promotion, and what holds for all of them.

use serde_json::{Value, json};
use shared::amount::Rjv;
use shared::publication::{Order, Wanted};
use shared::rewards::limit::Quota;
use shared::rewards::terms::Formula;
use shared::rewards::{ActivityKind, FieldValue, Fields, Terms, programme, promotions, rules};
use shared::table::Tables;
use shared::text::Word;
use shared::time::Timestamp;

use super::{act, at_once, start, text};

/// The kinds of activities, and how often each is reported.
pub const KINDS: [(ActivityKind, u32); 8] = [
    (ActivityKind::SurveyCompleted, 36),
    (ActivityKind::HealthDataShared, 10),
    (ActivityKind::DataUpdated, 12),
    (ActivityKind::AppOpened, 14),
    (ActivityKind::FeatureExplored, 7),
    (ActivityKind::CommunityParticipated, 6),
    (ActivityKind::SensorSynced, 11),
    (ActivityKind::EventAttended, 4),
];

/// The rules, by name.
pub const RULES: [&str; 9] = [
    "app-opening",
    "community-help",
    "daily-update",
    "data-sharing",
    "event-attendance",
    "feature-discovery",
    "sensor-delivery",
    "survey-completion",
    "weekly-habit",
];

/// The promotion.
pub const PROMOTION: &str = "double-days";

/// Time zones whose clocks are never changed, and how many minutes they are ahead of UTC.
pub const ZONES: [(&str, i64); 5] = [
    ("UTC", 0),
    ("America/Phoenix", -7 * 60),
    ("Asia/Kolkata", 330),
    ("Asia/Tokyo", 9 * 60),
    ("Pacific/Kiritimati", 14 * 60),
];

/// From when on the promotion holds, and up to when.
pub fn promoted() -> (Timestamp, Timestamp) {
    let hours = |hours| start().plus(chrono::TimeDelta::hours(hours));
    (hours(1), hours(100))
}

/// A word.
///
/// # Panics
///
/// If the text is none.
pub fn word(text: &str) -> Word {
    text.parse().expect("a word")
}

/// What a rule says at first.
pub fn terms(rule: &str) -> Terms<String> {
    let rules: Value = serde_json::from_str(include_str!("rules.json")).expect("rules");
    serde_json::from_value(rules[rule].clone()).expect("the terms of a rule")
}

/// What a rule may say instead: other amounts and other limits, of the same kinds.
pub fn varied(rule: &str, amount: u32, limit: u32) -> Terms<String> {
    let mut terms = terms(rule);
    match &mut terms.amount {
        Formula::Fixed { amount: old } | Formula::PerUnit { amount: old, .. } => {
            *old = Rjv::whole(amount).min(terms.amount_max);
        }
        Formula::Tiered { tiers, .. } => {
            for (place, tier) in (1..).zip(tiers) {
                tier.amount = Rjv::whole(amount.div_ceil(3) * place);
            }
        }
        Formula::Percentage { .. } => {}
    }
    terms.amount_max = terms.amount_max.min(Rjv::whole(45));
    for limit_of_rule in &mut terms.limits {
        match &mut limit_of_rule.max {
            Quota::Count(count) if *count > 1 => *count = 2 + limit % 4,
            Quota::Count(_) => {}
            Quota::Amount(most) => *most = Rjv::whole(40 + limit),
        }
    }
    if let Some(budget) = &mut terms.budget {
        budget.amount = Rjv::whole(40 + limit % 20);
    }
    terms
}

/// What holds for all rules.
pub fn programme(day: u32, budget: u32) -> programme::ProgrammeTerms {
    let terms = json!({
        "zone": "UTC",
        "limits": [
            { "scope": "member", "period": "day", "max": { "amount": day.to_string() }, "at_edge": "clip" },
            { "scope": "partner", "period": "day", "max": { "count": 2 }, "at_edge": "refuse" },
        ],
        "budget": { "amount": budget.to_string(), "period": "month", "shards": 3 },
    });
    serde_json::from_value(terms).expect("the terms of the programme")
}

/// The order to publish a version.
pub fn publish(version: u32) -> Order {
    Order {
        state: Wanted::Active,
        version: Some(version),
        backtest_id: None,
        reason: Some(text("it is wanted")),
    }
}

/// The order to hold back what is published, or to resume it.
pub fn pause(paused: bool) -> Order {
    Order {
        state: if paused {
            Wanted::Paused
        } else {
            Wanted::Active
        },
        version: None,
        backtest_id: None,
        reason: None,
    }
}

/// The particulars of an activity: more of everything, the larger `size` is.
pub fn fields(kind: ActivityKind, size: u32) -> Fields {
    let text = |text: String| FieldValue::Text(text);
    let number = |number: u32| FieldValue::Integer(number.into());
    let sensor = text(format!("sensor-{}", size % 2));
    let fields = match kind {
        ActivityKind::HealthDataShared => vec![("records", number(1 + size * 10))],
        ActivityKind::SurveyCompleted => vec![
            ("survey", text(format!("survey-{size}"))),
            ("questions", number(1 + size)),
        ],
        ActivityKind::SensorConnected => vec![("sensor", sensor)],
        ActivityKind::SensorSynced => vec![("sensor", sensor), ("records", number(1 + size))],
        ActivityKind::FeatureExplored => {
            let features = ["sleep", "meals", "goals"];
            let feature = features[usize::try_from(size % 3).unwrap_or(0)];
            vec![("feature", text(feature.to_owned()))]
        }
        ActivityKind::EducationCompleted => vec![
            ("content", text(format!("course-{size}"))),
            ("minutes", number(1 + size)),
        ],
        ActivityKind::CommunityParticipated => vec![("action", text("post".to_owned()))],
        ActivityKind::ServiceUsed => vec![("service", text("massage".to_owned()))],
        ActivityKind::ReviewSubmitted => vec![("rating", number(5)), ("words", number(size))],
        ActivityKind::PartnerEngaged => vec![("action", text("visit".to_owned()))],
        ActivityKind::EventAttended => vec![
            ("event", text(format!("event-{size}"))),
            ("minutes", number(1 + size * 3)),
        ],
        ActivityKind::DataUpdated | ActivityKind::AppOpened => Vec::new(),
    };
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Publishes everything.
pub fn open(tables: &Tables) {
    let set = at_once(programme::set(
        tables,
        programme(160, 3000),
        &act("programme", start()),
    ));
    set.expect("a new programme");
    for rule in RULES {
        let id = word(rule);
        let set = at_once(rules::set(tables, &id, terms(rule), &act(rule, start())));
        set.expect("a new rule");
        let act = act(&format!("{rule}, published"), start());
        let published = at_once(rules::set_state(tables, &id, &publish(1), &act));
        published.expect("a published rule");
    }
    let (from, until) = promoted();
    let promotion = json!({
        "title": "Half as much again",
        "kinds": ["survey_completed", "community_participated", "app_opened"],
        "from": from,
        "until": until,
        "zone": "UTC",
        "effect": { "multiplier": "1.5" },
    });
    let id = word(PROMOTION);
    let promotion = serde_json::from_value(promotion).expect("the terms of a promotion");
    let set = at_once(promotions::set(
        tables,
        &id,
        promotion,
        &act(PROMOTION, start()),
    ));
    set.expect("a new promotion");
    let act = act(&format!("{PROMOTION}, published"), start());
    let published = at_once(promotions::set_state(tables, &id, &publish(1), &act));
    published.expect("a published promotion");
}
