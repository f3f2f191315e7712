//! What something was, and since when.

use std::time::Duration;

/// All that something was so far.
#[derive(Clone, Debug)]
pub struct Past<T>(Vec<(Duration, T)>);

impl<T> Default for Past<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Past<T> {
    /// From `now` on it is `value`.
    pub fn change(&mut self, now: Duration, value: T) {
        self.0.push((now, value));
    }

    /// What it is.
    pub fn newest(&self) -> Option<&T> {
        self.0.last().map(|(_, value)| value)
    }

    /// What it was at some instant of that time, oldest first.
    pub fn between(&self, from: Duration, to: Duration) -> impl Iterator<Item = &T> {
        let ends = self.0.iter().skip(1).map(|(since, _)| *since);
        let spans = self.0.iter().zip(ends.chain([Duration::MAX]));
        spans
            .filter(move |((since, _), until)| *since <= to && *until >= from)
            .map(|((_, value), _)| value)
    }
}
