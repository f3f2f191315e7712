//! The clocks of zones, compared with those of the database and with what people remember of them.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn zone(name: &str, now: &str) -> Zone {
    Zone::named(name, at(now)).unwrap()
}

/// What the clocks of the database show, in minutes since 1970.
fn shown(name: &str, second: i64) -> jiff::civil::DateTime {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap();
    zone.to_datetime(jiff::Timestamp::from_second(second).unwrap())
}

fn day_of(shown: jiff::civil::DateTime) -> Day {
    day(&shown.date().to_string())
}

#[test]
fn names_are_those_of_the_database_and_nothing_else() {
    let now = at("2026-11-24T08:00:00Z");
    for name in [
        "UTC",
        "Europe/Berlin",
        "America/St_Johns",
        "US/Eastern",
        "Etc/GMT+12",
    ] {
        assert_eq!(Zone::named(name, now).unwrap().name(), name);
    }
    let long = "E".repeat(65);
    for name in [
        "",
        " ",
        "europe/berlin",
        "EUROPE/BERLIN",
        "utc",
        "Europe/Atlantis",
        "Etc/Unknown",
        "EST5EDT,M3.2.0,M11.1.0",
        "CET-1",
        "+02:00",
        "/usr/share/zoneinfo/UTC",
        "../UTC",
        ":UTC",
        "Europe/Berlin ",
        "Europe\0Berlin",
        &long,
    ] {
        assert_eq!(Zone::named(name, now), Err(UnknownZone), "{name:?}");
    }
    assert_eq!(Zone::named("UTC", now), Ok(Zone::utc()));
}

#[test]
fn ten_years_fit_into_a_short_text() {
    let auckland = zone("Pacific/Auckland", "2026-03-01T00:00:00Z");

    let text = serde_json::to_string(&auckland).unwrap();

    assert!(
        text.starts_with(
            r#"{"name":"Pacific/Auckland","offsets":"780 29588520-60 252000+60 272160-60 "#
        ),
        "{text}"
    );
    assert!(text.len() <= 300, "{} bytes", text.len());
    assert_eq!(serde_json::from_str::<Zone>(&text).unwrap(), auckland);
    assert_eq!(
        serde_json::to_string(&Zone::utc()).unwrap(),
        r#"{"name":"UTC","offsets":"0"}"#
    );
}

#[test]
fn a_text_that_is_no_zone_is_refused() {
    let many = format!("0 1+1{}", " 1+1 1-1".repeat(100));
    for offsets in [
        "",
        " ",
        "x",
        "0 ",
        "+60",
        "00",
        "1081",
        "-1081",
        "0 5",
        "0 +5",
        "0 5+0",
        "0 5+60 0-60",
        "0 -5+60",
        "0 5+1081",
        "0 05+60",
        "0 5+060",
        "0 99999999999999999999+60",
        "0 9223372036854775807+1",
        "2147483647",
        "0 1+2147483647 1+1",
        "0  5+60",
        &many,
    ] {
        let text = serde_json::json!({"name": "X", "offsets": offsets});
        assert!(serde_json::from_value::<Zone>(text).is_err(), "{offsets:?}");
    }
    for name in ["", &"x".repeat(65)] {
        let text = serde_json::json!({"name": name, "offsets": "0"});
        assert!(serde_json::from_value::<Zone>(text).is_err(), "{name:?}");
    }
}

#[test]
fn clocks_show_what_people_remember() {
    for (name, instant, day_shown, hour, minute) in [
        (
            "America/St_Johns",
            "2026-11-24T08:00:00Z",
            "2026-11-24",
            4,
            30,
        ),
        (
            "Australia/Lord_Howe",
            "2026-12-24T13:30:00Z",
            "2026-12-25",
            0,
            30,
        ),
        (
            "Australia/Lord_Howe",
            "2027-06-24T13:30:00Z",
            "2027-06-25",
            0,
            0,
        ),
        (
            "Pacific/Kiritimati",
            "2026-12-31T10:00:00Z",
            "2027-01-01",
            0,
            0,
        ),
        (
            "Pacific/Honolulu",
            "2028-02-29T09:59:59Z",
            "2028-02-28",
            23,
            59,
        ),
        (
            "Pacific/Honolulu",
            "2028-02-29T10:00:00Z",
            "2028-02-29",
            0,
            0,
        ),
    ] {
        let local = zone(name, "2026-11-24T08:00:00Z").local(at(instant));

        let shown = (local.day, local.hour, local.minute);
        assert_eq!(shown, (day(day_shown), hour, minute), "{name} {instant}");
    }
    let monday = zone("Pacific/Auckland", "2026-11-24T08:00:00Z").local(at("2026-11-22T11:00:00Z"));
    assert_eq!((monday.weekday(), monday.day), (1, day("2026-11-23")));
    let sunday = Zone::utc().local(at("2026-11-22T11:00:00Z"));
    assert_eq!(sunday.weekday(), 7);
}

#[test]
fn a_day_begins_where_its_midnight_is_or_would_be() {
    for (name, now, of, start) in [
        (
            "UTC",
            "2026-11-24T08:00:00Z",
            "2028-02-29",
            "2028-02-29T00:00:00Z",
        ),
        // Clocks go from 23:59 to 01:00.
        (
            "America/Santiago",
            "2026-06-01T00:00:00Z",
            "2026-09-06",
            "2026-09-06T04:00:00Z",
        ),
        (
            "Asia/Beirut",
            "2026-02-01T00:00:00Z",
            "2026-03-29",
            "2026-03-28T22:00:00Z",
        ),
        // Clocks go from 23:59 back to 23:00, so that the day has 25 hours.
        (
            "America/Santiago",
            "2026-02-01T00:00:00Z",
            "2026-04-05",
            "2026-04-05T04:00:00Z",
        ),
        // Samoa had no such day: the next begins where it would have.
        (
            "Pacific/Apia",
            "2011-12-01T00:00:00Z",
            "2011-12-29",
            "2011-12-29T10:00:00Z",
        ),
        (
            "Pacific/Apia",
            "2011-12-01T00:00:00Z",
            "2011-12-30",
            "2011-12-30T10:00:00Z",
        ),
        (
            "Pacific/Apia",
            "2011-12-01T00:00:00Z",
            "2011-12-31",
            "2011-12-30T10:00:00Z",
        ),
    ] {
        assert_eq!(zone(name, now).start_of(day(of)), at(start), "{name} {of}");
    }
}

