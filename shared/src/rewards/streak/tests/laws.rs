//! What is true of any days in any order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

/// Days within a stretch that cannot fall into more runs than are kept, in any order.
fn any_days() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..15_u32, 1..40).prop_shuffle()
}

/// The runs of a set of days, counted the slow way.
fn counted(days: &[u32]) -> Vec<u32> {
    let days: BTreeSet<u32> = days.iter().copied().collect();
    let mut lengths: Vec<u32> = Vec::new();
    let mut before = None;
    for day in days {
        match lengths.last_mut() {
            Some(length) if before == day.checked_sub(1) => *length += 1,
            _ => lengths.push(1),
        }
        before = Some(day);
    }
    lengths
}

/// A streak as somebody keeps it who walks from day to day: counted days, freezes, and how many missed days stand open.
#[derive(Default)]
struct Diary {
    days: u32,
    freezes: u32,
    open: u32,
}

impl Diary {
    fn turn_page(&mut self, is_done: bool, (every, most): (u32, u32)) {
        if !is_done {
            self.open += 1;
            return;
        }
        if self.open > self.freezes {
            self.days = 0;
        } else {
            self.freezes -= self.open;
        }
        (self.open, self.days) = (0, self.days + 1);
        if self.days.is_multiple_of(every) {
            self.freezes = most.min(self.freezes + 1);
        }
    }
}

