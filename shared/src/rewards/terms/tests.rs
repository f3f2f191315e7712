//! Tests of terms: which are sound, and where those that are not are wrong.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::error::Rejection;
use crate::rewards::expression::Type;

fn shipped() -> BTreeMap<String, Value> {
    serde_json::from_str(include_str!("../../../../infra/reward-rules.json")).unwrap()
}

/// Shipped terms with other values at some places.
fn changed(rule: &str, changes: &[(&str, Value)]) -> Terms<String> {
    let mut terms = shipped().remove(rule).unwrap();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = terms.pointer_mut(parent).unwrap();
        match name.parse::<usize>() {
            Ok(place) if parent.is_array() => parent[place] = value.clone(),
            _ => parent[name] = value.clone(),
        }
    }
    serde_json::from_value(terms).unwrap()
}

/// Where such terms are wrong.
fn wrong(rule: &str, changes: &[(&str, Value)]) -> String {
    match changed(rule, changes).check() {
        Err(Rejection::InvalidBody { pointer, .. }) => pointer,
        other => panic!("{changes:?}: {other:?}"),
    }
}

#[test]
fn shipped_rules_are_sound_and_read_as_they_were_written() {
    for (id, terms) in shipped() {
        let written: Terms<String> = serde_json::from_value(terms).unwrap();
        let checked = written.clone().check();
        assert_eq!(checked.unwrap().text(), written, "{id}");
    }
}

#[test]
fn an_expression_is_refused_with_its_line_and_column() {
    let text = json!("streak.days > 3 &&\n  steps > 100");
    let terms = changed("app-streak", &[("/qualification", text)]);

    let Err(Rejection::InvalidBody { pointer, reason }) = terms.check() else {
        panic!("it is accepted");
    };

    assert_eq!(pointer, "/qualification");
    assert!(reason.starts_with("line 2, column 3: "), "{reason}");
}

#[test]
fn names_are_those_of_the_kind_and_the_member_and_where_they_exist_of_partner_and_streak() {
    let names = |rule| changed(rule, &[]).names();
    let (app, service) = (names("app-streak"), names("service-usage"));

    assert_eq!(app.get("streak.days"), Some(&Type::Integer));
    assert_eq!(app.get("partner.exclusive"), None);
    assert_eq!(service.get("streak.days"), None);
    assert_eq!(service.get("partner.exclusive"), Some(&Type::Flag));
    assert_eq!(service.get("spent"), Some(&Type::Decimal));
    for names in [app, service] {
        assert_eq!(names.get("member.earned"), Some(&Type::Decimal));
        assert_eq!(names.get("local.weekday"), Some(&Type::Integer));
    }
}

#[test]
fn amounts_are_within_bounds() {
    for (amount, most, pointer) in [
        ("0", "1", "/amount/amount"),
        ("1000.000001", "1000", "/amount/amount"),
        ("2", "1.999999", "/amount_max"),
        ("2", "1000.000001", "/amount_max"),
    ] {
        let changes = [
            ("/amount/amount", json!(amount)),
            ("/amount_max", json!(most)),
        ];
        assert_eq!(wrong("app-streak", &changes), pointer);
    }
    let tiers = |tiers: Value| wrong("survey-completion", &[("/amount/tiers", tiers)]);
    let step = |from: i64| json!({ "from": from, "amount": "1" });
    assert_eq!(tiers(json!([])), "/amount/tiers");
    assert_eq!(tiers((0..51).map(step).collect()), "/amount/tiers");
    assert_eq!(tiers(json!([step(2), step(2)])), "/amount/tiers/1/from");
    let high = json!([{ "from": 1, "amount": "11" }]);
    assert_eq!(tiers(high), "/amount_max");
    let share = |percent| json!({ "type": "percentage", "of": "spent", "percent": percent });
    for percent in ["0", "100.0001"] {
        let changes = [("/amount", share(percent))];
        assert_eq!(wrong("service-usage", &changes), "/amount/percent");
    }
}

