//! Tests of when promotions apply, to what, and which are refused.

use proptest::prelude::*;
use serde_json::{Value, from_value, json, to_value};

use super::*;
use crate::time::Day;
use crate::zone::Local;

/// A promotion of three days in November 2026, the 27th of which is a Friday.
fn terms(change: Value) -> PromotionTerms {
    let mut body = json!({
        "title": "Black weekend",
        "from": "2026-11-27T00:00:00Z",
        "until": "2026-11-30T00:00:00Z",
        "zone": "UTC",
        "effect": { "multiplier": "1.5" },
    });
    let (members, Value::Object(change)) = (body.as_object_mut().unwrap(), change) else {
        panic!("a change is an object");
    };
    members.extend(change);
    from_value(body).unwrap()
}

fn promotion(change: Value) -> Promotion {
    terms(change).in_zone(Zone::utc())
}

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn applies(promotion: &Promotion, at: &str) -> bool {
    applies_to(promotion, at, &["walker"], None)
}

fn applies_to(
    promotion: &Promotion,
    at: &str,
    segments: &[&str],
    partner_class: Option<Class>,
) -> bool {
    promotion.applies(&Occasion {
        rule: &word("daily-survey"),
        kind: ActivityKind::SurveyCompleted,
        category: Category::DataContribution,
        segments: &segments.iter().map(|segment| word(segment)).collect(),
        partner_class,
        at: at.parse().unwrap(),
    })
}

/// Whether the days and hours are on when clocks show this.
fn is_on(promotion: &Promotion, day: &str, hour: u32, minute: u32) -> bool {
    let day: Day = day.parse().unwrap();
    promotion.recurrence().is_on(Local { day, hour, minute })
}

#[test]
fn it_holds_from_its_first_millisecond_up_to_its_last() {
    let promotion = promotion(json!({
        "from": "2026-11-27T09:30:00.500Z",
        "until": "2026-11-30T00:00:00.001Z",
    }));

    assert!(!applies(&promotion, "2026-11-27T09:30:00.499Z"));
    assert!(applies(&promotion, "2026-11-27T09:30:00.500Z"));
    assert!(applies(&promotion, "2026-11-30T00:00:00.000Z"));
    assert!(!applies(&promotion, "2026-11-30T00:00:00.001Z"));
}

#[test]
fn it_applies_where_every_filter_fits() {
    let at = "2026-11-28T12:00:00Z";
    for (change, expected) in [
        (json!({}), true),
        (json!({ "kinds": ["survey_completed", "app_opened"] }), true),
        (json!({ "kinds": ["app_opened"] }), false),
        (json!({ "categories": ["data_contribution"] }), true),
        (json!({ "categories": ["education"] }), false),
        (json!({ "rules": ["daily-survey"] }), true),
        (json!({ "rules": ["weekly-survey"] }), false),
        (json!({ "segment": "walker" }), true),
        (json!({ "segment": "runner" }), false),
        (json!({ "partner_class": "exclusive" }), false),
        (
            json!({ "kinds": ["survey_completed"], "segment": "runner" }),
            false,
        ),
    ] {
        assert_eq!(
            applies(&promotion(change.clone()), at),
            expected,
            "{change}"
        );
    }
    let exclusive = promotion(json!({ "partner_class": "exclusive" }));
    assert!(applies_to(&exclusive, at, &[], Some(Class::Exclusive)));
    assert!(!applies_to(&exclusive, at, &[], Some(Class::Standard)));
}

#[test]
fn hours_over_midnight_belong_to_the_day_on_which_they_begin() {
    let promotion = promotion(json!({ "weekdays": [5], "hours": { "from": 22, "until": 2 } }));

    for (day, hour, minute, expected) in [
        ("2026-11-27", 1, 30, false),
        ("2026-11-27", 21, 59, false),
        ("2026-11-27", 22, 0, true),
        ("2026-11-28", 0, 0, true),
        ("2026-11-28", 1, 59, true),
        ("2026-11-28", 2, 0, false),
        ("2026-11-28", 22, 0, false),
    ] {
        assert_eq!(
            is_on(&promotion, day, hour, minute),
            expected,
            "{day} {hour}"
        );
    }
    assert!(applies(&promotion, "2026-11-28T01:30:00Z"));
    assert!(!applies(&promotion, "2026-11-27T01:30:00Z"));
}

