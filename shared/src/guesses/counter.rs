//! How many wrong guesses are counted to somebody, and how long that locks them out. Pure.
//!
//! So many failures within ten minutes lock for a minute, the next time for two, and so on up to a day. Who made no wrong guess
//! for a day after a lock is forgiven.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What is known of somebody's wrong guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Counts the changes.
    pub version: u64,
    /// How many wrong guesses there were since `since`.
    pub failures: u32,
    /// When the first of them was.
    pub since: Timestamp,
    /// How often they led to a lock without being forgiven.
    pub locks: u32,
    /// The first instant at which the last lock is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<Timestamp>,
    /// When the table may forget this, in seconds since 1970: everything is forgiven then.
    pub ttl: i64,
}

/// How long failures are held together.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// How long the first lock holds.
const FIRST_LOCK: TimeDelta = TimeDelta::minutes(1);

/// How long a lock holds at most.
const LONGEST_LOCK: TimeDelta = TimeDelta::days(1);

/// How long after a lock everything is forgiven.
const FORGIVEN_AFTER: TimeDelta = TimeDelta::days(1);

impl Counter {
    /// Until when guesses are not looked at, if they are not at `now`.
    pub fn locked(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| *until > now)
    }

    /// What is known after one more wrong guess, where `failures_max` of them lock.
    #[must_use]
    pub fn after(before: Option<Self>, failures_max: u32, now: Timestamp) -> Self {
        let version = before
            .map_or(0, |counter| counter.version)
            .saturating_add(1);
        let kept = before.filter(|counter| counter.is_kept(now));
        let locks = kept.map_or(0, |counter| counter.locks);
        let locked_until = kept.and_then(|counter| counter.locked_until);
        let window =
            kept.filter(|counter| counter.failures > 0 && now.since(counter.since) < WINDOW);
        let failures = window
            .map_or(0, |counter| counter.failures)
            .saturating_add(1);
        let since = window.map_or(now, |counter| counter.since);
        if failures < failures_max {
            return Self {
                version,
                failures,
                since,
                locks,
                locked_until,
                ttl: forgiven_at(locked_until.unwrap_or(now).max(now)),
            };
        }
        let until = now.plus(duration(locks));
        Self {
            version,
            failures: 0,
            since: now,
            locks: locks.saturating_add(1),
            locked_until: Some(until),
            ttl: forgiven_at(until),
        }
    }

    /// Whether it still counts at `now`.
    fn is_kept(&self, now: Timestamp) -> bool {
        let last = self.locked_until.unwrap_or(self.since).max(self.since);
        now < last.plus(FORGIVEN_AFTER)
    }
}

/// How long the lock holds that comes after so many others.
fn duration(locks: u32) -> TimeDelta {
    let factor = 1_i32.checked_shl(locks.min(30)).unwrap_or(i32::MAX);
    let doubled = FIRST_LOCK.checked_mul(factor);
    doubled.unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK)
}

fn forgiven_at(last: Timestamp) -> i64 {
    last.plus(FORGIVEN_AFTER).epoch_seconds()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn seconds(count: i64) -> TimeDelta {
        TimeDelta::seconds(count)
    }

    #[test]
    fn the_fifth_failure_locks_for_a_minute_and_the_next_five_for_two() {
        let (mut counter, mut now) = (None, start());
        for minutes in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440] {
            for _ in 0..4 {
                let next = Counter::after(counter, 5, now);
                assert_eq!(next.locked(now), None);
                counter = Some(next);
            }
            let locked = Counter::after(counter, 5, now);
            let until = now.plus(TimeDelta::minutes(minutes));
            assert_eq!(locked.locked(now), Some(until));
            assert_eq!(locked.locked(until), None);
            (counter, now) = (Some(locked), until);
        }
    }

    #[test]
    fn failures_that_are_far_apart_do_not_lock() {
        let (mut counter, mut now) = (None, start());
        for _ in 0..100 {
            let next = Counter::after(counter, 2, now);
            assert_eq!(next.locked(now), None);
            (counter, now) = (Some(next), now.plus(WINDOW));
        }
    }

    #[test]
    fn a_quiet_day_forgives() {
        let locked = Counter::after(None, 1, start());
        let until = locked.locked_until.unwrap();
        let just = until.plus(FORGIVEN_AFTER).plus(TimeDelta::milliseconds(-1));

        assert_eq!(Counter::after(Some(locked), 1, just).locks, 2);
        assert_eq!(
            Counter::after(Some(locked), 1, until.plus(FORGIVEN_AFTER)).locks,
            1
        );
    }

    proptest! {
        /// Whatever the clock does, at most `max` guesses go between two locks, each lock holds at least as long as the one
        /// before until it is forgiven, and the table forgets nothing that still counts.
        #[test]
        fn guesses_are_bounded(max in 1_u32..30, steps in prop::collection::vec(-5_i64..900, 1..300)) {
            let (mut counter, mut now, mut looked_at, mut held): (Option<Counter>, _, u32, _) = (None, start(), 0, TimeDelta::zero());
            for step in steps {
                now = now.plus(seconds(step));
                if counter.is_some_and(|counter| counter.locked(now).is_some()) {
                    continue;
                }
                let next = Counter::after(counter, max, now);
                looked_at += 1;
                prop_assert_eq!(next.version, counter.map_or(0, |counter| counter.version) + 1);
                prop_assert!(next.failures < max);
                prop_assert!(next.ttl >= now.plus(WINDOW).epoch_seconds());
                if let Some(until) = next.locked(now) {
                    prop_assert!(next.ttl >= until.epoch_seconds());
                    let holds = until.since(now);
                    prop_assert!(holds >= held || next.locks == 1);
                    prop_assert!((FIRST_LOCK..=LONGEST_LOCK).contains(&holds));
                    (held, looked_at) = (holds, 0);
                }
                counter = Some(next);
            }
            prop_assert!(looked_at <= u32::try_from(300).unwrap());
        }

        /// So many failures within the window always lock.
        #[test]
        fn enough_failures_within_ten_minutes_lock(max in 1_u32..30, gap in 0_i64..20) {
            let (mut counter, mut now) = (None, start());
            for failure in 1..=max {
                let next = Counter::after(counter, max, now);
                prop_assert_eq!(next.locked(now).is_some(), failure == max);
                counter = Some(next);
                now = now.plus(seconds(gap));
            }
        }
    }
}
