//! A value that may be a few seconds old.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use crate::error::Failure;
use crate::time::Timestamp;

/// Keeps the last value that was read, for as long as `AGE_MAX`.
pub struct Cached<T>(Mutex<Option<(Timestamp, Arc<T>)>>);

/// How old an answer may be. An administrator's change is seen everywhere after this time.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Cached<T> {
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
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read_at, value)) = kept
            && (TimeDelta::zero()..AGE_MAX).contains(&now.since(read_at))
            && suits(&value)
        {
            return Ok(value);
        }
        let value = Arc::new(load().await?);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&value)));
        Ok(value)
    }
}
