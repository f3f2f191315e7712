//! Tests of which prices, rules and promotions are refused, and where they say they are wrong.

use serde_json::to_value;

use super::*;

fn band(from: &str, factor: &str) -> Value {
    json!({ "from": from, "factor": factor })
}

fn tier(from: u32, percent: &str) -> Value {
    json!({ "from": from, "percent_off": percent })
}

fn bulk(mode: &str, tiers: Vec<Value>) -> Value {
    let mut body = json!({ "bulk": { "mode": mode } });
    body["bulk"]["tiers"] = tiers.into();
    body
}

fn assert_prices(refused: Vec<(Value, &str)>, accepted: Vec<Value>) {
    for (change, pointer) in refused {
        let invalid = terms(change.clone()).checked().unwrap_err();
        assert_eq!(invalid.pointer, pointer, "{change}: {invalid}");
    }
    for change in accepted {
        assert!(terms(change.clone()).checked().is_ok(), "{change}");
    }
}

fn assert_rules(refused: Vec<(Value, &str)>, accepted: Vec<Value>) {
    for (effect, pointer) in refused {
        let invalid = rule_terms(effect.clone()).checked(at(NOON)).unwrap_err();
        assert_eq!(invalid.pointer, pointer, "{effect}: {invalid}");
    }
    for effect in accepted {
        let terms = rule_terms(effect);
        let rule = terms.clone().checked(at(NOON)).unwrap();
        assert_eq!(rule.terms(), terms);
        assert_eq!(
            from_value::<PriceRule>(to_value(&rule).unwrap()).unwrap(),
            rule
        );
    }
}

#[test]
fn prices_are_checked_field_by_field() {
    let refused = vec![
        (json!({ "base": "25.005" }), "/base"),
        (json!({ "base": "19.99" }), "/base"),
        (json!({ "base": "30.01" }), "/base"),
        (json!({ "floor": "0.99" }), "/floor"),
        (json!({ "floor": "20.001" }), "/floor"),
        (json!({ "floor": "31" }), "/ceiling"),
        (json!({ "ceiling": "1000.01" }), "/ceiling"),
        (json!({ "step_max": "0" }), "/step_max"),
        (json!({ "step_max": "1.0001" }), "/step_max"),
        (json!({ "interval_minutes": 14 }), "/interval_minutes"),
        (json!({ "interval_minutes": 10_081 }), "/interval_minutes"),
    ];
    let accepted = vec![
        json!({}),
        json!({ "floor": "1", "base": "1", "ceiling": "1" }),
        json!({ "ceiling": "1000", "base": "1000", "step_max": "1", "interval_minutes": 15 }),
    ];
    assert_prices(refused, accepted);
    assert_eq!(terms(json!({})), PriceTerms::of(rjv("25")));
}

#[test]
fn tiers_are_checked_one_by_one() {
    let many = (2..=12).map(|from| tier(from, &from.to_string())).collect();
    let two = |mode, second| bulk(mode, vec![tier(3, "5"), second]);
    let refused = vec![
        (bulk("volume", vec![]), "/bulk/tiers"),
        (bulk("volume", many), "/bulk/tiers"),
        (bulk("volume", vec![tier(1, "5")]), "/bulk/tiers/0/from"),
        (bulk("volume", vec![tier(21, "5")]), "/bulk/tiers/0/from"),
        (two("volume", tier(3, "6")), "/bulk/tiers/1/from"),
        (
            bulk("graduated", vec![tier(3, "0")]),
            "/bulk/tiers/0/percent_off",
        ),
        (
            bulk("graduated", vec![tier(3, "100")]),
            "/bulk/tiers/0/percent_off",
        ),
        (two("graduated", tier(5, "5")), "/bulk/tiers/1/percent_off"),
        (
            bulk("volume", vec![tier(3, "33.3334")]),
            "/bulk/tiers/0/percent_off",
        ),
        (
            two("volume", tier(5, "24.0001")),
            "/bulk/tiers/1/percent_off",
        ),
    ];
    let accepted = vec![
        bulk("volume", vec![tier(3, "33.3333")]),
        two("volume", tier(5, "24")),
        two("graduated", tier(5, "99.9999")),
    ];
    assert_prices(refused, accepted);
}

