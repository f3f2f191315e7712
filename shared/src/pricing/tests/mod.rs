//! Tests of prices, and what they are made of.

mod bounds;
mod calendar;
mod edges;
mod history;
mod laws;
mod lows;
mod repricing;
mod steps;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, from_value, json};
use uuid::Uuid;

use super::*;
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::id::{PartnerId, ProductId};
use crate::ratio::Ratio;
use crate::text::Word;
use crate::time::Timestamp;

/// Tuesday at noon.
const NOON: &str = "2026-11-24T12:00:00Z";

fn rjv(text: &str) -> Rjv {
    text.parse().unwrap()
}

fn cents(cents: u64) -> Rjv {
    Rjv::from_micros(cents * 10_000).unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn count(count: u32) -> Quantity {
    count.try_into().unwrap()
}

fn product(number: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(number))
}

/// What is priced: a fitness product of an exclusive partner.
fn subject(category: &Word) -> Subject<'_> {
    Subject {
        product_id: product(1),
        partner_id: PartnerId::new(Uuid::from_u128(1)),
        partner_class: Class::Exclusive,
        category,
    }
}

/// A value with some of its members changed.
fn changed(mut value: Value, change: Value) -> Value {
    let (members, Value::Object(change)) = (value.as_object_mut().unwrap(), change) else {
        panic!("a change is an object");
    };
    members.extend(change);
    value
}

fn terms(change: Value) -> PriceTerms {
    from_value(changed(json!({ "base": "25" }), change)).unwrap()
}

fn price_of(terms: PriceTerms) -> Price {
    Price::new(product(1), terms.checked().unwrap(), at(NOON))
}

/// 10 % off for a week around [`NOON`], beside others.
fn promotion_terms(change: Value) -> PricePromotionTerms {
    let body = json!({
        "title": "Spring week",
        "from": "2026-11-20T00:00:00Z",
        "until": "2026-11-27T00:00:00Z",
        "zone": "UTC",
        "effect": { "percent_off": "10" },
        "stacking": "with_others",
    });
    from_value(changed(body, change)).unwrap()
}

fn promotion(id: &str, change: Value) -> PublishedPromotion {
    PublishedPromotion {
        promotion_id: word(id),
        version: 1,
        promotion: promotion_terms(change).checked(at(NOON)).unwrap(),
    }
}

fn rule_terms(effect: Value) -> PriceRuleTerms {
    let mut body = json!({ "title": "A rule" });
    body["effect"] = effect;
    from_value(body).unwrap()
}

fn rule(id: &str, effect: Value) -> PublishedRule {
    PublishedRule {
        rule_id: word(id),
        version: 1,
        rule: rule_terms(effect).checked(at(NOON)).unwrap(),
    }
}

fn priced(
    price: &Price,
    rules: &[PublishedRule],
    promotions: &[PublishedPromotion],
    quantity: u32,
    when: &str,
) -> Priced {
    let published = Published { rules, promotions };
    let fitness = word("fitness");
    super::price(
        price,
        published,
        &subject(&fitness),
        count(quantity),
        at(when),
    )
}

fn bulks() -> impl Strategy<Value = Option<Bulk>> {
    let mode = prop::sample::select(vec![BulkMode::Graduated, BulkMode::Volume]);
    let tiers = prop::collection::btree_map(2..=Quantity::MAX, 1..=400_000_u32, 1..=5);
    let bulk = (mode, tiers).prop_filter_map("tiers rise", |(mode, tiers)| {
        let mut offs: Vec<u32> = tiers.values().copied().collect();
        offs.sort_unstable();
        let tiers = tiers.keys().zip(offs).map(|(from, off)| Tier {
            from: *from,
            percent_off: Ratio::from_units(off),
        });
        let bulk = Bulk {
            mode,
            tiers: tiers.collect(),
        };
        bulk.check().ok().map(|()| bulk)
    });
    prop::option::of(bulk)
}

/// Prices of any terms that are accepted, wherever rules have moved them.
fn prices() -> impl Strategy<Value = Price> {
    let amounts = prop::collection::vec(100..=100_000_u64, 3);
    (amounts, bulks(), 0..=30_000_u32, parts()).prop_map(|(mut amounts, bulk, factor, parts)| {
        amounts.sort_unstable();
        let terms = PriceTerms {
            base: cents(amounts[1]),
            floor: cents(amounts[0]),
            ceiling: cents(amounts[2]),
            ..PriceTerms::of(rjv("25"))
        };
        let mut price = price_of(PriceTerms { bulk, ..terms });
        let target = Ratio::product(parts.iter().map(|part| part.factor));
        price.dynamic = Dynamic {
            factor: if factor % 2 == 0 {
                target
            } else {
                Ratio::from_units(factor)
            },
            target,
            parts,
            moved_at: None,
        };
        price
    })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let factors = prop::collection::vec(1_000..=30_000_u32, 0..4);
    factors.prop_map(|factors| {
        let part = |(index, factor)| Part {
            rule_id: word(&format!("rule-{index}")),
            version: 1,
            factor: Ratio::from_units(factor),
            band: None,
            measured: None,
        };
        factors.into_iter().enumerate().map(part).collect()
    })
}

fn discounts() -> impl Strategy<Value = Value> {
    prop_oneof![
        (1..=999_999_u32).prop_map(|units| json!({ "percent_off": Ratio::from_units(units) })),
        (1..=3_000_u64).prop_map(|amount| json!({ "amount_off": cents(amount) })),
        (1..=3_000_u64).prop_map(|amount| json!({ "fixed": cents(amount) })),
    ]
}

/// Promotions of any kind, most of them around [`NOON`].
fn promotions() -> impl Strategy<Value = Vec<PublishedPromotion>> {
    let hours = prop::option::weighted(0.3, (0..=23_u8, 1..=24_u8));
    let spans = (-40..=40_i64, 1..=31_i64, hours);
    let promotion = (discounts(), spans, -1..=1_i32, any::<bool>());
    let promotion = promotion.prop_map(|(effect, (from, length, hours), priority, alone)| {
        let from = at(NOON).plus(TimeDelta::hours(12 * from));
        let hours = hours.filter(|(from, until)| from != until);
        let is_alone = alone || effect.get("fixed").is_some();
        json!({
            "effect": effect,
            "from": from,
            "until": from.plus(TimeDelta::days(length)),
            "hours": hours.map(|(from, until)| json!({ "from": from, "until": until })),
            "priority": priority,
            "stacking": if is_alone { "alone" } else { "with_others" },
        })
    });
    prop::collection::vec(promotion, 0..6).prop_map(|changes| {
        let made = changes.into_iter().enumerate();
        made.map(|(index, change)| super::tests::promotion(&format!("promotion-{index}"), change))
            .collect()
    })
}

/// Rates of both classes.
fn rates() -> impl Strategy<Value = Vec<PublishedRule>> {
    let rate = (1_000..=20_000_u32, -1..=1_i32, any::<bool>());
    prop::collection::vec(rate, 0..4).prop_map(|rates| {
        let make = |(index, (rate, priority, exclusive))| {
            let class = if exclusive { "exclusive" } else { "standard" };
            let rate = Ratio::from_units(rate);
            let effect = json!({ "class_rate": { "partner_class": class, "rate": rate, "priority": priority } });
            rule(&format!("rate-{index}"), effect)
        };
        rates.into_iter().enumerate().map(make).collect()
    })
}