#[test]
fn limits_are_few_and_each_says_something_else() {
    let limit = |period: Value, zone: &str| json!({ "period": period, "zone": zone, "max": { "count": 1 }, "at_edge": "refuse" });
    let limits = |limits: Value| wrong("app-streak", &[("/limits", limits)]);
    let rolling = |minutes: u32| limit(json!({ "rolling_minutes": minutes }), "member");

    assert_eq!(limits((1..=11).map(rolling).collect()), "/limits");
    assert_eq!(
        limits(json!([rolling(0)])),
        "/limits/0/period/rolling_minutes"
    );
    let lifetime = json!([
        limit(json!("lifetime"), "member"),
        limit(json!("lifetime"), "programme")
    ]);
    assert_eq!(limits(lifetime), "/limits/1", "a lifetime has no clock");
    let days = json!([
        limit(json!("day"), "member"),
        limit(json!("day"), "programme")
    ]);
    assert!(changed("app-streak", &[("/limits", days)]).check().is_ok());
}

#[test]
fn what_does_not_fit_together_is_wrong_where_it_stands() {
    let time = |text: &str| json!(text);
    let day = "2026-11-23T00:00:00Z";
    let both = [("/from", time(day)), ("/until", time(day))];
    assert_eq!(wrong("app-streak", &both), "/until");
    for (rule, pointer, value) in [
        ("app-streak", "/partner_class", json!("exclusive")),
        (
            "app-streak",
            "/apart",
            json!({ "by": "feature", "limits": [] }),
        ),
        ("survey-completion", "/apart/by", json!("questions")),
        ("app-streak", "/cooldown_minutes", json!(0)),
        ("app-streak", "/expires_after_months", json!(121)),
        ("app-streak", "/rounding/to", json!("100.01")),
        ("app-streak", "/stacking/ceiling", json!("0.9")),
        ("app-streak", "/streak/freezes_max", json!(11)),
        ("app-streak", "/streak/freeze_every_days", json!(0)),
        ("app-streak", "/streak/repair/every_days", json!(2)),
        ("app-streak", "/streak/milestones/1/days", json!(7)),
        ("app-streak", "/streak/milestones/0/bonus", json!("0")),
        (
            "app-streak",
            "/amount",
            json!({ "type": "per_unit", "units": "\"x\"", "amount": "1" }),
        ),
    ] {
        let found = wrong(rule, &[(pointer, value)]);
        assert!(found.starts_with(pointer), "{pointer}: {found}");
    }
}

fn any_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(0)),
        Just(json!(1)),
        any::<u32>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|micros| json!(format!(
            "{}.{:06}",
            micros >> 40,
            micros % 1_000_000
        ))),
        "[0-9]{1,3}([.][0-9]{1,4})?".prop_map(|text| json!(text)),
        "[a-z0-9.()<>=&|!+*/% \"\n-]{0,24}".prop_map(|text| json!(text)),
        "\\PC{0,24}".prop_map(|text| json!(text)),
    ]
}

/// Every place of a value that holds no others.
fn leaves(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let each = fields.iter();
            each.for_each(|(name, value)| leaves(value, &format!("{place}/{name}"), found));
        }
        Value::Array(values) => {
            let each = values.iter().enumerate();
            each.for_each(|(name, value)| leaves(value, &format!("{place}/{name}"), found));
        }
        _ => found.push(place.to_owned()),
    }
}

proptest! {
    #[test]
    fn checking_never_panics_and_what_is_sound_reads_as_it_was_written(
        rule in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_number()), 0..4),
        qualification in prop::option::of("[a-z0-9.()<>=&|!+*/% \"\n-]{0,40}"),
    ) {
        let shipped: Vec<Value> = shipped().into_values().collect();
        let mut terms = rule.get(&shipped).clone();
        let mut places = Vec::new();
        leaves(&terms, "", &mut places);
        for (place, value) in changes {
            let place: &String = place.get(&places);
            *terms.pointer_mut(place).unwrap() = value;
        }
        if let Some(text) = qualification {
            terms["qualification"] = json!(text);
        }
        if let Ok(written) = serde_json::from_value::<Terms<String>>(terms)
            && let Ok(checked) = written.clone().check()
        {
            prop_assert_eq!(checked.text(), written);
            let item = crate::table::item(&checked).unwrap();
            prop_assert_eq!(crate::table::read::<Terms<Expression>>(item).unwrap(), checked);
        }
    }
}