#[test]
fn rules_with_bands_are_checked_field_by_field() {
    let through = |change| json!({ "sell_through": changed(json!({ "days": 7, "bands": [band("50", "1.1")], "hysteresis": "5" }), change) });
    let left = |edges: &[u32], hysteresis: u32| {
        let bands: Vec<Value> = edges
            .iter()
            .map(|from| json!({ "from": from, "factor": "1.1" }))
            .collect();
        json!({ "remaining": { "bands": bands, "hysteresis": hysteresis } })
    };
    let eleven: Vec<u32> = (1..=11).map(|index| index * 10).collect();
    let refused = vec![
        (through(json!({ "days": 0 })), "/effect/sell_through/days"),
        (through(json!({ "days": 31 })), "/effect/sell_through/days"),
        (through(json!({ "of": 0 })), "/effect/sell_through/of"),
        (
            through(json!({ "bands": [] })),
            "/effect/sell_through/bands",
        ),
        (
            through(json!({ "bands": [band("50", "0.0999")] })),
            "/effect/sell_through/bands/0/factor",
        ),
        (
            through(json!({ "bands": [band("50", "10.0001")] })),
            "/effect/sell_through/bands/0/factor",
        ),
        (
            through(json!({ "bands": [band("50", "1"), band("50", "2")] })),
            "/effect/sell_through/bands/1/from",
        ),
        (
            through(json!({ "hysteresis": "50" })),
            "/effect/sell_through/hysteresis",
        ),
        (left(&[10, 20], 5), "/effect/remaining/hysteresis"),
        (left(&[5, 100], 5), "/effect/remaining/hysteresis"),
        (left(&eleven, 1), "/effect/remaining/bands"),
    ];
    let accepted = vec![
        through(json!({ "of": 1000, "hysteresis": "49.9999" })),
        left(&[10, 20], 4),
        left(&[0, 20], 9),
        left(&[0], 0),
    ];
    assert_rules(refused, accepted);
}

#[test]
fn rules_of_times_and_classes_are_checked_field_by_field() {
    let week =
        |change| json!({ "week": changed(json!({ "zone": "UTC", "factor": "0.9" }), change) });
    let season = |from: &str, until: &str, zone: &str| json!({ "season": { "zone": zone, "from": from, "until": until, "factor": "1.2" } });
    let rate = |rate: &str| json!({ "class_rate": { "partner_class": "exclusive", "rate": rate } });
    let refused = vec![
        (week(json!({ "weekdays": [] })), "/effect/week/weekdays"),
        (week(json!({ "weekdays": [8] })), "/effect/week/weekdays"),
        (
            week(json!({ "hours": { "from": 24, "until": 1 } })),
            "/effect/week/hours/from",
        ),
        (week(json!({ "factor": "0" })), "/effect/week/factor"),
        (week(json!({ "zone": "Mars/Phobos" })), "/effect/week/zone"),
        (season("12-01", "12-01", "UTC"), "/effect/season/until"),
        (season("12-01", "12-24", "utc"), "/effect/season/zone"),
        (rate("0"), "/effect/class_rate/rate"),
    ];
    let accepted = vec![
        week(json!({ "weekdays": [6, 7], "hours": { "from": 22, "until": 2 } })),
        season("12-24", "01-02", "Europe/Berlin"),
        season("02-29", "03-01", "UTC"),
        rate("0.9"),
    ];
    assert_rules(refused, accepted);
}

