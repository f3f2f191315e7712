//! What is known of a member that rewards depend on: where the clock stood when, and which segments the member is in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::Word;
use crate::time::Timestamp;
use crate::zone::Zone;

/// A member's clock and segments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Since when which zone holds, oldest first. The first holds before as well.
    stays: Vec<Stay>,
    /// Which segments administrators put the member in.
    #[serde(default)]
    pub segments: BTreeSet<Word>,
    /// Counts the changes; 0 as long as there was none.
    pub version: u64,
}

/// Since when a zone holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// From this instant on.
    pub from: Timestamp,
    /// The zone.
    pub zone: Zone,
}

impl Profile {
    /// The profile of a member who never said anything: the programme's zone, no segment.
    pub fn unknown(programme: &Zone) -> Self {
        Self {
            stays: vec![Stay {
                from: Timestamp::new(chrono::DateTime::UNIX_EPOCH),
                zone: programme.clone(),
            }],
            segments: BTreeSet::new(),
            version: 0,
        }
    }

    /// The zone that held at an instant.
    pub fn zone_at(&self, _at: Timestamp) -> &Zone {
        todo!()
    }

    /// The profile of a member whose clock now shows `zone`: from the end of the present local day on, so that no day is
    /// counted by two clocks. The first zone a member ever names holds at once and before.
    #[must_use]
    pub fn in_zone(&self, _zone: Zone, _now: Timestamp) -> Self {
        todo!()
    }
}
