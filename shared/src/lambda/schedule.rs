//! Events of a schedule.

use serde::Deserialize;
use uuid::{Builder, Uuid};

use crate::error::Error;
use crate::id::derived;
use crate::time::Timestamp;

/// One beat of a schedule. It may be delivered twice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tick {
    /// Its name.
    pub id: String,
    /// When it was due.
    pub time: Timestamp,
}

impl Tick {
    /// An id for what this beat starts: the same however often it is delivered, and in the order of time among others.
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.time.epoch_seconds()).unwrap_or_default() * 1000;
        let derived = derived(&["tick", &self.id]).into_bytes();
        let random = derived.first_chunk().unwrap_or(&[0; 10]);
        Builder::from_unix_timestamp_millis(millis, random).into_uuid()
    }
}

/// The whole story of a failure for the log.
pub(super) fn story(error: &Error) -> String {
    match error {
        Error::Rejected(rejection) => rejection.to_string(),
        Error::Failed(failure) => failure.chain(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_has_one_id_and_later_beats_have_larger_ones() {
        let tick = |id: &str, time: &str| Tick {
            id: id.to_owned(),
            time: time.parse().unwrap(),
        };
        let night = tick("a", "2026-11-23T03:00:00Z");

        assert_eq!(night.id(), tick("a", "2026-11-23T03:00:00Z").id());
        assert_ne!(night.id(), tick("b", "2026-11-23T03:00:00Z").id());
        assert!(night.id() < tick("a", "2026-11-24T03:00:00Z").id());
    }
}
