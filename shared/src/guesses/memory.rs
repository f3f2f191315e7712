//! What one process has seen of counters. It is bounded, and forgets locks last.

use std::collections::BTreeMap;

use super::{Counter, Subject};
use crate::time::Timestamp;

/// The counters that were seen last.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<Subject, Option<Counter>>);

/// Some hundred kilobytes.
const SUBJECTS_MAX: usize = 2_000;

impl Memory {
    /// What was seen of somebody; `None` as well if they were not seen.
    pub fn counter(&self, subject: &Subject) -> Option<Counter> {
        self.0.get(subject).copied().flatten()
    }

    /// Notes what was read from the table just now.
    pub fn note(&mut self, subject: Subject, counter: Option<Counter>, now: Timestamp) {
        if self.0.len() >= SUBJECTS_MAX && !self.0.contains_key(&subject) {
            self.make_room(now);
        }
        self.0.insert(subject, counter);
    }

    /// Notes what somebody else read some time ago, unless something newer is known.
    pub fn hear(&mut self, subject: &Subject, counter: Option<Counter>, now: Timestamp) {
        let version = |counter: Option<Counter>| counter.map_or(0, |counter| counter.version);
        if version(counter) > version(self.counter(subject)) {
            self.note(subject.clone(), counter, now);
        }
    }

    fn make_room(&mut self, now: Timestamp) {
        let is_locked =
            |counter: Option<Counter>| counter.is_some_and(|counter| counter.locked(now).is_some());
        self.0.retain(|_, counter| is_locked(*counter));
        if self.0.len() >= SUBJECTS_MAX {
            let until =
                |counter: &Option<Counter>| counter.and_then(|counter| counter.locked_until);
            let first = self.0.iter().min_by_key(|(_, counter)| until(counter));
            if let Some(subject) = first.map(|(subject, _)| subject.clone()) {
                self.0.remove(&subject);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn locks_are_forgotten_last_and_nothing_grows_without_bound() {
        let now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let mut memory = Memory::default();
        let subject = |number: usize| Subject::source(&number.to_string());
        let locked = Counter::after(None, 1, now);
        memory.note(subject(0), Some(locked), now);

        for number in 1..3 * SUBJECTS_MAX {
            memory.note(subject(number), Some(Counter::after(None, 2, now)), now);
        }
        assert_eq!(memory.counter(&subject(0)), Some(locked));
        assert!(memory.0.len() <= SUBJECTS_MAX);

        let later = now.plus(TimeDelta::seconds(1));
        for number in 1..3 * SUBJECTS_MAX {
            memory.note(subject(number), Some(Counter::after(None, 1, later)), later);
        }
        assert_eq!(memory.counter(&subject(0)), None);
        assert_eq!(memory.0.len(), SUBJECTS_MAX);
    }
}
