//! Tests of how rules move a price.

use super::*;
use crate::pricing::reprice as moved_by;

const QUARTER: TimeDelta = TimeDelta::minutes(15);

fn signals(sold: u32, remaining: Option<u32>) -> Signals {
    Signals {
        sold_by_day: vec![sold],
        remaining,
    }
}

fn remaining(hysteresis: u32) -> PublishedRule {
    let bands = json!([{ "from": 10, "factor": "0.95" }, { "from": 50, "factor": "0.9" }]);
    rule(
        "left",
        json!({ "remaining": { "bands": bands, "hysteresis": hysteresis } }),
    )
}

fn week(id: &str, factor: &str) -> PublishedRule {
    rule(id, json!({ "week": { "zone": "UTC", "factor": factor } }))
}

fn step(
    price: &Price,
    rules: &[PublishedRule],
    signals: &Signals,
    now: Timestamp,
) -> Option<Repriced> {
    let (fitness, promotions) = (word("fitness"), &[]);
    let published = Published { rules, promotions };
    moved_by(price, published, &subject(&fitness), signals, now)
}

/// Goes on each quarter of an hour, and collects when the factor moved to what.
fn run(
    price: &mut Price,
    rules: &[PublishedRule],
    signals: &Signals,
    hours: i64,
) -> Vec<(i64, String)> {
    let (mut factors, start) = (Vec::new(), price.changed_at);
    for quarter in 1..=hours * 4 {
        let now = start.plus(QUARTER * i32::try_from(quarter).unwrap());
        if let Some(repriced) =
            step(price, rules, signals, now).filter(|repriced| repriced.is_moved)
        {
            *price = repriced.price;
            factors.push((quarter * 15, price.dynamic.factor.to_string()));
        }
    }
    factors
}

#[test]
fn a_price_goes_where_rules_send_it_in_steps() {
    let mut price = price_of(terms(json!({})));
    let factors = run(
        &mut price,
        &[week("evening", "1.12")],
        &Signals::default(),
        6,
    );

    let expected =
        [(15, "1.05"), (75, "1.1"), (135, "1.12")].map(|(at, factor)| (at, factor.to_owned()));
    assert_eq!(factors, expected);
    assert_eq!(
        (price.version, price.changed_at),
        (4, at("2026-11-24T14:15:00Z"))
    );
    let back = run(&mut price, &[], &Signals::default(), 6);
    let expected =
        [(60, "1.07"), (120, "1.02"), (180, "1")].map(|(at, factor)| (at, factor.to_owned()));
    assert_eq!(back, expected);
    assert_eq!(price.dynamic.parts, []);
}

#[test]
fn each_move_says_why() {
    let price = price_of(terms(json!({})));
    let rules = [week("evening", "1.12"), remaining(2)];
    let first = step(&price, &rules, &signals(0, Some(30)), at(NOON)).unwrap();

    let [evening, left] = &first.causes[..] else {
        panic!("{:?}", first.causes);
    };
    assert_eq!(
        (evening.factor_before, evening.factor),
        (Ratio::ONE, ratio("1.12"))
    );
    assert_eq!(
        (left.band, left.measured),
        (Some(1), Some(Measured::Remaining(30)))
    );
    assert_eq!(first.factor_before, Ratio::ONE);
    assert_eq!(first.price.dynamic.target, ratio("1.064"));
    let later = at(NOON).plus(TimeDelta::hours(1));
    let second = step(&first.price, &rules[1..], &signals(0, Some(60)), later).unwrap();
    let [left, evening] = &second.causes[..] else {
        panic!("{:?}", second.causes);
    };
    assert_eq!(
        (left.factor_before, left.factor, left.band),
        (ratio("0.95"), ratio("0.9"), Some(2))
    );
    assert_eq!(
        (evening.factor_before, evening.factor),
        (ratio("1.12"), Ratio::ONE)
    );
}

