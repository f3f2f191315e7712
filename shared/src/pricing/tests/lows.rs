//! Tests of the lowest price of 30 days, against a memory of every hour.

use super::*;
use crate::pricing::standing::{Standing, midnight};

/// What a single code cost each hour, the earliest first.
type Hours = Vec<(Timestamp, Rjv)>;

fn low(price: &Price, promotions: &[PublishedPromotion], when: &str) -> String {
    priced(price, &[], promotions, 1, when).low_30d.to_string()
}

fn set(price: &Price, base: &str, promotions: &[PublishedPromotion], when: &str) -> Price {
    let (fitness, rules) = (word("fitness"), &[]);
    let published = Published { rules, promotions };
    let terms = terms(json!({ "base": base }));
    reset(price, terms, published, &subject(&fitness), at(when))
}

#[test]
fn it_is_the_lowest_before_the_promotion_began() {
    let price = price_of(terms(json!({ "base": "28" })));
    let price = set(&price, "24", &[], "2026-11-26T00:00:00Z");
    let price = set(&price, "30", &[], "2026-12-01T09:00:00Z");
    let sale = [promotion(
        "sale",
        json!({ "from": "2026-12-20T00:00:00Z", "until": "2027-01-10T00:00:00Z" }),
    )];

    assert_eq!(low(&price, &sale, "2026-12-19T23:59:59Z"), "24");
    assert_eq!(low(&price, &sale, "2026-12-21T00:00:00Z"), "24");
    // It does not grow as the promotion goes on, and 24 is still seen at its end.
    assert_eq!(low(&price, &sale, "2027-01-09T00:00:00Z"), "24");
    let later = [promotion(
        "sale",
        json!({ "from": "2027-01-02T00:00:00Z", "until": "2027-01-10T00:00:00Z" }),
    )];
    assert_eq!(low(&price, &later, "2027-01-05T00:00:00Z"), "30");
    assert_eq!(low(&price, &[], "2027-01-05T00:00:00Z"), "30");
}

#[test]
fn an_earlier_promotion_counts_and_the_own_one_does_not() {
    let price = price_of(terms(json!({ "base": "30" })));
    let sale = |id: &str, from: &str, until: &str, off: &str| {
        let change = json!({ "from": from, "until": until, "effect": { "amount_off": off }, "stacking": "alone" });
        promotion(id, change)
    };
    let promotions = [
        sale("one", "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "8"),
        sale("two", "2026-12-05T15:00:00Z", "2026-12-10T00:00:00Z", "5"),
    ];

    assert_eq!(low(&price, &promotions, "2026-11-25T12:00:00Z"), "30");
    assert_eq!(low(&price, &promotions, "2026-12-06T00:00:00Z"), "22");
    // Noted in the middle of the second one, what was before it and what is since stay apart.
    let noted = set(&price, "30", &promotions, "2026-12-05T18:00:00Z");
    let noted = set(&noted, "30", &promotions, "2026-12-07T18:00:00Z");
    assert_eq!(low(&noted, &promotions[1..], "2026-12-08T00:00:00Z"), "22");
    let fresh = set(
        &price_of(terms(json!({ "base": "30" }))),
        "30",
        &promotions[1..],
        "2026-12-07T18:00:00Z",
    );
    assert_eq!(low(&fresh, &promotions[1..], "2026-12-08T00:00:00Z"), "30");
}

#[test]
fn a_new_product_was_never_cheaper_than_it_is() {
    let price = price_of(terms(json!({ "base": "30" })));
    let sale = [promotion("sale", json!({}))];

    assert_eq!(low(&price, &sale, NOON), "30");
    assert_eq!(low(&price, &[], NOON), "30");
}

#[test]
fn lows_that_do_not_change_take_no_room() {
    let mut price = price_of(terms(json!({})));
    for day in 1..=100 {
        let now = at(NOON).plus(TimeDelta::days(day));
        price = set(&price, "25", &[], &now.to_string());
    }
    let text = serde_json::to_string(&price.lows).unwrap();
    assert!(text.len() < 150, "{text}");
}

/// A price that was set now and then, and what it cost every hour.
fn history(bases: &[(u16, u64)], promotions: &[PublishedPromotion], hours: u16) -> (Price, Hours) {
    let (fitness, rules) = (word("fitness"), &[]);
    let published = Published { rules, promotions };
    let start = at("2026-09-20T00:00:00Z");
    let mut price = Price::new(
        product(1),
        terms(json!({ "floor": "1", "ceiling": "100" })),
        start,
    );
    price.lows = Lows::since(start);
    let mut costs = Vec::new();
    for hour in 0..hours {
        let now = start.plus(TimeDelta::hours(hour.into()));
        for (_, base) in bases.iter().filter(|(at, _)| *at == hour) {
            let terms = PriceTerms {
                base: cents(*base),
                ..price.terms.clone()
            };
            price = reset(&price, terms, published, &subject(&fitness), now);
        }
        let standing = Standing::new(&price, published, &subject(&fitness));
        costs.push((now, standing.single(&standing.applied(now))));
    }
    (price, costs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// It is the lowest of every hour in the 30 days, and of those hours of the first span that were before them at most.
    #[test]
    fn it_is_what_a_memory_of_every_hour_says(
        bases in prop::collection::vec((0..1560_u16, 100..=10_000_u64), 0..12),
        promotions in promotions(),
        hours in 1..1560_u16,
    ) {
        let (price, costs) = history(&bases, &promotions, hours);
        let (now, cost) = *costs.last().unwrap();
        let applied: Vec<Word> = priced(&price, &[], &promotions, 1, &now.to_string()).promotions.into_iter().map(|applied| applied.id).collect();
        let began = promotions.iter().filter(|promotion| applied.contains(&promotion.promotion_id)).map(|promotion| promotion.promotion.from).min();
        let end = began.unwrap_or(now);
        let start = end.plus(TimeDelta::days(-30));
        let span = promotions.iter().map(|promotion| promotion.promotion.from).filter(|from| *from <= start).fold(midnight(start), Timestamp::max);
        let lowest = |from: Timestamp| {
            let seen = costs.iter().filter(|(at, _)| (from..end).contains(at)).map(|(_, cost)| *cost).min();
            let standing = priced(&price, &[], &[], 1, &now.to_string()).unit_price;
            if began.is_some() { seen.unwrap_or(standing) } else { seen.map_or(cost, |seen| seen.min(cost)) }
        };
        let low = priced(&price, &[], &promotions, 1, &now.to_string()).low_30d;
        prop_assert!(low <= lowest(start), "{} {} {:?}", low, lowest(start), price.lows);
        prop_assert!(low >= lowest(span), "{} {} {:?}", low, lowest(span), price.lows);
    }
}
