//! Stories of members and their days.

mod journeys;
mod laws;
mod repairs;

use super::*;

/// A rule of milestones and freezes.
fn rule(freeze_every_days: Option<u32>, freezes_max: u32) -> StreakRule {
    let milestone = |days| Milestone {
        days,
        bonus: Rjv::whole(days),
    };
    StreakRule {
        freeze_every_days,
        freezes_max,
        repair: Some(Repair {
            within_days: 3,
            every_days: 30,
        }),
        // In no order, as an administrator may write them.
        milestones: [7, 3, 14, 30].map(milestone).to_vec(),
    }
}

fn plain() -> StreakRule {
    rule(None, 0)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The day so many days after the first of the stories.
fn nth(days: u32) -> Day {
    run::days_later(day("2026-10-01"), days)
}

fn in_utc(day: Day, zone: &Zone) -> Moment<'_> {
    Moment { day, zone }
}

/// The streak after these days, and the milestones in the order in which they were reached.
fn after(
    streak: Streak,
    rule: &StreakRule,
    days: impl IntoIterator<Item = u32>,
) -> (Streak, Vec<u32>) {
    let utc = Zone::utc();
    let mut reached = Vec::new();
    let streak = days.into_iter().fold(streak, |streak, days| {
        let joined = streak.join(rule, in_utc(nth(days), &utc));
        reached.extend(joined.reached.iter().map(|milestone| milestone.days));
        joined.streak
    });
    (streak, reached)
}

fn of(rule: &StreakRule, days: impl IntoIterator<Item = u32>) -> Streak {
    after(Streak::default(), rule, days).0
}

fn lengths(streak: &Streak) -> Vec<u32> {
    streak.runs.iter().map(Run::length).collect()
}

fn status(streak: &Streak, rule: &StreakRule, today: u32) -> Status {
    streak.status(rule, in_utc(nth(today), &Zone::utc()))
}

#[test]
fn days_in_a_row_reach_each_milestone_once() {
    let (streak, reached) = after(Streak::default(), &plain(), (0..40).chain(0..40));

    assert_eq!(reached, [3, 7, 14, 30]);
    assert_eq!(lengths(&streak), [40]);
}

#[test]
fn a_day_twice_changes_nothing() {
    let streak = of(&plain(), 0..3);

    let again = streak.join(&plain(), in_utc(nth(2), &Zone::utc()));

    assert_eq!((again.days, again.days_of_last_7), (3, 3));
    assert_eq!(again.reached, []);
    assert_eq!(again.streak, streak);
}

#[test]
fn a_missed_day_begins_a_new_run_that_reaches_milestones_again() {
    let (streak, reached) = after(Streak::default(), &plain(), (0..4).chain(5..9));

    assert_eq!(reached, [3, 3]);
    assert_eq!(lengths(&streak), [4, 4]);
    assert_eq!(streak.longest, 4);
}

#[test]
fn the_last_seven_days_are_counted_across_runs() {
    let streak = of(&plain(), [0, 1, 4, 5]);

    let joined = streak.join(&plain(), in_utc(nth(7), &Zone::utc()));

    assert_eq!((joined.days, joined.days_of_last_7), (1, 4));
    let late = joined.streak.join(&plain(), in_utc(nth(5), &Zone::utc()));
    assert_eq!((late.days, late.days_of_last_7), (2, 4));
}

#[test]
fn freezes_are_earned_up_to_the_maximum_and_hold_over_missed_days() {
    let rule = rule(Some(5), 2);
    let streak = of(&rule, 0..15);
    assert_eq!(streak.freezes, 2);

    let held = of(&rule, (0..15).chain([17]));
    let broken = of(&rule, (0..15).chain([18]));

    // Day 17 is the 16th that counts.
    assert_eq!((lengths(&held), held.freezes), (vec![16], 0));
    assert!(held.frozen.contains(nth(15)) && held.frozen.contains(nth(16)));
    // All or nothing: two freezes are not spent on three days.
    assert_eq!((lengths(&broken), broken.freezes), (vec![15, 1], 2));
}

#[test]
fn a_freeze_is_earned_once_for_each_multiple_of_a_run() {
    let rule = rule(Some(3), 9);
    // The third day earns a freeze, which is spent on the next; the fifth day that counts earns none.
    let streak = of(&rule, [0, 1, 2, 4, 5]);
    assert_eq!((lengths(&streak), streak.freezes), (vec![5], 0));

    let streak = of(&rule, [0, 1, 2, 4, 5, 6]);
    assert_eq!((lengths(&streak), streak.freezes), (vec![6], 1));
}

#[test]
fn a_late_day_gives_its_freeze_back() {
    let rule = rule(Some(5), 1);
    let held = of(&rule, [0, 1, 2, 3, 4, 6]);
    assert_eq!((lengths(&held), held.freezes), (vec![6], 0));

    let (whole, reached) = after(held, &rule, [5]);

    assert_eq!((lengths(&whole), whole.freezes), (vec![7], 1));
    assert_eq!(reached, [7]);
    assert_eq!(whole.frozen, Spans::default());
    let (again, reached) = after(whole.clone(), &rule, [5]);
    assert_eq!((again, reached), (whole, vec![]));
}