#[test]
fn a_rule_without_anything_to_look_at_says_nothing() {
    let price = price_of(terms(json!({})));
    let through = |of: Option<u32>| {
        rule(
            "sells",
            json!({ "sell_through": { "days": 1, "of": of, "bands": [{ "from": "50", "factor": "1.1" }], "hysteresis": "1" } }),
        )
    };
    let measured = |rule: PublishedRule, signals: Signals| {
        let repriced = step(&price, &[rule], &signals, at(NOON))?;
        repriced.price.dynamic.parts[0].measured
    };

    assert_eq!(measured(remaining(2), signals(5, None)), None);
    assert_eq!(measured(through(None), signals(5, None)), None);
    assert_eq!(measured(through(None), signals(0, Some(0))), None);
    let percent = |text| Some(Measured::SellThrough(ratio(text)));
    assert_eq!(
        measured(through(None), signals(5, Some(3))),
        percent("62.5")
    );
    assert_eq!(
        measured(through(Some(8)), signals(5, None)),
        percent("62.5")
    );
    assert_eq!(
        measured(through(Some(1)), signals(u32::MAX, None)),
        percent("1000")
    );
    let week_of = Signals {
        sold_by_day: vec![1; 9],
        remaining: Some(1),
    };
    assert_eq!(measured(through(None), week_of), percent("50"));
}

#[test]
fn floor_and_ceiling_do_not_wind_it_up() {
    let mut price = price_of(terms(json!({})));
    run(&mut price, &[week("rush", "3")], &Signals::default(), 24);
    assert_eq!(price.dynamic.factor, ratio("1.2"));
    assert_eq!(price.dynamic.target, ratio("3"));
    let priced = priced(&price, &[], &[], 1, NOON);
    assert_eq!(priced.unit_price, rjv("30"));
    assert_eq!(priced.factors.last().unwrap().step, Step::Ceiling);

    // The first step back shows at once, and with the rate of a class there is as much more room.
    assert_eq!(run(&mut price, &[], &Signals::default(), 1)[0].1, "1.15");
    let rate = rule(
        "rate",
        json!({ "class_rate": { "partner_class": "exclusive", "rate": "0.9" } }),
    );
    run(
        &mut price,
        &[week("rush", "3"), rate],
        &Signals::default(),
        24,
    );
    assert_eq!(price.dynamic.factor, ratio("1.3333"));
}

#[test]
fn other_terms_keep_what_rules_made_of_it() {
    let mut price = price_of(terms(json!({})));
    run(
        &mut price,
        &[week("evening", "1.05")],
        &Signals::default(),
        1,
    );
    let (fitness, later) = (word("fitness"), at("2026-11-24T20:00:00Z"));
    let other = terms(json!({ "base": "24" }));
    let after = reset(
        &price,
        other.clone(),
        Published::default(),
        &subject(&fitness),
        later,
    );

    assert_eq!(
        (after.version, after.changed_at, &after.terms),
        (3, later, &other)
    );
    assert_eq!(after.dynamic, price.dynamic);
}

/// Rules of all kinds that move prices.
fn rules() -> impl Strategy<Value = Vec<PublishedRule>> {
    let bands = prop::collection::btree_map(1..=9_u32, 1_000..=30_000_u32, 1..4);
    let kind = (0..4_u8, bands, 0..=23_u8, 1_000..=30_000_u32);
    let effect = kind.prop_map(|(kind, bands, hour, factor)| {
        let factor = Ratio::from_units(factor);
        let bands: Vec<Value> = bands
            .into_iter()
            .map(|(from, factor)| {
                let factor = Ratio::from_units(factor);
                if kind == 0 {
                    json!({ "from": Ratio::from_units(from * 100_000), "factor": factor })
                } else {
                    json!({ "from": from * 10, "factor": factor })
                }
            })
            .collect();
        match kind {
            0 => json!({ "sell_through": { "days": 3, "bands": bands, "hysteresis": "2" } }),
            1 => json!({ "remaining": { "bands": bands, "hysteresis": 2 } }),
            2 => json!({ "week": { "zone": "UTC", "hours": { "from": hour, "until": (hour + 5) % 24 + 1 }, "factor": factor } }),
            _ => json!({ "season": { "zone": "UTC", "from": "11-20", "until": "11-25", "factor": factor } }),
        }
    });
    prop::collection::vec(effect, 0..5).prop_map(|effects| {
        let named = effects.into_iter().enumerate();
        named
            .map(|(index, effect)| rule(&format!("rule-{index}"), effect))
            .collect()
    })
}