#[test]
fn hours_end_before_their_last() {
    let morning = promotion(json!({ "hours": { "from": 6, "until": 9 } }));
    let evening = promotion(json!({ "hours": { "from": 18, "until": 24 } }));

    let on = |promotion: &Promotion| -> Vec<u32> {
        (0..24)
            .filter(|hour| is_on(promotion, "2026-11-27", *hour, 59))
            .collect()
    };
    assert_eq!(on(&morning), [6, 7, 8]);
    assert_eq!(on(&evening), [18, 19, 20, 21, 22, 23]);
    assert_eq!(on(&promotion(json!({}))).len(), 24);
}

#[test]
fn clocks_decide_on_days_of_23_and_25_hours() {
    // Where clocks leave 2 o'clock out nothing shows it; where they show it twice, it is on twice.
    let night = promotion(json!({ "weekdays": [7], "hours": { "from": 2, "until": 3 } }));
    let (spring, autumn) = ("2026-03-29", "2026-10-25");

    assert!(!is_on(&night, spring, 1, 59));
    assert!(!is_on(&night, spring, 3, 0));
    assert!(is_on(&night, autumn, 2, 0));
    assert!(is_on(&night, autumn, 2, 59));
    assert!(!is_on(&night, autumn, 3, 0));
}

#[test]
fn its_calendar_has_each_time_as_a_whole() {
    let promotion = promotion(json!({
        "from": "2026-11-27T23:10:00.500Z",
        "weekdays": [5, 7],
        "hours": { "from": 22, "until": 2 },
    }));
    let times = |after: &str, times_max| -> Vec<String> {
        let times = promotion.times(after.parse().unwrap(), times_max);
        times
            .iter()
            .map(|time| format!("{} {}", time.start, time.end))
            .collect()
    };

    let (friday, sunday) = (
        "2026-11-27T23:10:00.500Z 2026-11-28T02:00:00.000Z",
        "2026-11-29T22:00:00.000Z 2026-11-30T00:00:00.000Z",
    );
    assert_eq!(times("2026-11-01T00:00:00Z", 9), [friday, sunday]);
    assert_eq!(times("2026-11-01T00:00:00Z", 1), [friday]);
    assert_eq!(times("2026-11-28T02:00:00Z", 9), [sunday]);
    assert!(times("2026-11-30T00:00:00Z", 9).is_empty());
}

#[test]
fn bounds_are_checked_field_by_field() {
    let rules: Vec<String> = (0..21).map(|number| format!("rule-{number}")).collect();
    for (change, pointer) in [
        (json!({ "kinds": [] }), "/kinds"),
        (json!({ "categories": [] }), "/categories"),
        (json!({ "rules": [] }), "/rules"),
        (json!({ "rules": rules }), "/rules"),
        (json!({ "weekdays": [] }), "/weekdays"),
        (json!({ "weekdays": [0] }), "/weekdays"),
        (json!({ "weekdays": [7, 8] }), "/weekdays"),
        (json!({ "until": "2026-11-27T00:00:00Z" }), "/until"),
        (json!({ "until": "2027-11-28T00:00:00.001Z" }), "/until"),
        (
            json!({ "hours": { "from": 24, "until": 2 } }),
            "/hours/from",
        ),
        (
            json!({ "hours": { "from": 0, "until": 0 } }),
            "/hours/until",
        ),
        (
            json!({ "hours": { "from": 0, "until": 25 } }),
            "/hours/until",
        ),
        (
            json!({ "hours": { "from": 9, "until": 9 } }),
            "/hours/until",
        ),
        (
            json!({ "effect": { "multiplier": "0.9999" } }),
            "/effect/multiplier",
        ),
        (json!({ "effect": { "bonus": "0" } }), "/effect/bonus"),
        (
            json!({ "effect": { "bonus": "1000.000001" } }),
            "/effect/bonus",
        ),
        (json!({ "zone": "Mars/Phobos" }), "/zone"),
    ] {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let invalid = terms(change.clone()).checked(now).unwrap_err();
        assert_eq!(invalid.pointer, pointer, "{change}: {invalid}");
    }
}

