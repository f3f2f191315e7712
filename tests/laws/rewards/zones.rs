//! Rewards by the member's own clock: daylight saving, leap days, islands, and flights across the date line.

use shared::time::Timestamp;
use shared::zone::Zone;

use super::{Life, book};

fn zone(name: &str) -> Zone {
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
    Zone::named(name, now).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The member's clock shows another zone from now on, unless it changed too often.
fn move_to(story: &mut Life, name: &str, now: Timestamp) {
    if let Ok(profile) = story.situation.profile.in_zone(zone(name), now) {
        story.situation.profile = profile;
    }
}

/// A member who lives in a zone.
fn living_in(name: &str) -> Life {
    let mut story = Life::new(book());
    let long_ago: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
    move_to(&mut story, name, long_ago);
    story
}

/// Opens the app at each instant; each must give what stands beside it.
fn opens(story: &mut Life, steps: &[(&str, &str)]) {
    for (at, expected) in steps {
        assert_eq!(story.gives("app_opened", "{}", at), *expected, "at {at}");
    }
}

#[test]
fn a_day_begins_at_the_members_midnight() {
    let mut story = living_in("America/St_Johns");

    // Newfoundland is three and a half hours behind UTC in winter.
    opens(
        &mut story,
        &[
            ("2026-11-23T03:29:59.999Z", "0.25"),
            ("2026-11-23T03:30:00Z", "0.25"),
            ("2026-11-24T03:29:59Z", "limit_reached"),
            ("2026-11-24T03:30:00Z", "0.25"),
        ],
    );
}

#[test]
fn days_of_23_and_25_hours_are_days() {
    // Auckland's clocks went forward on 27 September 2026 and go back on 4 April 2027.
    let mut story = living_in("Pacific/Auckland");
    opens(
        &mut story,
        &[
            ("2026-09-26T11:59:59Z", "0.25"),
            ("2026-09-26T12:00:00Z", "0.25"),
            ("2026-09-27T10:59:59Z", "limit_reached"),
            ("2026-09-27T11:00:00Z", "0.25"),
        ],
    );
    let mut story = living_in("Pacific/Auckland");
    opens(
        &mut story,
        &[
            ("2027-04-03T11:00:00Z", "0.25"),
            ("2027-04-04T11:59:59Z", "limit_reached"),
            ("2027-04-04T12:00:00Z", "0.25"),
        ],
    );
}

#[test]
fn a_leap_day_is_a_day_of_the_streak() {
    let mut story = living_in("Europe/Berlin");
    opens(
        &mut story,
        &[
            ("2028-02-25T08:00:00Z", "0.25"),
            ("2028-02-26T08:00:00Z", "0.25"),
            ("2028-02-27T08:00:00Z", "0.25"),
            ("2028-02-28T08:00:00Z", "0.25"),
            ("2028-02-29T08:00:00Z", "0.25"),
            ("2028-03-01T08:00:00Z", "0.25"),
            ("2028-03-02T08:00:00Z", "5.25"),
        ],
    );
}

#[test]
fn who_flies_over_the_date_line_misses_no_day() {
    // Six days in Los Angeles, a night flight that skips the 25th of November, and the seventh day in Auckland.
    let mut story = living_in("America/Los_Angeles");
    opens(
        &mut story,
        &[
            ("2026-11-19T20:00:00Z", "0.25"),
            ("2026-11-20T20:00:00Z", "0.25"),
            ("2026-11-21T20:00:00Z", "0.25"),
            ("2026-11-22T20:00:00Z", "0.25"),
            ("2026-11-23T20:00:00Z", "0.25"),
            ("2026-11-25T04:00:00Z", "0.25"),
        ],
    );
    let landed: Timestamp = "2026-11-25T05:00:00Z".parse().expect("an instant");
    move_to(&mut story, "Pacific/Auckland", landed);
    // Los Angeles' 24th lasts until 08:00Z, when it is 21:00 on the 25th in Auckland; the 26th begins at 11:00Z.
    opens(
        &mut story,
        &[
            ("2026-11-25T07:59:59Z", "limit_reached"),
            ("2026-11-25T18:00:00Z", "5.25"),
        ],
    );
}

#[test]
fn who_flies_back_lives_a_day_twice_and_earns_it_once() {
    let mut story = living_in("Pacific/Auckland");
    opens(&mut story, &[("2026-11-23T21:00:00Z", "0.25")]);
    let landed: Timestamp = "2026-11-24T01:00:00Z".parse().expect("an instant");
    move_to(&mut story, "America/Los_Angeles", landed);
    // The 24th began in Auckland, and comes again in Los Angeles.
    opens(
        &mut story,
        &[
            ("2026-11-24T10:59:59Z", "limit_reached"),
            ("2026-11-24T20:00:00Z", "limit_reached"),
            ("2026-11-25T08:00:00Z", "0.25"),
        ],
    );
}

#[test]
fn who_changes_zones_all_day_earns_no_more_than_the_calendar_has_days() {
    let mut story = living_in("Pacific/Kiritimati");
    let start: Timestamp = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let mut awarded = 0;
    for hour in 0..24 * 14 {
        let at = start.plus(chrono::TimeDelta::hours(hour));
        let to = ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Europe/Berlin"];
        let to = to[usize::try_from(hour % 3).expect("an index")];
        move_to(&mut story, to, at);
        if story.gives("app_opened", "{}", &at.to_string()) != "limit_reached" {
            awarded += 1;
        }
    }
    // Two weeks touch fifteen dates on any clock, and sixteen on all clocks of the earth together.
    assert!(awarded <= 16, "{awarded} days were earned in two weeks");
}