#[test]
fn promotions_are_checked_field_by_field() {
    let none: [&str; 0] = [];
    let many: Vec<String> = (0..21).map(|number| format!("category-{number}")).collect();
    for (change, pointer) in [
        (
            json!({ "selection": { "products": none } }),
            "/selection/products",
        ),
        (
            json!({ "selection": { "partners": none } }),
            "/selection/partners",
        ),
        (
            json!({ "selection": { "categories": many } }),
            "/selection/categories",
        ),
        (json!({ "until": "2026-11-20T00:00:00Z" }), "/until"),
        (json!({ "until": "2026-12-21T00:00:00.001Z" }), "/until"),
        (json!({ "weekdays": [0] }), "/weekdays"),
        (
            json!({ "hours": { "from": 9, "until": 9 } }),
            "/hours/until",
        ),
        (
            json!({ "effect": { "percent_off": "0" } }),
            "/effect/percent_off",
        ),
        (
            json!({ "effect": { "percent_off": "100" } }),
            "/effect/percent_off",
        ),
        (
            json!({ "effect": { "amount_off": "0.005" } }),
            "/effect/amount_off",
        ),
        (
            json!({ "effect": { "amount_off": "0" } }),
            "/effect/amount_off",
        ),
        (
            json!({ "effect": { "amount_off": "1000.01" } }),
            "/effect/amount_off",
        ),
        (
            json!({ "effect": { "fixed": "0" }, "stacking": "alone" }),
            "/effect/fixed",
        ),
        (json!({ "effect": { "fixed": "20" } }), "/stacking"),
        (json!({ "zone": "berlin" }), "/zone"),
    ] {
        let invalid = promotion_terms(change.clone())
            .checked(at(NOON))
            .unwrap_err();
        assert_eq!(invalid.pointer, pointer, "{change}: {invalid}");
    }
}

#[test]
fn promotions_are_read_as_they_were_written() {
    for change in [
        json!({}),
        json!({ "until": "2026-12-21T00:00:00Z" }),
        json!({ "effect": { "fixed": "20" }, "stacking": "alone" }),
        json!({ "zone": "Australia/Lord_Howe", "weekdays": [1], "hours": { "from": 22, "until": 2 } }),
        json!({ "selection": { "categories": ["fitness"], "partner_class": "exclusive" } }),
    ] {
        let terms = promotion_terms(change);
        let promotion = terms.clone().checked(at(NOON)).unwrap();
        assert_eq!(promotion.terms(), terms);
        assert_eq!(
            from_value::<PricePromotion>(to_value(&promotion).unwrap()).unwrap(),
            promotion
        );
    }
}

#[test]
fn what_is_not_known_is_refused() {
    assert!(from_value::<PriceTerms>(json!({ "base": "25", "floors": "20" })).is_err());
    assert!(from_value::<Selection>(json!({ "product": [] })).is_err());
    assert!(
        from_value::<PriceRuleTerms>(json!({ "title": "A", "effect": { "moon": {} } })).is_err()
    );
    let rate = json!({ "class_rate": { "partner_class": "exclusive", "rate": "1", "days": 1 } });
    assert!(from_value::<PriceRuleTerms>(json!({ "title": "A", "effect": rate })).is_err());
}

#[test]
fn a_day_of_the_year_has_one_text() {
    for text in ["01-01", "02-29", "12-31"] {
        assert_eq!(text.parse::<YearDay>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "1-1",
        "02-30",
        "13-01",
        "00-10",
        "04-31",
        "2026-01-01",
        "-1-01",
        "01--1",
        "+1-01",
    ] {
        assert_eq!(text.parse::<YearDay>(), Err(InvalidYearDay), "{text}");
    }
}

#[test]
fn a_price_is_small_in_its_table() {
    let mut price = price_of(terms(
        json!({ "bulk": { "mode": "volume", "tiers": [{ "from": 5, "percent_off": "7" }] } }),
    ));
    price.dynamic.parts.push(Part {
        rule_id: word("sells-well"),
        version: 3,
        factor: ratio("1.1"),
        band: Some(1),
        measured: Some(Measured::SellThrough(ratio("62.5"))),
    });
    let stored = serde_json::to_string(&price).unwrap();
    assert!(stored.len() < 600, "{stored}");
    assert_eq!(serde_json::from_str::<Price>(&stored).unwrap(), price);
}
