//! Changes of a member's clock: when they hold, and what they never touch.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::time::Day;

const NAMES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/St_Johns",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
];

const BEGIN: &str = "2026-10-01T00:00:00Z";

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| NAMES.iter().map(|name| zone(name)).collect());

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::named(name, at(BEGIN)).unwrap()
}

fn member_in(name: &str) -> Profile {
    let profile = Profile::unknown(&Zone::utc());
    profile.in_zone(zone(name), at(BEGIN)).unwrap()
}

fn next(profile: &Profile, now: Timestamp) -> Option<(String, &str)> {
    let stay = profile.next_zone(now)?;
    Some((stay.from.to_string(), stay.zone.name()))
}

#[test]
fn the_first_zone_holds_at_once_and_before() {
    let unknown = Profile::unknown(&Zone::utc());
    assert_eq!(unknown.zone_at(at("2026-11-24T08:00:00Z")).name(), "UTC");

    let known = member_in("Europe/Berlin");

    for instant in ["1970-01-01T00:00:00Z", BEGIN, "9999-12-31T23:59:59Z"] {
        assert_eq!(known.zone_at(at(instant)).name(), "Europe/Berlin");
    }
    assert_eq!(next(&known, at(BEGIN)), None);
    assert_eq!(known.version, 0);
}

#[test]
fn segments_and_versions_are_no_zone() {
    let mut unknown = Profile::unknown(&Zone::utc());
    unknown.segments.insert("founders".parse().unwrap());
    unknown.version = 3;

    let known = unknown.in_zone(zone("Europe/Berlin"), at(BEGIN)).unwrap();

    assert_eq!(known.zone_at(at(BEGIN)).name(), "Europe/Berlin");
    assert_eq!((known.segments, known.version), (unknown.segments, 3));
}

#[test]
fn a_change_holds_from_the_end_of_the_day() {
    let now = at("2026-11-24T08:00:00Z");

    let moved = member_in("America/Los_Angeles")
        .in_zone(zone("Pacific/Auckland"), now)
        .unwrap();

    // It is the first hour of the 24th in Los Angeles.
    let end = at("2026-11-25T08:00:00Z");
    assert_eq!(
        next(&moved, now),
        Some((end.to_string(), "Pacific/Auckland"))
    );
    let last = end.plus(TimeDelta::milliseconds(-1));
    assert_eq!(moved.zone_at(last).name(), "America/Los_Angeles");
    assert_eq!(moved.zone_at(end).name(), "Pacific/Auckland");
    assert_eq!(next(&moved, end), None);
}

#[test]
fn a_change_is_taken_back_or_replaced_before_it_holds() {
    let now = at("2026-11-24T08:00:00Z");
    let home = member_in("America/Los_Angeles");
    let moved = home.in_zone(zone("Pacific/Auckland"), now).unwrap();

    let back = moved
        .in_zone(zone("America/Los_Angeles"), at("2026-11-25T07:59:59Z"))
        .unwrap();
    let elsewhere = moved.in_zone(zone("Europe/Berlin"), now).unwrap();
    let again = moved.in_zone(zone("Pacific/Auckland"), now).unwrap();

    assert_eq!(back, home);
    assert_eq!(next(&elsewhere, now).unwrap().1, "Europe/Berlin");
    assert_eq!(elsewhere.changes.len(), 1);
    assert_eq!(again, moved);
}

#[test]
fn naming_the_zone_that_holds_renews_its_offsets() {
    let now = at("2027-11-24T08:00:00Z");
    let renewed = Zone::named("Europe/Berlin", now).unwrap();

    let again = member_in("Europe/Berlin")
        .in_zone(renewed.clone(), now)
        .unwrap();

    assert_eq!(again.zone_at(now), &renewed);
    assert_eq!(next(&again, now), None);
}

#[test]
fn what_the_database_learns_later_changes_no_past_day() {
    let now = at("2026-11-24T08:00:00Z");
    let text = |offsets: &str| serde_json::json!({"name": "Europe/Berlin", "offsets": offsets});
    let wrong: Zone = serde_json::from_value(text("120")).unwrap();
    let unknown = Profile::unknown(&Zone::utc());
    let believed = unknown.in_zone(wrong.clone(), now).unwrap();

    let corrected = believed.in_zone(zone("Europe/Berlin"), now).unwrap();

    let end = at("2026-11-24T22:00:00Z");
    assert_eq!(corrected.zone_at(now), &wrong);
    assert_eq!(corrected.zone_at(end), &zone("Europe/Berlin"));
}

#[test]
fn seven_changes_in_forty_days_are_enough() {
    let mut profile = member_in("Europe/Berlin");
    let mut now = at("2026-11-01T12:00:00Z");
    for change in 0..7 {
        let name = ["UTC", "Europe/Berlin"][change % 2];
        profile = profile.in_zone(zone(name), now).unwrap();
        now = now.plus(TimeDelta::days(1));
    }

    let refused = profile.in_zone(zone("Europe/Berlin"), now).unwrap_err();

    let again_at = refused.again_at;
    assert_eq!(again_at, at("2026-12-11T23:00:00Z"));
    assert_eq!(
        refused.to_string(),
        "a time zone can change 7 times in 40 days, next at 2026-12-11T23:00:00.000Z"
    );
    let just_before = again_at.plus(TimeDelta::milliseconds(-1));
    assert!(profile.in_zone(zone("Europe/Berlin"), just_before).is_err());
    let moved = profile.in_zone(zone("Europe/Berlin"), again_at).unwrap();
    assert_eq!(moved.changes.len(), CHANGES_MAX);
    assert!(serde_json::to_string(&moved).unwrap().len() < 3000);
}

/// Changes of zone: after how many minutes, to which.
fn any_changes() -> impl Strategy<Value = Vec<(i64, usize)>> {
    prop::collection::vec((0..4000_i64, 0..NAMES.len()), 0..25)
}

proptest! {
    #[test]
    fn days_never_run_back_by_more_than_one(changes in any_changes()) {
        let (mut profile, mut now) = (member_in("Europe/Berlin"), at(BEGIN));
        let mut latest = Day::MIN;
        for (minutes, to) in changes {
            let until = now.plus(TimeDelta::minutes(minutes));
            while now < until {
                let today = profile.zone_at(now).day(now);
                prop_assert!(latest <= today || latest.pred_opt() == Some(today));
                latest = latest.max(today);
                now = now.plus(TimeDelta::minutes(30));
            }
            profile = profile.in_zone(ZONES[to].clone(), now).unwrap_or(profile);
            prop_assert!(profile.changes.len() <= CHANGES_MAX);
            prop_assert!(profile.changes.is_sorted_by(|a, b| a.from < b.from));
            prop_assert!(profile.changes.iter().filter(|stay| stay.from > now).count() <= 1);
        }
        let text = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<Profile>(&text).unwrap(), profile);
    }

    #[test]
    fn the_past_stays_what_it_was(changes in any_changes()) {
        let (mut profile, mut now) = (member_in("Europe/Berlin"), at(BEGIN));
        let mut seen: Vec<(Timestamp, String)> = Vec::new();
        for (minutes, to) in changes {
            now = now.plus(TimeDelta::minutes(minutes));
            seen.push((now, profile.zone_at(now).name().to_owned()));
            profile = profile.in_zone(ZONES[to].clone(), now).unwrap_or(profile);
            let oldest = now.plus(-REMEMBERED);
            for (instant, name) in seen.iter().filter(|(instant, _)| *instant >= oldest) {
                prop_assert_eq!(profile.zone_at(*instant).name(), name);
            }
        }
    }
}
