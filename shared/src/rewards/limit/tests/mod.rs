//! Tests of limits: examples of each period, and laws that any awards in any order keep.

use serde_json::{from_value, to_value};

use super::counter::BUCKETS_MAX;
use super::*;

mod laws;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rjv(text: &str) -> Rjv {
    text.parse().unwrap()
}

fn limit(period: Period, max: Quota, at_edge: Edge) -> Limit {
    Limit {
        period,
        zone: Clock::Member,
        max,
        at_edge,
    }
}

/// Runs with both clocks at UTC.
fn with_clocks<T>(run: impl FnOnce(Clocks<'_>) -> T) -> T {
    let utc = Zone::utc();
    run(Clocks {
        member: &utc,
        programme: &utc,
    })
}

fn state(limit: Limit, tally: &Tally, instant: &str) -> LimitState {
    with_clocks(|clocks| limit.state(tally, at(instant), clocks))
}

fn awarded(limit: Limit, awards: &[(&str, &str)]) -> Tally {
    with_clocks(|clocks| {
        let add = |tally: Tally, (instant, amount): &(&str, &str)| {
            tally.with(&[limit], at(instant), clocks, rjv(amount))
        };
        awards.iter().fold(Tally::default(), add)
    })
}

#[test]
fn a_day_counts_from_midnight_to_midnight() {
    let limit = limit(Period::Day, Quota::Count(2), Edge::Refuse);
    let tally = awarded(
        limit,
        &[
            ("2026-11-24T00:00:00Z", "5"),
            ("2026-11-24T23:59:59.999Z", "2.5"),
        ],
    );

    let full = state(limit, &tally, "2026-11-24T12:00:00Z");
    assert_eq!((full.count, full.amount), (2, rjv("7.5")));
    assert_eq!(full.left, Left::Count(0));
    assert_eq!(full.resets_at, Some(at("2026-11-25T00:00:00Z")));
    assert_eq!(limit.allow(&full, rjv("1")), Rjv::ZERO);
    for other in ["2026-11-23T23:59:59.999Z", "2026-11-25T00:00:00Z"] {
        let free = state(limit, &tally, other);
        assert_eq!(free.left, Left::Count(2));
        assert_eq!(limit.allow(&free, rjv("1")), rjv("1"));
    }
}

#[test]
fn an_edge_refuses_or_clips() {
    for (edge, given) in [(Edge::Refuse, "0"), (Edge::Clip, "2.5")] {
        let limit = limit(Period::Week, Quota::Amount(rjv("10")), edge);
        let tally = awarded(limit, &[("2026-11-23T00:00:00Z", "7.5")]);

        let state = state(limit, &tally, "2026-11-29T23:59:59Z");
        assert_eq!(state.left, Left::Amount(rjv("2.5")));
        assert_eq!(limit.allow(&state, rjv("2.5")), rjv("2.5"));
        assert_eq!(limit.allow(&state, rjv("2.500001")), rjv(given));
    }
}

#[test]
fn a_lifetime_never_starts_anew() {
    let limit = limit(Period::Lifetime, Quota::Count(1), Edge::Refuse);
    let tally = awarded(limit, &[("2026-11-24T00:00:00Z", "5")]);

    let later = state(limit, &tally, "9999-01-01T00:00:00Z");
    assert_eq!((later.left, later.resets_at), (Left::Count(0), None));
}

#[test]
fn a_cooldown_holds_to_the_millisecond_in_both_directions() {
    for minutes in [1, 5, 60, 1440] {
        let limit = Limit::cooldown(minutes);
        let tally = awarded(limit, &[("2026-11-24T12:00:00.500Z", "5")]);
        let wait = TimeDelta::minutes(minutes.into());
        let moment = TimeDelta::milliseconds(1);
        let (done, end) = (
            at("2026-11-24T12:00:00.500Z"),
            at("2026-11-24T12:00:00.500Z").plus(wait),
        );

        with_clocks(|clocks| {
            let left = |at| limit.state(&tally, at, clocks).left;
            assert_eq!(left(end.plus(-moment)), Left::Count(0));
            assert_eq!(left(end), Left::Count(1));
            assert_eq!(left(done.plus(moment - wait)), Left::Count(0));
            assert_eq!(left(done.plus(-wait)), Left::Count(1));
            assert_eq!(limit.state(&tally, done, clocks).resets_at, Some(end));
        });
    }
}

#[test]
fn limits_of_one_period_and_clock_share_a_counter() {
    let count = limit(Period::Day, Quota::Count(9), Edge::Refuse);
    let amount = limit(Period::Day, Quota::Amount(rjv("9")), Edge::Clip);
    let programme = Limit {
        zone: Clock::Programme,
        ..count
    };
    let limits = [count, amount, programme];

    let tally = with_clocks(|clocks| {
        Tally::default().with(&limits, at("2026-11-24T00:00:00Z"), clocks, rjv("0.75"))
    });
    assert_eq!(
        to_value(&tally).unwrap(),
        json!({ "d/m": "20781:1:0.75", "d/p": "20781:1:0.75" })
    );
    assert_eq!(
        state(count, &tally, "2026-11-24T00:00:00Z").left,
        Left::Count(8)
    );
    assert_eq!(
        state(amount, &tally, "2026-11-24T00:00:00Z").left,
        Left::Amount(rjv("8.25"))
    );
}

#[test]
fn an_award_of_nothing_uses_nothing_up() {
    let limit = limit(Period::Day, Quota::Count(1), Edge::Refuse);

    let tally = awarded(limit, &[("2026-11-24T00:00:00Z", "0")]);
    assert_eq!(tally, Tally::default());
}

#[test]
fn a_day_that_two_zones_had_is_one_day() {
    let mut counter = Counter::default();
    let (berlin, auckland) = (Place::single(20_781), Place::single(20_781));

    counter.add(berlin, rjv("1"));
    counter.add(auckland, rjv("2"));
    assert_eq!(
        counter.fullest(auckland),
        Sum {
            count: 2,
            amount: rjv("3")
        }
    );
}

#[test]
fn what_was_dropped_stays_closed() {
    let daily = limit(Period::Day, Quota::Count(1), Edge::Refuse);
    let first = at("2026-01-01T12:00:00Z");
    let day = |days| first.plus(TimeDelta::days(days));
    let tally = with_clocks(|clocks| {
        (0..=40).fold(Tally::default(), |tally, days| {
            tally.with(&[daily], day(days), clocks, Rjv::whole(1))
        })
    });

    with_clocks(|clocks| {
        let left = |days| daily.state(&tally, day(days), clocks).left;
        assert_eq!(left(-300), Left::Unknown);
        assert_eq!(left(0), Left::Unknown);
        assert_eq!(left(1), Left::Count(0));
        assert_eq!(left(41), Left::Count(1));
        let closed = daily.state(&tally, day(0), clocks);
        assert_eq!(daily.allow(&closed, Rjv::whole(1)), Rjv::ZERO);
    });
}

#[test]
fn a_year_of_days_is_short() {
    let daily = limit(Period::Day, Quota::Amount(rjv("25")), Edge::Clip);
    let tally = with_clocks(|clocks| {
        (0..36).fold(Tally::default(), |tally, days| {
            let day = at("2026-01-01T12:00:00Z").plus(TimeDelta::days(days * 3));
            let limits = &[daily];
            let once = tally.with(limits, day, clocks, rjv("12.25"));
            once.with(limits, day, clocks, rjv("10.125"))
        })
    });

    let size = to_value(&tally).unwrap().to_string().len();
    assert!(size < 500, "{size} bytes");
}

#[test]
fn bounds_are_checked_field_by_field() {
    for (period, max, edge, pointer) in [
        (
            Period::RollingMinutes(0),
            Quota::Count(1),
            Edge::Refuse,
            "/period/rolling_minutes",
        ),
        (
            Period::RollingMinutes(525_601),
            Quota::Count(1),
            Edge::Refuse,
            "/period/rolling_minutes",
        ),
        (Period::Day, Quota::Count(0), Edge::Refuse, "/max/count"),
        (
            Period::Day,
            Quota::Amount(Rjv::ZERO),
            Edge::Clip,
            "/max/amount",
        ),
        (Period::Day, Quota::Count(1), Edge::Clip, "/at_edge"),
    ] {
        let invalid = limit(period, max, edge).checked().unwrap_err();
        assert_eq!(invalid.pointer, pointer, "{invalid}");
    }
    assert!(Limit::cooldown(525_600).checked().is_ok());
}

#[test]
fn the_description_says_what_is_accepted() {
    let schema = schemars::schema_for!(Limit);
    let says = |pointer: &str| schema.pointer(pointer).cloned().unwrap_or_default();

    let period = &says("/$defs/Period")["oneOf"];
    let rolling = period
        .as_array()
        .unwrap()
        .iter()
        .find_map(|one| one.pointer("/properties/rolling_minutes"));
    assert_eq!(rolling.unwrap()["minimum"], 1);
    assert_eq!(rolling.unwrap()["maximum"], MINUTES_MAX);
    let quota = &says("/$defs/Quota")["oneOf"];
    assert_eq!(quota[0]["properties"]["count"]["minimum"], 1);
    assert_eq!(quota[1]["properties"]["amount"]["pattern"], Rjv::POSITIVE);
    assert_eq!(says("/not")["properties"]["at_edge"]["const"], "clip");
    let scoped = schemars::schema_for!(ScopedLimit);
    assert_eq!(scoped.get("not"), schema.get("not"));
    assert_eq!(
        scoped
            .pointer("/unevaluatedProperties")
            .or(scoped.pointer("/additionalProperties")),
        Some(&json!(false))
    );
}

#[test]
fn a_scoped_limit_reads_flat_and_refuses_what_it_does_not_know() {
    let mut body = json!({
        "scope": "member",
        "period": { "rolling_minutes": 60 },
        "max": { "amount": "25" },
        "at_edge": "clip",
    });

    let scoped: ScopedLimit = from_value(body.clone()).unwrap();
    assert_eq!(scoped.limit.period, Period::RollingMinutes(60));
    assert_eq!(scoped.limit.zone, Clock::Member);
    body["perid"] = json!("day");
    assert!(from_value::<ScopedLimit>(body).is_err());
}

#[test]
fn only_texts_that_counters_write_are_counters() {
    for text in [
        "",
        "20781:3:0.75",
        "-1:1:1,+1:1:1",
        "6000;7000~20:2:5,+1:1:1",
        "6000;",
    ] {
        let counter: Counter = text.parse().unwrap();
        assert_eq!(counter.to_string(), text);
    }
    for text in [
        ",",
        "1",
        "1:1",
        "1:0:1",
        "1:-1:1",
        "1:1:-1",
        "1:1:1.50",
        "+1:1:1",
        "01:1:1",
        "1~0:1:1",
        "1~-1:1:1",
        "1:1:1,1:1:1",
        "1:1:1,+0:1:1",
        "1:1:1,+-1:1:1",
        "1:1:1,",
        "2;1:1:1",
        "1;1;1:1:1",
        "9223372036854775807:1:1",
        "1:1:1,+9223372036854775807:1:1",
        "1~9223372036854775807:1:1",
        "1:4294967296:1",
    ] {
        assert_eq!(text.parse::<Counter>(), Err(InvalidCounter), "{text:?}");
    }
    let long = vec!["+1:1:1"; BUCKETS_MAX].join(",");
    assert!(format!("1:1:1,{long}").parse::<Counter>().is_err());
}
