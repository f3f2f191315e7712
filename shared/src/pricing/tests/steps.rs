//! Tests of how a price is explained, and of which promotions and rates apply.

use super::*;

/// The steps as a line of text.
fn line(priced: &Priced) -> String {
    let step = |factor: &Factor| {
        let (sign, amount) = match factor.effect {
            Change::Up(amount) => ('+', amount),
            Change::Down(amount) => ('-', amount),
        };
        let step = serde_json::to_value(factor.step).unwrap();
        let name = factor
            .id
            .as_ref()
            .map_or(step.as_str().unwrap(), Word::as_str);
        format!("{sign} {amount} ({name})")
    };
    let base = std::iter::once(priced.base.to_string());
    let line: Vec<String> = base.chain(priced.factors.iter().map(step)).collect();
    line.join(" ")
}

fn tiers(mode: &str) -> Value {
    json!({ "bulk": { "mode": mode, "tiers": [
        { "from": 3, "percent_off": "4" },
        { "from": 5, "percent_off": "8" },
    ] } })
}

#[test]
fn a_member_reads_why() {
    let bulk = json!({ "base": "30", "bulk": { "mode": "volume", "tiers": [{ "from": 5, "percent_off": "7.4074" }] } });
    let price = price_of(terms(bulk));
    let spring = [promotion(
        "spring-week",
        json!({ "effect": { "amount_off": "3" } }),
    )];

    let five = priced(&price, &[], &spring, 5, NOON);
    assert_eq!(line(&five), "30 - 3 (spring-week) - 2 (bulk)");
    assert_eq!((five.unit_price, five.total), (rjv("25"), rjv("125")));
    assert_eq!(five.before, Some(rjv("30")));
    assert_eq!(five.promotion_ends_at, Some(at("2026-11-27T00:00:00Z")));
    let four = priced(&price, &[], &spring, 4, NOON);
    let nudge = Nudge {
        more: 1,
        quantity: count(5),
        saves: rjv("10"),
    };
    assert_eq!(
        (line(&four).as_str(), four.nudge),
        ("30 - 3 (spring-week)", Some(nudge))
    );
    assert_eq!(
        four.factors[0].title.as_ref().unwrap().as_str(),
        "Spring week"
    );
    assert_eq!(four.promotions[0].id, word("spring-week"));
}

#[test]
fn tiers_are_for_all_codes_or_for_those_behind_them() {
    let price_in = |mode| price_of(terms(tiers(mode)));
    let of = |price: &Price, quantity| {
        let priced = priced(price, &[], &[], quantity, NOON);
        (priced.unit_price.to_string(), priced.total.to_string())
    };
    let expected = |unit: &str, total: &str| (unit.to_owned(), total.to_owned());

    let volume = price_in("volume");
    assert_eq!(of(&volume, 2), expected("25", "50"));
    assert_eq!(of(&volume, 3), expected("24", "72"));
    assert_eq!(of(&volume, 5), expected("23", "115"));
    let graduated = price_in("graduated");
    assert_eq!(of(&graduated, 2), expected("25", "50"));
    assert_eq!(of(&graduated, 3), expected("24.67", "74"));
    assert_eq!(of(&graduated, 5), expected("24.2", "121"));
    assert_eq!(of(&graduated, 20), expected("23.3", "466"));
}

#[test]
fn a_floor_and_a_ceiling_show_what_they_change() {
    let cheap = [promotion(
        "big",
        json!({ "effect": { "percent_off": "60" } }),
    )];
    let price = price_of(terms(tiers("volume")));
    assert_eq!(
        line(&priced(&price, &[], &cheap, 1, NOON)),
        "25 - 15 (big) + 10 (floor)"
    );
    assert_eq!(
        line(&priced(&price, &[], &cheap, 5, NOON)),
        "25 - 15 (big) - 0.8 (bulk) + 10.8 (floor)"
    );

    let dear = [rule(
        "dear",
        json!({ "class_rate": { "partner_class": "exclusive", "rate": "1.5" } }),
    )];
    assert_eq!(
        line(&priced(&price, &dear, &[], 1, NOON)),
        "25 + 12.5 (dear) - 7.5 (ceiling)"
    );
}

#[test]
fn rules_that_are_not_there_yet_say_so() {
    let part = |id: &str, factor| Part {
        rule_id: word(id),
        version: 1,
        factor: ratio(factor),
        band: None,
        measured: None,
    };
    let mut price = price_of(terms(json!({ "ceiling": "40" })));
    price.dynamic = Dynamic {
        factor: ratio("1.05"),
        target: ratio("1.2"),
        parts: vec![part("evening", "1.2")],
        moved_at: None,
    };
    assert_eq!(
        line(&priced(&price, &[], &[], 1, NOON)),
        "25 + 5 (evening) - 3.75 (pace)"
    );
    price.dynamic.factor = ratio("1.2");
    assert_eq!(line(&priced(&price, &[], &[], 1, NOON)), "25 + 5 (evening)");
    price.dynamic.parts.clear();
    assert_eq!(line(&priced(&price, &[], &[], 1, NOON)), "25 + 5 (pace)");

    // What several rules come to may be a cent beside one after the other: the last of them makes it even.
    price.terms.base = rjv("24.99");
    price.dynamic.parts = vec![part("a", "1.0003"), part("b", "1.0002")];
    price.dynamic.target = Ratio::product([ratio("1.0003"), ratio("1.0002")]);
    price.dynamic.factor = price.dynamic.target;
    assert_eq!(line(&priced(&price, &[], &[], 1, NOON)), "24.99 + 0.01 (a)");
}

