//! Clocks that change under way, and days that are shorter or longer than others.

use super::*;

const NOW: &str = "2026-11-01T00:00:00Z";

/// What a member at these places and instants has at the end: the lengths of the runs and the days that are excused.
fn journey(stops: &[(&str, &str)]) -> (Vec<u32>, usize) {
    let rule = plain();
    let streak = stops.iter().fold(Streak::default(), |streak, (zone, at)| {
        let zone = Zone::named(zone, NOW.parse().unwrap()).unwrap();
        streak
            .join(&rule, Moment::new(at.parse().unwrap(), &zone))
            .streak
    });
    let excused = (0..200).filter(|days| streak.excused.contains(nth(*days)));
    (lengths(&streak), excused.count())
}

#[test]
fn a_day_lost_over_the_pacific_is_not_missed() {
    // In the morning of the 24th in Los Angeles, in the evening of the 26th in Auckland: 42 hours, but of the 25th only four.
    let flight = [
        ("America/Los_Angeles", "2026-11-23T16:00:00Z"),
        ("America/Los_Angeles", "2026-11-24T16:00:00Z"),
        ("Pacific/Auckland", "2026-11-26T10:00:00Z"),
        ("Pacific/Auckland", "2026-11-26T20:00:00Z"),
    ];

    assert_eq!(journey(&flight), (vec![4], 1));
}

#[test]
fn a_day_missed_after_landing_is_missed() {
    let flight = [
        ("America/Los_Angeles", "2026-11-24T16:00:00Z"),
        ("Pacific/Auckland", "2026-11-26T20:00:00Z"),
    ];

    assert_eq!(journey(&flight), (vec![1, 1], 0));
}

#[test]
fn a_day_lived_twice_counts_once() {
    // Noon of the 24th in Auckland, noon of the 24th in Los Angeles, the 25th there, and the 27th in Auckland again.
    let there_and_back = [
        ("Pacific/Auckland", "2026-11-23T23:00:00Z"),
        ("America/Los_Angeles", "2026-11-24T20:00:00Z"),
        ("America/Los_Angeles", "2026-11-25T20:00:00Z"),
        ("Pacific/Auckland", "2026-11-26T23:00:00Z"),
    ];
    assert_eq!(journey(&there_and_back), (vec![3], 1));

    // The same with nothing but the repeated day in between.
    let short_visit = [
        ("Pacific/Auckland", "2026-11-23T23:00:00Z"),
        ("America/Los_Angeles", "2026-11-24T20:00:00Z"),
        ("Pacific/Auckland", "2026-11-25T23:00:00Z"),
    ];
    assert_eq!(journey(&short_visit), (vec![2], 1));
}

#[test]
fn neighbours_with_a_day_between_them_miss_nothing() {
    // Honolulu and Kiritimati read the same time of different days.
    let crossing = [
        ("Pacific/Honolulu", "2026-11-24T20:00:00Z"),
        ("Pacific/Kiritimati", "2026-11-25T20:00:00Z"),
        ("Pacific/Honolulu", "2026-11-27T20:00:00Z"),
        ("Pacific/Honolulu", "2026-11-28T20:00:00Z"),
    ];

    // The 24th, the 26th, the 27th and the 28th.
    assert_eq!(journey(&crossing), (vec![4], 1));
}

#[test]
fn midnight_is_where_the_member_is() {
    // A quarter to and a quarter past midnight in Newfoundland, three and a half hours behind UTC.
    let night = [
        ("America/St_Johns", "2026-11-24T03:15:00Z"),
        ("America/St_Johns", "2026-11-24T03:45:00Z"),
    ];
    assert_eq!(journey(&night), (vec![2], 0));

    // From the first minute of one day to the last of the next, and over UTC's midnight within one.
    let long = [
        ("America/St_Johns", "2026-11-24T03:30:00Z"),
        ("America/St_Johns", "2026-11-26T03:29:00Z"),
    ];
    assert_eq!(journey(&long), (vec![2], 0));
}

#[test]
fn a_skipped_day_is_missed_even_if_it_had_23_hours() {
    let spring = [
        ("America/Los_Angeles", "2027-03-14T07:59:00Z"),
        ("America/Los_Angeles", "2027-03-15T07:01:00Z"),
    ];
    assert_eq!(journey(&spring), (vec![1, 1], 0));

    let autumn = [
        ("America/Los_Angeles", "2026-11-01T07:00:00Z"),
        ("America/Los_Angeles", "2026-11-02T07:59:00Z"),
        ("America/Los_Angeles", "2026-11-02T08:00:00Z"),
    ];
    assert_eq!(journey(&autumn), (vec![2], 0));
}

#[test]
fn another_name_for_the_same_clock_saves_no_day() {
    let renamed = [
        ("America/Los_Angeles", "2026-11-24T20:00:00Z"),
        ("US/Pacific", "2026-11-26T20:00:00Z"),
    ];

    assert_eq!(journey(&renamed), (vec![1, 1], 0));
}

#[test]
fn a_leap_day_is_a_day() {
    let leap = |days: &[&str]| {
        let utc = Zone::utc();
        let days = days.iter().map(|text| in_utc(day(text), &utc));
        lengths(&days.fold(Streak::default(), |streak, moment| {
            streak.join(&plain(), moment).streak
        }))
    };

    assert_eq!(leap(&["2028-02-28", "2028-02-29", "2028-03-01"]), [3]);
    assert_eq!(leap(&["2028-02-28", "2028-03-01"]), [1, 1]);
    assert_eq!(leap(&["2027-02-28", "2027-03-01"]), [2]);
}

#[test]
fn a_late_day_that_a_journey_excused_gives_no_freeze() {
    let rule = rule(Some(1), 5);
    let (los_angeles, auckland) = (
        Zone::named("America/Los_Angeles", NOW.parse().unwrap()).unwrap(),
        Zone::named("Pacific/Auckland", NOW.parse().unwrap()).unwrap(),
    );
    let landed = Streak::default()
        .join(&rule, in_utc(day("2026-11-24"), &los_angeles))
        .streak
        .join(&rule, in_utc(day("2026-11-26"), &auckland))
        .streak;
    assert_eq!((lengths(&landed), landed.freezes), (vec![2], 2));

    let late = landed.join(
        &StreakRule {
            freeze_every_days: None,
            ..rule
        },
        in_utc(day("2026-11-25"), &los_angeles),
    );

    assert_eq!((late.days, late.streak.freezes), (3, 2));
    assert_eq!(late.streak.excused, Spans::default());
}