#[test]
fn a_late_day_makes_a_broken_run_whole_and_pays_no_milestone_again() {
    let (broken, reached) = after(Streak::default(), &plain(), (0..8).chain(9..13));
    assert_eq!((lengths(&broken), reached), (vec![8, 4], vec![3, 7, 3]));

    let (whole, reached) = after(broken, &plain(), [8, 13]);

    // 13 days by the late one, 14 by the next.
    assert_eq!((lengths(&whole), reached), (vec![14], vec![14]));
}

#[test]
fn one_day_can_reach_several_milestones() {
    let (_, reached) = after(
        Streak::default(),
        &plain(),
        [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    );
    assert_eq!(reached, [3, 7]);

    let (_, reached) = after(Streak::default(), &plain(), [0, 1, 3, 4, 6, 7, 5, 2]);
    assert_eq!(reached, [3, 7]);
}

#[test]
fn days_too_old_to_be_kept_change_nothing() {
    let streak = of(&plain(), 70..100);

    for late in [0, 38] {
        let joined = streak.join(&plain(), in_utc(nth(late), &Zone::utc()));
        assert_eq!((joined.days, joined.days_of_last_7), (1, 1));
        assert_eq!(joined.streak, streak);
    }
    let joined = streak.join(&plain(), in_utc(nth(39), &Zone::utc()));
    assert_eq!(lengths(&joined.streak), [1, 30]);
}

#[test]
fn old_runs_are_forgotten_and_the_newest_is_kept_for_good() {
    let streak = of(&plain(), (0..10).chain(20..200));
    assert_eq!((lengths(&streak), streak.longest), (vec![180], 180));

    let many = of(&plain(), (0..30).map(|week| week * 2));
    assert_eq!(lengths(&many), [1; RUNS_MAX]);
    let older = many.join(&plain(), in_utc(nth(40), &Zone::utc()));
    assert_eq!((older.days, older.streak), (1, many));
}

#[test]
fn standing_is_what_today_makes_of_it() {
    let rule = rule(Some(5), 1);
    let streak = of(&rule, 0..6);
    let next = |days| {
        rule.milestones
            .iter()
            .find(|milestone| milestone.days == days)
            .copied()
    };

    for (today, standing, days, next_milestone) in [
        (4, Standing::Active, 6, next(7)),
        (5, Standing::Active, 6, next(7)),
        (6, Standing::AtRisk, 6, next(7)),
        (7, Standing::Held, 6, next(7)),
        (8, Standing::Broken, 0, next(3)),
    ] {
        let status = status(&streak, &rule, today);
        assert_eq!((status.standing, status.days), (standing, days), "{today}");
        assert_eq!((status.freezes, status.longest), (1, 6));
        assert_eq!(status.next_milestone, next_milestone);
    }
    let none = status(&Streak::default(), &rule, 0);
    assert_eq!(
        (none.standing, none.days, none.longest),
        (Standing::NotBegun, 0, 0)
    );
    assert_eq!(none.repairable, None);
}

#[test]
fn a_streak_is_a_short_text() {
    let rule = rule(Some(7), 2);
    let zone = Zone::named(
        "America/Los_Angeles",
        "2026-10-01T00:00:00Z".parse().unwrap(),
    )
    .unwrap();
    let days = (0..30).chain(31..54).map(|days| in_utc(nth(days), &zone));
    let streak = days.fold(Streak::default(), |streak, moment| {
        streak.join(&rule, moment).streak
    });

    let text = serde_json::to_string(&streak).unwrap();

    assert_eq!(
        text,
        r#"{"runs":[{"days":"2026-10-01/2026-11-23","uncounted":1}],"frozen":["2026-10-31"],"freezes":2,"longest":53,"clock":{"zone":"America/Los_Angeles","until":"2026-11-24T08:00:00.000Z"}}"#
    );
    assert!(text.len() <= 250);
    assert_eq!(serde_json::from_str::<Streak>(&text).unwrap(), streak);
    assert_eq!(
        serde_json::to_string(&Streak::default()).unwrap(),
        r#"{"runs":[],"longest":0}"#
    );
}

#[test]
fn no_number_in_a_rule_is_too_large_or_too_small() {
    for number in [0, 1, u32::MAX] {
        let rule = StreakRule {
            freeze_every_days: Some(number),
            freezes_max: number,
            repair: Some(Repair {
                within_days: number,
                every_days: number,
            }),
            milestones: vec![Milestone {
                days: number,
                bonus: Rjv::ZERO,
            }],
        };
        let utc = Zone::utc();
        let days = [Day::MAX, Day::MIN, nth(0), nth(9), nth(4), Day::MAX];
        let streak = days.into_iter().fold(Streak::default(), |streak, day| {
            let joined = streak.join(&rule, in_utc(day, &utc));
            let _ = joined.streak.status(&rule, in_utc(nth(5), &utc));
            joined
                .streak
                .repair(&rule, in_utc(day, &utc))
                .unwrap_or(joined.streak)
        });
        assert!(streak.freezes <= number);
    }
}