fn ticks() -> impl Strategy<Value = Vec<(i64, u32, Option<u32>)>> {
    prop::collection::vec(
        (
            0..=90_i64,
            0..=40_u32,
            prop::option::weighted(0.9, 0..=120_u32),
        ),
        1..40,
    )
}

proptest! {
    #[test]
    fn a_price_moves_by_small_steps_and_not_too_often(
        rules in rules(),
        ticks in ticks(),
        step_max in 1..=3_000_u32,
        interval in 15..=120_u32,
    ) {
        let mut price = price_of(PriceTerms {
            step_max: Ratio::from_units(step_max),
            interval_minutes: interval,
            ..terms(json!({}))
        });
        let (mut now, mut last) = (at(NOON), None::<Timestamp>);
        for (minutes, sold, left) in ticks {
            now = now.plus(TimeDelta::minutes(minutes));
            let signals = signals(sold, left);
            let Some(repriced) = step(&price, &rules, &signals, now) else {
                continue;
            };
            prop_assert_eq!(step(&repriced.price, &rules, &signals, now), None);
            if repriced.is_moved {
                let (before, after) = (price.dynamic.factor.units(), repriced.price.dynamic.factor.units());
                prop_assert!(before.abs_diff(after) <= step_max);
                prop_assert!(last.is_none_or(|last| now.since(last) >= TimeDelta::minutes(interval.into())));
                prop_assert_eq!(repriced.price.version, price.version + 1);
                last = Some(now);
            } else {
                prop_assert_eq!(&repriced.price.dynamic, &price.dynamic);
                prop_assert_eq!(repriced.price.version, price.version);
            }
            price = repriced.price;
        }
    }

    #[test]
    fn the_order_of_rules_is_irrelevant_to_what_they_move(
        (rules, shuffled) in rules().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ticks in ticks(),
    ) {
        let mut price = price_of(terms(json!({})));
        let mut now = at(NOON);
        for (minutes, sold, left) in ticks {
            now = now.plus(TimeDelta::minutes(minutes));
            let signals = signals(sold, left);
            let repriced = step(&price, &rules, &signals, now);
            prop_assert_eq!(&repriced, &step(&price, &shuffled, &signals, now));
            if let Some(repriced) = repriced {
                price = repriced.price;
            }
        }
    }

    /// A signal that stays within the hysteresis of an edge changes the band at most once.
    #[test]
    fn a_price_does_not_flap_around_an_edge(
        hysteresis in 1..=4_u32,
        wobbles in prop::collection::vec(0..=8_u32, 1..60),
        first in 0..=120_u32,
    ) {
        let rules = [remaining(hysteresis)];
        let mut price = price_of(terms(json!({ "step_max": "1", "interval_minutes": 15 })));
        let (mut now, mut bands) = (at(NOON), Vec::new());
        let near = wobbles.into_iter().map(|wobble| 50 + wobble % (2 * hysteresis) - hysteresis);
        for left in [first].into_iter().chain(near) {
            if let Some(repriced) = step(&price, &rules, &signals(0, Some(left)), now) {
                price = repriced.price;
            }
            bands.extend(price.dynamic.parts.first().and_then(|part| part.band));
            now = now.plus(QUARTER);
        }
        bands.dedup();
        // From the far sides it comes to the nearer side of the edge, and stays.
        prop_assert!(bands.len() <= 2, "{:?}", bands);
    }

    /// Every band is reached from every other, in the end.
    #[test]
    fn no_band_is_out_of_reach(from in 0..=120_u32, to in prop::sample::select(vec![0_u32, 30, 119])) {
        let rules = [remaining(4)];
        let mut price = price_of(terms(json!({ "step_max": "1", "interval_minutes": 15 })));
        for (left, now) in [(from, at(NOON)), (to, at(NOON).plus(QUARTER))] {
            if let Some(repriced) = step(&price, &rules, &signals(0, Some(left)), now) {
                price = repriced.price;
            }
        }
        let band = [(0, 0), (30, 1), (119, 2)].into_iter().find(|(left, _)| *left == to);
        prop_assert_eq!(price.dynamic.parts[0].band, band.map(|(_, band)| band));
    }
}
