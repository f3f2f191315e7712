//! Tests of when promotions and rules are on: to the millisecond, by the clocks of their zones, over the turns of the year.

use super::*;
use crate::pricing::signals::parts;

/// The zones whose clocks are changed by an hour, the other way round, and by half an hour; and nights of those changes.
const NIGHTS: [(&str, &str); 6] = [
    ("Europe/Berlin", "2027-03-28T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2027-03-14T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
];

/// A promotion of two weeks around an instant, by the clocks of a zone.
fn around(night: &str, zone: &str, change: Value) -> PricePromotion {
    let span = json!({
        "zone": zone,
        "from": at(night).plus(TimeDelta::days(-7)),
        "until": at(night).plus(TimeDelta::days(7)),
    });
    promotion_terms(changed(span, change))
        .checked(at(NOON))
        .unwrap()
}

/// The factors of the rules that are on.
fn said(rule: &PublishedRule, when: Timestamp) -> bool {
    let fitness = word("fitness");
    let rules = std::slice::from_ref(rule);
    !parts(rules, &subject(&fitness), &[], None, when).is_empty()
}

#[test]
fn a_promotion_holds_from_its_first_millisecond_up_to_its_last() {
    let price = price_of(terms(json!({})));
    let spring = [promotion(
        "spring",
        json!({ "from": "2026-11-20T09:30:00.500Z", "until": "2026-11-27T00:00:00.001Z" }),
    )];
    let cost = |when| priced(&price, &[], &spring, 1, when).unit_price;

    assert_eq!(cost("2026-11-20T09:30:00.499Z"), rjv("25"));
    assert_eq!(cost("2026-11-20T09:30:00.500Z"), rjv("22.5"));
    assert_eq!(cost("2026-11-27T00:00:00.000Z"), rjv("22.5"));
    assert_eq!(cost("2026-11-27T00:00:00.001Z"), rjv("25"));
}

#[test]
fn one_promotion_may_begin_where_another_ends() {
    let price = price_of(terms(json!({})));
    let turn = "2026-11-24T12:00:00Z";
    let both = [
        promotion("first", json!({ "until": turn })),
        promotion(
            "second",
            json!({ "from": turn, "effect": { "amount_off": "5" } }),
        ),
    ];
    let applied = |when| {
        let priced = priced(&price, &[], &both, 1, when);
        let ids: Vec<String> = priced
            .promotions
            .iter()
            .map(|applied| applied.id.to_string())
            .collect();
        ids.join(" ")
    };

    assert_eq!(applied("2026-11-24T11:59:59.999Z"), "first");
    assert_eq!(applied(turn), "second");
}

#[test]
fn a_promotion_ends_with_its_hours_and_days() {
    let price = price_of(terms(json!({})));
    let ends = |change, when| {
        let promotion = [promotion(
            "happy",
            changed(json!({ "zone": "Europe/Berlin" }), change),
        )];
        let ends = priced(&price, &[], &promotion, 1, when).promotion_ends_at;
        ends.map(|end| end.to_string())
    };
    let some = |text: &str| Some(text.to_owned());

    let evening = || json!({ "hours": { "from": 18, "until": 20 } });
    assert_eq!(
        ends(evening(), "2026-11-24T17:30:00Z"),
        some("2026-11-24T19:00:00.000Z")
    );
    assert_eq!(ends(evening(), "2026-11-24T16:59:59.999Z"), None);
    let night = json!({ "weekdays": [2], "hours": { "from": 22, "until": 2 } });
    assert_eq!(
        ends(night, "2026-11-24T23:30:00Z"),
        some("2026-11-25T01:00:00.000Z")
    );
    let weekend = json!({ "weekdays": [2, 3] });
    assert_eq!(ends(weekend, NOON), some("2026-11-25T23:00:00.000Z"));
    let last = json!({ "hours": { "from": 0, "until": 24 } });
    assert_eq!(ends(last, NOON), some("2026-11-27T00:00:00.000Z"));
}

#[test]
fn clocks_that_jump_take_hours_with_them() {
    let hours = |from: u8| json!({ "hours": { "from": from, "until": from + 1 } });
    let minutes = |zone, night: &str, from| {
        let promotion = around(night, zone, hours(from));
        let start = at(night).plus(TimeDelta::hours(-6));
        let minutes =
            (0..12 * 60).filter(|minute| promotion.is_on(start.plus(TimeDelta::minutes(*minute))));
        minutes.count()
    };
    let [
        spring,
        autumn,
        spring_there,
        autumn_there,
        back_half,
        on_half,
    ] = NIGHTS;

    assert_eq!(minutes(spring.0, spring.1, 2), 0);
    assert_eq!(minutes(autumn.0, autumn.1, 2), 120);
    assert_eq!(minutes(spring_there.0, spring_there.1, 2), 0);
    assert_eq!(minutes(autumn_there.0, autumn_there.1, 1), 120);
    assert_eq!(minutes(back_half.0, back_half.1, 1), 90);
    assert_eq!(minutes(on_half.0, on_half.1, 2), 30);
}

#[test]
fn rules_of_the_week_follow_their_clocks() {
    let night = rule(
        "night",
        json!({ "week": {
        "zone": "Europe/Berlin", "weekdays": [7], "hours": { "from": 22, "until": 3 }, "factor": "0.9",
    } }),
    );

    for (when, expected) in [
        ("2026-10-25T20:59:59.999Z", false),
        ("2026-10-25T21:00:00Z", true),
        ("2026-10-26T01:59:59.999Z", true),
        ("2026-10-26T02:00:00Z", false),
        ("2026-10-25T01:00:00Z", false),
    ] {
        assert_eq!(said(&night, at(when)), expected, "{when}");
    }
}

#[test]
fn seasons_turn_with_the_year_of_their_calendar() {
    let season = |zone: &str, from: &str, until: &str| {
        rule(
            "season",
            json!({ "season": { "zone": zone, "from": from, "until": until, "factor": "1.2" } }),
        )
    };
    let winter = season("Europe/Berlin", "12-20", "01-07");
    let there = season("Australia/Lord_Howe", "12-20", "01-07");
    let leap = season("UTC", "02-29", "03-02");
    let before_leap = season("UTC", "02-27", "02-29");
    for (season, when, expected) in [
        (&winter, "2026-12-19T22:59:59.999Z", false),
        (&winter, "2026-12-19T23:00:00Z", true),
        (&winter, "2026-12-31T23:30:00Z", true),
        (&winter, "2027-01-06T22:59:59.999Z", true),
        (&winter, "2027-01-06T23:00:00Z", false),
        (&there, "2026-12-19T12:59:59.999Z", false),
        (&there, "2026-12-19T13:00:00Z", true),
        // There are years without the 29th of February: what begins on it begins a day later, and what ends before it ends
        // with the 28th in every year.
        (&leap, "2027-02-28T23:59:59.999Z", false),
        (&leap, "2027-03-01T00:00:00Z", true),
        (&leap, "2028-02-28T23:59:59.999Z", false),
        (&leap, "2028-02-29T00:00:00Z", true),
        (&before_leap, "2027-02-28T23:59:59.999Z", true),
        (&before_leap, "2027-03-01T00:00:00Z", false),
        (&before_leap, "2028-02-28T23:59:59.999Z", true),
        (&before_leap, "2028-02-29T00:00:00Z", false),
    ] {
        assert_eq!(said(season, at(when)), expected, "{when}");
    }
}

proptest! {
    /// From an instant up to the next edge nothing changes, whatever clocks do meanwhile.
    #[test]
    fn nothing_changes_between_edges(
        (zone, night) in prop::sample::select(NIGHTS.to_vec()),
        hours in prop::option::of((0..=23_u8, 1..=24_u8)),
        weekdays in prop::option::of(prop::collection::btree_set(1..=7_u8, 1..=6)),
        millis in -43_200_000..43_200_000_i64,
    ) {
        let hours = hours.filter(|(from, until)| from != until);
        let hours = hours.map(|(from, until)| json!({ "from": from, "until": until }));
        let promotion = around(night, zone, json!({ "hours": hours, "weekdays": weekdays }));
        let start = at(night).plus(TimeDelta::milliseconds(millis));
        let next = promotion.next_edge(start).unwrap();
        prop_assert!(next > start);
        let mut minute = start;
        while minute < next {
            prop_assert_eq!(promotion.is_on(minute), promotion.is_on(start), "{} {}", start, minute);
            minute = minute.plus(TimeDelta::minutes(1));
        }
        let end = promotion.on_until(start);
        prop_assert_eq!(end > start, promotion.is_on(start));
        prop_assert!(!promotion.is_on(end));
    }

    #[test]
    fn a_season_and_the_rest_of_the_year_are_every_day(from in 0..366_u64, length in 1..366_u64, day in 0..1500_u64) {
        let leap: crate::time::Day = "2028-01-01".parse().unwrap();
        let of = |days| YearDay::of(leap.checked_add_days(chrono::Days::new(days)).unwrap());
        let (from, until, day) = (of(from), of(from + length), of(day));
        prop_assume!(from != until);
        prop_assert_ne!(day.is_between(from, until), day.is_between(until, from));
    }
}
