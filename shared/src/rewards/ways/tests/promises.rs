//! That what ways promise is what is given.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Limits of different periods, so that they fit together.
fn any_limits() -> impl Strategy<Value = Vec<Value>> {
    let periods = [
        json!("day"),
        json!("week"),
        json!({"rolling_minutes": 600}),
        json!("lifetime"),
    ];
    let max = prop_oneof![
        (1..5_u32).prop_map(|count| (json!({ "count": count }), "refuse")),
        (1..6_u32, any::<bool>()).prop_map(|(amount, clips)| {
            let edge = if clips { "clip" } else { "refuse" };
            (json!({ "amount": format!("{amount}.5") }), edge)
        }),
    ];
    let limits = prop::sample::subsequence(periods.to_vec(), 0..=2);
    (limits, prop::collection::vec(max, 2)).prop_map(|(periods, max)| {
        let both = periods.into_iter().zip(max);
        both.map(|(period, (max, edge))| json!({"period": period, "max": max, "at_edge": edge}))
            .collect()
    })
}

fn any_rule(id: &'static str) -> impl Strategy<Value = Rule> {
    let qualifications = [
        json!(null),
        json!(null),
        json!("local.hour >= 12"),
        json!("streak.days >= 2"),
        json!("member.earned < decimal(\"3.0\")"),
        json!("24 / local.hour > 2"),
    ];
    let amounts = [
        json!({"type": "fixed", "amount": "1"}),
        json!({"type": "fixed", "amount": "2.5"}),
        json!({"type": "per_unit", "units": "streak.days - 1", "amount": "0.75"}),
        json!({"type": "tiered", "by": "local.hour", "tiers": [{"from": 6, "amount": "1"}, {"from": 18, "amount": "2"}]}),
    ];
    let parts = (
        any_limits(),
        prop::sample::select(qualifications.to_vec()),
        prop::sample::select(amounts.to_vec()),
        prop::option::of(1..2000_u32),
        (1..4_u32, 0..3_u32),
        prop::sample::select(vec!["3", "20"]),
    );
    parts.prop_map(move |(limits, qualification, amount, cooldown, (days, priority), max)| {
        rule(
            id,
            &json!({
                "limits": limits, "qualification": qualification, "amount": amount, "cooldown_minutes": cooldown,
                "amount_max": max, "priority": priority,
                "streak": {"milestones": [{"days": days, "bonus": "2"}], "freeze_every_days": 2, "freezes_max": 1},
            }),
        )
    })
}

fn any_book() -> impl Strategy<Value = Book> {
    let effects = [
        json!({"multiplier": "1.5"}),
        json!({"multiplier": "2"}),
        json!({"bonus": "0.3"}),
    ];
    let promotions = prop::sample::subsequence(effects.to_vec(), 0..=2);
    let parts = (
        prop::collection::vec(any::<bool>(), 2),
        any_rule("first"),
        any_rule("second"),
        any_rule("third"),
        promotions,
        any_limits(),
    );
    parts.prop_map(|(there, first, second, third, effects, limits)| {
        let others = [second, third].into_iter().zip(there);
        let others = others.filter_map(|(rule, there)| there.then_some(rule));
        let ids = ["evenings", "always"].into_iter();
        let promotions = ids.zip(effects).map(|(id, effect)| {
            let hours = if id == "evenings" {
                json!({"from": 18, "until": 2})
            } else {
                json!(null)
            };
            promotion(id, &json!({ "effect": effect, "hours": hours }))
        });
        let mut book = book(others.chain([first]).collect(), promotions.collect());
        let scopes = ["member", "category"].into_iter();
        let limits = scopes.zip(limits).map(|(scope, mut limit)| {
            limit["scope"] = json!(scope);
            serde_json::from_value(limit).unwrap()
        });
        book.programme.limits = limits.collect();
        book
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A member opens the app now and then, looks at the ways, and opens it once more.
    #[test]
    fn what_is_promised_is_given(
        book in any_book(),
        zone in prop::sample::select(vec!["UTC", "Pacific/Auckland", "America/Los_Angeles"]),
        gaps in prop::collection::vec(1..3000_i64, 1..12),
    ) {
        let begin = at("2026-11-10T00:00:00Z");
        let mut member = Situation::nobody(&book);
        member.profile = member.profile.in_zone(Zone::named(zone, begin).unwrap(), begin).unwrap();
        let mut now = begin;
        for gap in gaps {
            now = now.plus(chrono::TimeDelta::minutes(gap));
            let ways = of(&book, &member, now);
            let decision = done(&book, &mut member, now);

            let decided = decision.trace.rule.as_ref().map(|rule| &rule.id);
            let promised = ways.iter().find(|way| Some(&way.rule_id) == decided);
            match (&decision.outcome, promised) {
                (Ok(amount), Some(way)) => {
                    prop_assert_eq!((way.available, way.amount_now), (true, Some(*amount)));
                    let on: Vec<_> = way.promotions.iter().map(|promotion| &promotion.promotion_id).collect();
                    let applied: Vec<_> = decision.trace.promotions.iter().map(|rule| &rule.id).collect();
                    prop_assert_eq!(on, applied);
                }
                (Err(reason), Some(way)) => {
                    prop_assert!(!way.available);
                    prop_assert_eq!(&way.obstacle.as_ref().unwrap().because, reason);
                }
                // No rule decided: none of them gives anything now.
                (Err(_), None) => {}
                (Ok(_), None) => prop_assert!(false, "{:?} is no way", decided),
            }
            for other in ways.iter().filter(|way| Some(&way.rule_id) != decided) {
                let because = other.obstacle.as_ref().map(|obstacle| &obstacle.because);
                prop_assert_eq!(because, Some(&Reason::NotQualified {}));
            }
            prop_assert!(ways.is_sorted_by_key(|way| !way.available));
        }
    }
}