proptest! {
    #[test]
    fn order_does_not_matter(days in any_days(), seed in any::<prop::sample::Index>()) {
        let mut other = days.clone();
        other.rotate_left(seed.index(days.len()));
        other.reverse();
        let streak = of(&plain(), days.iter().copied());
        prop_assert_eq!(&streak, &of(&plain(), other));
        let mut sorted = days.clone();
        sorted.sort_unstable();
        prop_assert_eq!(&streak, &of(&plain(), sorted));
        prop_assert_eq!(lengths(&streak), counted(&days));
        prop_assert_eq!(streak.longest, counted(&days).into_iter().max().unwrap());
    }

    #[test]
    fn order_does_not_matter_behind_a_long_run(days in any_days()) {
        let long = 200;
        let (mut all, later): (Vec<u32>, Vec<u32>) =
            ((0..long).collect(), days.iter().map(|day| day + long + 1).collect());
        all.extend(&later);
        let streak = of(&plain(), all.iter().copied());
        let expected = counted(&all);
        let kept = expected.len().saturating_sub(RUNS_MAX);
        prop_assert_eq!(lengths(&streak), &expected[kept..]);
    }

    #[test]
    fn a_day_joins_once(days in any_days(), every in 1..6_u32, most in 0..4_u32) {
        let (rule, utc) = (rule(Some(every), most), Zone::utc());
        let mut streak = Streak::default();
        for days in days {
            let moment = in_utc(nth(days), &utc);
            let first = streak.join(&rule, moment);
            let again = first.streak.join(&rule, moment);
            prop_assert_eq!(again.reached, vec![]);
            prop_assert_eq!((again.days, again.days_of_last_7), (first.days, first.days_of_last_7));
            prop_assert_eq!(&again.streak, &first.streak);
            prop_assert!(first.streak.freezes <= most);
            prop_assert!((1..=7).contains(&first.days_of_last_7));
            streak = first.streak;
        }
        let text = serde_json::to_string(&streak).unwrap();
        prop_assert_eq!(serde_json::from_str::<Streak>(&text).unwrap(), streak);
    }

    #[test]
    fn a_whole_run_has_paid_each_milestone_at_most_once_for_each_part(days in any_days()) {
        let (mut streak, utc) = (Streak::default(), Zone::utc());
        // Which milestones were paid with which day: a run is all of its days.
        let mut paid: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for day in days {
            let before = streak.clone();
            let joined = streak.join(&plain(), in_utc(nth(day), &utc));
            let run = joined.streak.run_of(nth(day)).unwrap().days;
            // The longest of the runs that became one had everything up to its length.
            let parts = before.runs.iter().filter(|part| run.contains(part.days.from));
            let had = parts.map(Run::length).max().unwrap_or(0);
            for milestone in &joined.reached {
                prop_assert!(had < milestone.days && milestone.days <= joined.days);
                paid.entry(milestone.days).or_default().push(day);
            }
            streak = joined.streak;
        }
        // At the end, every run has been paid what its length is worth.
        for run in &streak.runs {
            for milestone in plain().milestones.iter().filter(|milestone| milestone.days <= run.length()) {
                let with = paid.get(&milestone.days).cloned().unwrap_or_default();
                prop_assert!(with.iter().any(|day| run.days.contains(nth(*day))));
            }
        }
    }

    #[test]
    fn a_run_in_order_pays_each_milestone_once(every in 1..9_u32, most in 0..4_u32, gaps in prop::collection::vec(1..4_u32, 1..90)) {
        let (rule, utc) = (rule(Some(every), most), Zone::utc());
        let (mut streak, mut day, mut paid) = (Streak::default(), 0, Vec::new());
        for gap in gaps {
            day += gap;
            let joined = streak.join(&rule, in_utc(nth(day), &utc));
            if joined.days == 1 {
                paid.clear();
            }
            paid.extend(joined.reached.iter().map(|milestone| milestone.days));
            let mut expected = vec![3, 7, 14, 30];
            expected.retain(|days| *days <= joined.days);
            prop_assert_eq!(&paid, &expected);
            streak = joined.streak;
        }
    }

    #[test]
    fn freezes_are_what_a_diary_says(every in 1..9_u32, most in 0..4_u32, done in prop::collection::vec(prop::bool::weighted(0.8), 1..120)) {
        let (rule, utc) = (rule(Some(every), most), Zone::utc());
        let (mut streak, mut diary) = (Streak::default(), Diary::default());
        for (day, is_done) in done.into_iter().enumerate().skip_while(|(_, is_done)| !is_done) {
            let moment = in_utc(nth(u32::try_from(day).unwrap()), &utc);
            diary.turn_page(is_done, (every, most));
            if is_done {
                let joined = streak.join(&rule, moment);
                prop_assert_eq!((joined.days, joined.streak.freezes), (diary.days, diary.freezes));
                streak = joined.streak;
            }
            let status = streak.status(&rule, moment);
// Today can still be saved, and what was missed before it by freezes.
            let goes_on = diary.open.saturating_sub(1) <= diary.freezes;
            prop_assert_eq!(status.days, if goes_on { diary.days } else { 0 });
            prop_assert_eq!(is_done, status.standing == Standing::Active);
        }
    }

    #[test]
    fn whatever_happens_a_streak_stays_small(
        days in prop::collection::vec((0..120_u32, any::<bool>()), 1..200), every in 1..3_u32, most in 0..40_u32,
    ) {
        let rule = rule(Some(every), most);
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        let zone = Zone::named("America/Argentina/ComodRivadavia", now).unwrap();
        let mut streak = Streak::default();
        for (days, is_repair) in days {
            let moment = in_utc(nth(days), &zone);
            streak = if is_repair {
                streak.repair(&rule, moment).unwrap_or(streak)
            } else {
                streak.join(&rule, moment).streak
            };
            let _ = streak.status(&rule, moment);
            prop_assert!(streak.runs.len() <= RUNS_MAX && streak.freezes <= most);
            prop_assert!(streak.runs.is_sorted_by(|a, b| days_between(a.days.to, b.days.from) > 1));
            prop_assert!(streak.runs.iter().all(|run| run.length() > 0));
            prop_assert!(serde_json::to_string(&streak).unwrap().len() < 900);
        }
    }

    #[test]
    fn changing_clocks_gains_no_day(hops in prop::collection::vec((0..5_usize, 1..60_i64), 1..60)) {
        let begin: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
        let zones = ["Etc/GMT+12", "Pacific/Kiritimati", "Pacific/Honolulu", "America/St_Johns", "Pacific/Auckland"]
            .map(|name| Zone::named(name, begin).unwrap());
        let (mut streak, mut now) = (Streak::default(), begin);
        for (zone, hours) in hops {
            now = now.plus(TimeDelta::hours(hours));
            let joined = streak.join(&plain(), Moment::new(now, &zones[zone]));
            // Around the earth three days are the same day at once, so that two more have begun than in UTC.
            let passed = days_between(begin.day(), now.day()) + 1;
            prop_assert!(i64::from(joined.days) <= passed + 2);
            let run = joined.streak.run_of(zones[zone].day(now));
            prop_assert!(run.is_none_or(|run| i64::from(run.length()) <= days_between(run.days.from, run.days.to) + 1));
            streak = joined.streak;
        }
    }
}
