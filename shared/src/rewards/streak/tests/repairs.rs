//! Streaks that broke and are mended, or not.

use super::*;

fn repair(streak: &Streak, rule: &StreakRule, today: u32) -> Result<Streak, NoRepair> {
    streak.repair(rule, in_utc(nth(today), &Zone::utc()))
}

#[test]
fn missed_days_are_bridged_without_counting() {
    let rule = rule(Some(5), 1);
    // One freeze in hand, three days missed.
    let broken = of(&rule, 0..6);

    let mended = repair(&broken, &rule, 9).unwrap();

    assert_eq!((lengths(&mended), mended.freezes), (vec![6], 1));
    assert_eq!(status(&mended, &rule, 9).standing, Standing::AtRisk);
    let (next, reached) = after(mended, &rule, [9]);
    assert_eq!(
        (lengths(&next), next.freezes, reached),
        (vec![7], 1, vec![7])
    );
}

#[test]
fn a_run_behind_the_newest_is_mended_as_long_as_the_newest_goes_on() {
    let (broken, reached) = after(Streak::default(), &plain(), (0..5).chain([7, 8]));
    assert_eq!((lengths(&broken), reached), (vec![5, 2], vec![3]));
    let offered = Repairable {
        until: nth(8),
        days: 7,
    };
    assert_eq!(status(&broken, &plain(), 8).repairable, Some(offered));

    let mended = repair(&broken, &plain(), 8).unwrap();

    assert_eq!((lengths(&mended), mended.longest), (vec![7], 7));
    // What the repair brought the run to is reached by its next day.
    assert_eq!(after(mended, &plain(), [9, 10]).1, [7]);
}

#[test]
fn what_is_not_broken_is_not_mended() {
    let rule = rule(Some(5), 1);
    let streak = of(&rule, 0..6);

    for today in [5, 6, 7] {
        assert_eq!(
            repair(&streak, &rule, today),
            Err(NoRepair::NothingBroken),
            "{today}"
        );
    }
    assert_eq!(
        repair(&Streak::default(), &rule, 0),
        Err(NoRepair::NothingBroken)
    );
    let never = StreakRule {
        repair: None,
        ..rule
    };
    assert_eq!(repair(&streak, &never, 8), Err(NoRepair::NotOffered));
}

#[test]
fn a_repair_is_asked_for_in_time_and_not_too_often() {
    let broken = of(&plain(), 0..6);
    for today in [7, 8, 9] {
        let offered = Repairable {
            until: nth(9),
            days: 6,
        };
        assert_eq!(
            status(&broken, &plain(), today).repairable,
            Some(offered),
            "{today}"
        );
        assert!(repair(&broken, &plain(), today).is_ok(), "{today}");
    }
    assert_eq!(repair(&broken, &plain(), 10), Err(NoRepair::TooLate));
    assert_eq!(status(&broken, &plain(), 10).repairable, None);

    let mended = repair(&broken, &plain(), 8).unwrap();
    let (again, _) = after(mended, &plain(), 8..36);

    // The last repair was on day 8, so day 38 is the first of the next.
    assert_eq!(
        repair(&again, &plain(), 37),
        Err(NoRepair::TooSoon { again_on: nth(38) })
    );
    assert!(repair(&again, &plain(), 38).is_ok());
}

#[test]
fn a_late_day_under_a_repair_counts_and_gives_no_freeze() {
    let rule = rule(Some(5), 1);
    let mended = repair(&of(&rule, 0..6), &rule, 8).unwrap();
    let spent = StreakRule {
        freezes_max: 0,
        ..rule.clone()
    };
    let (mended, _) = after(mended, &spent, [8]);
    assert_eq!((lengths(&mended), mended.freezes), (vec![7], 0));

    let (late, _) = after(mended, &rule, [6]);

    assert_eq!((lengths(&late), late.freezes), (vec![8], 0));
    assert!(late.excused.contains(nth(7)) && !late.excused.contains(nth(6)));
}

#[test]
fn a_traveller_is_not_told_that_something_broke() {
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let [los_angeles, auckland] =
        ["America/Los_Angeles", "Pacific/Auckland"].map(|name| Zone::named(name, now).unwrap());
    let streak = Streak::default()
        .join(&plain(), in_utc(day("2026-11-24"), &los_angeles))
        .streak;

    let landed = in_utc(day("2026-11-26"), &auckland);

    assert_eq!(streak.status(&plain(), landed).standing, Standing::AtRisk);
    assert_eq!(
        streak.repair(&plain(), landed),
        Err(NoRepair::NothingBroken)
    );
    let stayed = in_utc(day("2026-11-26"), &los_angeles);
    assert_eq!(streak.status(&plain(), stayed).standing, Standing::Broken);
}

#[test]
fn a_status_is_answered_in_plain_words() {
    let answer = serde_json::to_value(status(&of(&plain(), 0..5), &plain(), 6)).unwrap();

    let expected = serde_json::json!({
        "days": 0,
        "longest": 5,
        "standing": "broken",
        "freezes": 0,
        "next_milestone": {"days": 3, "bonus": "3"},
        "repairable": {"until": "2026-10-09", "days": 5},
    });
    assert_eq!(answer, expected);
}