#[test]
fn rules_are_titled_in_the_version_that_moved_the_price() {
    let mut price = price_of(terms(json!({})));
    let mut evening = rule(
        "evening",
        json!({ "week": { "zone": "UTC", "factor": "1.2" } }),
    );
    price.dynamic.parts = vec![Part {
        rule_id: word("evening"),
        version: 1,
        factor: ratio("1.2"),
        band: None,
        measured: None,
    }];
    price.dynamic.factor = ratio("1.2");
    let title = |rule: &PublishedRule| {
        let priced = priced(&price, std::slice::from_ref(rule), &[], 1, NOON);
        priced.factors[0].title.as_ref().map(ToString::to_string)
    };

    assert_eq!(title(&evening), Some("A rule".to_owned()));
    evening.version = 2;
    assert_eq!(title(&evening), None);
}

#[test]
fn one_rate_holds_for_a_class() {
    let rate = |id: &str, class: &str, rate: &str, priority: i32| {
        let effect =
            json!({ "class_rate": { "partner_class": class, "rate": rate, "priority": priority } });
        rule(id, effect)
    };
    let price = price_of(terms(json!({})));
    let rates = [
        rate("c", "exclusive", "0.9", 1),
        rate("b", "exclusive", "0.92", 1),
        rate("a", "exclusive", "0.88", 0),
        rate("d", "standard", "0.84", 9),
    ];

    assert_eq!(line(&priced(&price, &rates, &[], 1, NOON)), "25 - 2 (b)");
    let mut other = rates.clone();
    other[1].rule.selection.products = Some([product(2)].into());
    assert_eq!(line(&priced(&price, &other, &[], 1, NOON)), "25 - 2.5 (c)");
}

#[test]
fn promotions_apply_alone_or_together() {
    let price = price_of(terms(json!({ "floor": "1" })));
    let make = |id: &str, percent: &str, priority: i32, stacking: &str| {
        let change = json!({ "effect": { "percent_off": percent }, "priority": priority, "stacking": stacking });
        promotion(id, change)
    };
    let shown = |promotions: &[PublishedPromotion]| line(&priced(&price, &[], promotions, 1, NOON));
    let (twenty, ten) = (
        make("twenty", "20", 0, "with_others"),
        make("ten", "10", 1, "with_others"),
    );
    let (low, high) = (
        make("low", "50", 0, "alone"),
        make("high", "50", 2, "alone"),
    );
    let off = promotion(
        "off",
        json!({ "effect": { "amount_off": "1.5" }, "priority": 9 }),
    );

    assert_eq!(
        shown(&[twenty.clone(), ten.clone()]),
        "25 - 2.5 (ten) - 4.5 (twenty)"
    );
    assert_eq!(
        shown(&[twenty.clone(), off, ten.clone()]),
        "25 - 2.5 (ten) - 4.5 (twenty) - 1.5 (off)"
    );
    assert_eq!(
        shown(&[twenty.clone(), ten.clone(), low]),
        "25 - 2.5 (ten) - 4.5 (twenty)"
    );
    assert_eq!(shown(&[twenty, ten, high]), "25 - 12.5 (high)");
    let fixed = |price: &str| {
        promotion(
            "fixed",
            json!({ "effect": { "fixed": price }, "stacking": "alone" }),
        )
    };
    assert_eq!(shown(&[fixed("21.5")]), "25 - 3.5 (fixed)");
    assert_eq!(shown(&[fixed("27")]), "25 - 0 (fixed)");
    assert_eq!(priced(&price, &[], &[fixed("27")], 1, NOON).before, None);
}

#[test]
fn a_selection_covers_what_fits_all_it_says() {
    let fitness = word("fitness");
    let subject = subject(&fitness);
    let (ours, other) = (subject.product_id, product(2));
    for (selection, expected) in [
        (json!({}), true),
        (json!({ "products": [ours, other] }), true),
        (json!({ "products": [other] }), false),
        (json!({ "partners": [subject.partner_id] }), true),
        (json!({ "partner_class": "exclusive" }), true),
        (
            json!({ "partner_class": "standard", "products": [ours] }),
            false,
        ),
        (json!({ "categories": ["food", "fitness"] }), true),
        (json!({ "categories": ["food"] }), false),
    ] {
        let read: Selection = from_value(selection.clone()).unwrap();
        assert_eq!(read.covers(&subject), expected, "{selection}");
    }
}
