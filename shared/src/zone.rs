//! Time zones, worked out once: a zone carries its offsets for years ahead, so that whoever reads a clock needs no database
//! of zones and two readers never disagree.

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// A time zone of the IANA database with its offsets from UTC, as they were known when it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    name: String,
    /// From which instant (seconds since 1970) which offset (seconds east of UTC) holds. The first holds before as well.
    offsets: Vec<(i64, i32)>,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The day.
    pub day: Day,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
}

/// Why a text is not a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is a name of the IANA database such as `Europe/Berlin`")]
pub struct UnknownZone;

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        todo!()
    }

    /// The zone of this name, with its offsets for the time around `now` and ten years ahead.
    pub fn named(_name: &str, _now: Timestamp) -> Result<Self, UnknownZone> {
        todo!()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its clocks show at an instant.
    pub fn local(&self, _at: Timestamp) -> Local {
        todo!()
    }

    /// The day its clocks show at an instant.
    pub fn day(&self, at: Timestamp) -> Day {
        self.local(at).day
    }

    /// The first instant at which its clocks show this day or a later one.
    pub fn start_of(&self, _day: Day) -> Timestamp {
        todo!()
    }
}

impl Local {
    pub fn weekday(self) -> u32 {
        todo!()
    }
}
