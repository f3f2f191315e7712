//! A value that may be some seconds old.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use crate::error::Failure;
use crate::time::Timestamp;

/// Keeps the last value that was read, for as long as it was told to.
pub struct Cached<T> {
    /// How old an answer may be.
    age_max: TimeDelta,
    kept: Mutex<Option<(Timestamp, Arc<T>)>>,
}

impl<T> Cached<T> {
    /// Nothing so far; later a value that is younger than `age_max`: a change is seen everywhere after this time.
    pub const fn new(age_max: TimeDelta) -> Self {
        Self {
            age_max,
            kept: Mutex::new(None),
        }
    }

    /// The value, read anew by `load` if the one at hand is too old or does not satisfy `suits`.
    pub async fn read<F>(
        &self,
        now: Timestamp,
        suits: impl Fn(&T) -> bool,
        load: impl FnOnce() -> F,
    ) -> Result<Arc<T>, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let kept = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read_at, value)) = kept
            && (TimeDelta::zero()..self.age_max).contains(&now.since(read_at))
            && suits(&value)
        {
            return Ok(value);
        }
        let value = Arc::new(load().await?);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&value)));
        Ok(value)
    }
}