#[test]
fn a_day_ends_once_even_where_midnight_comes_twice() {
    // At one minute past midnight clocks in Newfoundland went back to 23:01.
    let newfoundland = zone("America/St_Johns", "2010-11-01T00:00:00Z");
    assert_eq!(
        newfoundland.day(at("2010-11-07T02:30:30Z")),
        day("2010-11-07")
    );
    assert_eq!(
        newfoundland.day(at("2010-11-07T02:31:00Z")),
        day("2010-11-06")
    );

    let ends = [
        "2010-11-07T02:29:59.999Z",
        "2010-11-07T02:30:00Z",
        "2010-11-07T02:31:00Z",
    ]
    .map(|instant| newfoundland.end_of_day(at(instant)).to_string());

    let expected = [
        "2010-11-07T02:30:00.000Z",
        "2010-11-08T03:30:00.000Z",
        "2010-11-07T03:30:00.000Z",
    ];
    assert_eq!(ends, expected);
}

#[test]
fn the_ends_of_time_are_days_like_others() {
    for name in ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/London"] {
        for now in ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
            let zone = zone(name, now);
            for instant in [at("1970-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999Z")] {
                let today = zone.day(instant);
                assert!(zone.start_of(today) <= instant);
                assert!(zone.end_of_day(instant) >= instant);
            }
            assert_eq!(zone.start_of(Day::MIN), at("1970-01-01T00:00:00Z"));
            assert_eq!(zone.start_of(Day::MAX), at("9999-12-31T23:59:59.999Z"));
        }
    }
}

#[test]
fn zones_agree_as_far_as_their_clocks_show_the_same() {
    let chosen = zone("Europe/Berlin", "2026-01-01T00:00:00Z");
    let again = zone("Europe/Berlin", "2026-08-01T00:00:00Z");
    let lagos = zone("Africa/Lagos", "2026-08-01T00:00:00Z");

    let (from, until) = (at("2026-06-22T00:00:00Z"), at("2026-12-02T00:00:00Z"));

    assert!(chosen.agrees_with(&again, from, until));
    assert!(!chosen.agrees_with(&lagos, from, until));
    assert!(chosen.agrees_with(&lagos, at("2026-11-01T00:00:00Z"), until));
}

/// Any zone of the database, by its place in the list.
fn any_name() -> impl Strategy<Value = String> {
    let names: Vec<String> = jiff::tz::TimeZoneDatabase::bundled()
        .available()
        .map(|name| name.to_string())
        .collect();
    prop::sample::select(names)
}

proptest! {
    #[test]
    fn clocks_show_what_those_of_the_database_show(
        name in any_name(),
        now in 94_694_400_i64..4_102_444_800,
        passed in -60 * 86_400_i64..3650 * 86_400,
    ) {
        let zone = Zone::named(&name, instant(now)).unwrap();
        let local = zone.local(instant(now + passed));
        let expected = shown(&name, now + passed);
        prop_assert_eq!(local.day, day_of(expected));
        prop_assert_eq!(i64::from(local.hour), i64::from(expected.hour()));
        prop_assert_eq!(i64::from(local.minute), i64::from(expected.minute()));
        prop_assert_eq!(local.weekday(), u8::try_from(expected.weekday().to_monday_one_offset()).unwrap());
    }

    #[test]
    fn a_day_begins_at_the_first_instant_that_shows_it(
        name in any_name(),
        now in 94_694_400_i64..4_102_444_800,
        passed in -58 * 86_400_i64..3648 * 86_400,
    ) {
        let zone = Zone::named(&name, instant(now)).unwrap();
        let today = zone.day(instant(now + passed));
        let start = zone.start_of(today).epoch_seconds();
        prop_assert!(day_of(shown(&name, start)) >= today);
        // Hour by hour for longer than any clock was ever set back, and the last second.
        for before in (1..=50_i64).map(|hours| start - hours * 3600).chain([start - 1, start - 60]) {
            prop_assert!(day_of(shown(&name, before)) < today);
        }
        let end = zone.end_of_day(instant(now + passed)).epoch_seconds();
        prop_assert!(end > now + passed && day_of(shown(&name, end)) > today);
        prop_assert!(day_of(shown(&name, end - 1)) <= today);
    }

    #[test]
    fn every_zone_is_a_short_text_that_reads_back(name in any_name(), now in 94_694_400_i64..4_102_444_800) {
        let zone = Zone::named(&name, instant(now)).unwrap();
        let text = serde_json::to_string(&zone).unwrap();
        prop_assert!(text.len() <= 520, "{} bytes", text.len());
        prop_assert_eq!(serde_json::from_str::<Zone>(&text).unwrap(), zone);
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[-+0-9 ]{0,40}", second in any::<i64>(), of in any::<i32>()) {
        let read = serde_json::from_value::<Zone>(serde_json::json!({"name": "X", "offsets": text}));
        if let Ok(zone) = read {
            let _ = zone.local(instant(second));
            let _ = zone.end_of_day(instant(second));
            let _ = Day::from_epoch_days(of).map(|day| zone.start_of(day));
        }
    }
}
