//! Tests of what is known of the days to come.

use super::*;
use crate::pricing::calendar as ahead;

fn spans(price: &Price, rules: &[PublishedRule], promotions: &[PublishedPromotion]) -> Vec<Span> {
    let (fitness, published) = (word("fitness"), Published { rules, promotions });
    ahead(price, published, &subject(&fitness), at(NOON)).spans
}

fn lines(spans: &[Span]) -> Vec<String> {
    let line = |span: &Span| format!("{} {}", span.from, span.unit_price);
    spans.iter().map(line).collect()
}

#[test]
fn promotions_come_and_go() {
    let price = price_of(terms(json!({})));
    let promotions = [
        promotion("now", json!({})),
        promotion(
            "soon",
            json!({ "from": "2026-12-05T00:00:00.500Z", "until": "2026-12-06T00:00:00Z", "effect": { "fixed": "20" }, "stacking": "alone" }),
        ),
        promotion("other", json!({ "selection": { "categories": ["food"] } })),
        promotion(
            "far",
            json!({ "from": "2027-01-05T00:00:00Z", "until": "2027-01-06T00:00:00Z" }),
        ),
    ];
    let spans = spans(&price, &[], &promotions);

    let expected = [
        "2026-11-24T12:00:00.000Z 22.5",
        "2026-11-27T00:00:00.000Z 25",
        "2026-12-05T00:00:00.500Z 20",
        "2026-12-06T00:00:00.000Z 25",
    ];
    assert_eq!(lines(&spans), expected);
    assert_eq!(spans[2].promotions[0].id, word("soon"));
    assert_eq!((spans[2].before, spans[3].before), (Some(rjv("25")), None));
    assert_eq!(spans[3].until, at("2026-12-24T12:00:00Z"));
}

#[test]
fn rules_of_the_week_are_seen_ahead_step_by_step() {
    let price = price_of(terms(json!({})));
    let weekend = rule(
        "weekend",
        json!({ "week": { "zone": "UTC", "weekdays": [6], "factor": "0.92" } }),
    );
    let spans = spans(&price, &[weekend], &[]);

    let expected = [
        "2026-11-24T12:00:00.000Z 25",
        "2026-11-28T00:00:00.000Z 23.75",
        "2026-11-28T01:00:00.000Z 23",
        "2026-11-29T00:00:00.000Z 24.25",
        "2026-11-29T01:00:00.000Z 25",
        "2026-12-05T00:00:00.000Z 23.75",
    ];
    assert_eq!(lines(&spans)[..6], expected);
}

#[test]
fn what_sells_as_now_costs_as_now() {
    let sells = rule(
        "sells",
        json!({ "remaining": { "bands": [{ "from": 10, "factor": "0.9" }], "hysteresis": 1 } }),
    );
    let (fitness, rules) = (word("fitness"), [sells]);
    let published = Published {
        rules: &rules,
        promotions: &[],
    };
    let signals = Signals {
        sold_by_day: Vec::new(),
        remaining: Some(50),
    };
    let price = price_of(terms(json!({})));
    let moved = reprice(&price, published, &subject(&fitness), &signals, at(NOON))
        .unwrap()
        .price;

    let expected = [
        "2026-11-24T12:00:00.000Z 23.75",
        "2026-11-24T13:00:00.000Z 22.5",
    ];
    assert_eq!(lines(&spans(&moved, &rules, &[])), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_says_what_a_quote_will_say(
        price in prices(),
        rates in rates(),
        promotions in promotions(),
        millis in prop::collection::vec(0..30 * 86_400_000_i64, 8),
    ) {
        // Nothing moves it meanwhile.
        let dynamic = Dynamic { target: price.dynamic.factor, parts: Vec::new(), ..price.dynamic.clone() };
        let interval_minutes = 10_080;
        let price = Price {
            dynamic: Dynamic { moved_at: Some(at(NOON).plus(TimeDelta::days(30))), ..dynamic },
            terms: PriceTerms { interval_minutes, ..price.terms },
            ..price
        };
        let spans = spans(&price, &rates, &promotions);
        prop_assert_eq!(spans[0].from, at(NOON));
        prop_assert_eq!(spans.last().unwrap().until, at(NOON).plus(TimeDelta::days(30)));
        prop_assert!(spans.windows(2).all(|pair| pair[0].until == pair[1].from));
        for millis in millis {
            let when = at(NOON).plus(TimeDelta::milliseconds(millis));
            let priced = priced(&price, &rates, &promotions, 1, &when.to_string());
            let span = spans.iter().find(|span| (span.from..span.until).contains(&when)).unwrap();
            prop_assert_eq!((span.unit_price, span.before), (priced.unit_price, priced.before));
            prop_assert_eq!(&span.promotions, &priced.promotions);
        }
    }
}