#[test]
fn terms_are_read_as_they_were_written() {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let longest = json!({ "until": "2027-11-28T00:00:00Z", "effect": { "bonus": "1000" } });
    for change in [
        json!({}),
        longest,
        json!({ "hours": { "from": 23, "until": 24 } }),
    ] {
        let terms = terms(change);

        let promotion = terms.clone().checked(now).unwrap();
        assert_eq!(promotion.terms(), terms);
        let stored: Promotion = from_value(to_value(&promotion).unwrap()).unwrap();
        assert_eq!(stored, promotion);
    }
}

#[test]
fn the_description_says_what_is_accepted() {
    let schema = schemars::schema_for!(PromotionTerms);
    let says = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or_default();

    for name in ["kinds", "categories", "rules", "weekdays"] {
        assert_eq!(says(&format!("/properties/{name}/minItems")), 1, "{name}");
    }
    assert_eq!(says("/properties/rules/maxItems"), RULES_MAX);
    assert_eq!(says("/properties/weekdays/items/minimum"), 1);
    assert_eq!(says("/properties/weekdays/items/maximum"), 7);
    assert_eq!(says("/properties/zone/type"), "string");
    assert_eq!(says("/$defs/Hours/properties/from/maximum"), 23);
    assert_eq!(says("/$defs/Hours/properties/until/minimum"), 1);
    assert_eq!(says("/$defs/Hours/properties/until/maximum"), 24);
    assert_eq!(
        says("/$defs/Effect/oneOf/0/properties/multiplier/pattern"),
        Ratio::AT_LEAST_ONE
    );
    assert_eq!(
        says("/$defs/Effect/oneOf/1/properties/bonus/pattern"),
        BONUS
    );
}

proptest! {
    #[test]
    fn what_looks_like_a_bonus_is_one(text in &BONUS[1..BONUS.len() - 1]) {
        prop_assert!(Effect::Bonus(text.parse().unwrap()).check().is_ok());
    }

    #[test]
    fn its_calendar_says_when_it_applies(
        (from, until) in (0..=23_u8, 1..=24_u8),
        weekday in 1..=7_u8,
        millis in 0..3 * 86_400_000_i64,
    ) {
        prop_assume!(from != until);
        let promotion = promotion(json!({ "weekdays": [weekday, weekday % 7 + 1], "hours": { "from": from, "until": until } }));
        let at = promotion.from.plus(TimeDelta::milliseconds(millis));
        let times = promotion.times(promotion.from, 100);
        let is_on = times.iter().any(|time| time.contains(&at));
        prop_assert_eq!(is_on, applies(&promotion, &at.to_string()));
    }

    /// Every hour of a week is on as often as the days and hours say, and each hour that is on belongs to a day that is.
    #[test]
    fn a_week_has_as_many_hours_as_were_set(
        weekdays in prop::collection::btree_set(1..=7_u8, 1..=7),
        from in 0..=23_u8,
        until in 1..=24_u8,
    ) {
        prop_assume!(from != until);
        let promotion = promotion(json!({ "weekdays": weekdays, "hours": { "from": from, "until": until } }));
        let length = if until > from { until - from } else { 24 - from + until };

        let monday: Day = "2026-11-23".parse().unwrap();
        let week = monday.iter_days().take(7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let on = week.filter(|(day, hour)| promotion.recurrence().is_on(Local { day: *day, hour: *hour, minute: 0 }));
        prop_assert_eq!(on.count(), weekdays.len() * usize::from(length));
    }
}
