//! What held when: published rules and promotions, and the programme's versions.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use shared::rewards::Record;
use shared::text::Word;
use shared::time::Timestamp;

/// What held of each name, and since when. What is first known of one held before as well.
pub struct History<T>(BTreeMap<Word, Vec<State<T>>>);

/// Since when something held, or nothing.
type State<T> = (Timestamp, Option<Arc<T>>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// From when to when something may have been read.
#[derive(Clone, Copy)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// How far a process's clock may be off, and how old its book may be.
const SKEW_MAX: TimeDelta = TimeDelta::seconds(180);
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

impl Span {
    /// When a decision that was committed at `now` may have read its book.
    pub fn of(record: &Record, now: Timestamp) -> Self {
        Self {
            from: record.decided_at.plus(-(SKEW_MAX + AGE_MAX)),
            to: now,
        }
    }
}

impl<T> History<T> {
    /// From `since` on, this holds under the name.
    pub fn change(&mut self, id: Word, since: Timestamp, state: Option<T>) {
        let states = self.0.entry(id).or_default();
        states.push((since, state.map(Arc::new)));
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &Word> {
        self.0.keys()
    }

    /// What held under a name at some instant of that time.
    pub fn within(&self, id: &Word, span: Span) -> Vec<Option<&Arc<T>>> {
        let states = self.0.get(id).map_or(&[] as &[_], Vec::as_slice);
        let ends = states.iter().skip(1).map(|(since, _)| Some(*since));
        let held = states.iter().enumerate().zip(ends.chain([None]));
        let held = held.filter(|((place, (since, _)), until)| {
            let begins = *place == 0 || *since <= span.to;
            begins && until.is_none_or(|until| until >= span.from)
        });
        held.map(|((_, (_, state)), _)| state.as_ref()).collect()
    }
}
