//! What is known of a member that rewards depend on: where the clock stood when, and which segments the member is in.
//!
//! A change of zone holds from the end of the day that the member's clock shows, and no past day is ever counted anew: for 40
//! days, longer than any activity may be late, it is known which zone held when. A profile has room for seven changes within
//! that time and refuses more; this also ends the game of whoever changes zones to gain days.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::text::Word;
use crate::time::Timestamp;
use crate::zone::Zone;

/// A member's clock and segments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The zone that holds up to the first change that is remembered.
    zone: Zone,
    /// The changes since, oldest first; the last may be still to come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Stay>,
    /// Whether the member ever named a zone; the programme's holds, without.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    named: bool,
    /// Which segments administrators put the member in.
    #[serde(default)]
    pub segments: BTreeSet<Word>,
    /// Counts the changes; 0 as long as there was none. Whoever stores a change counts it.
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

/// Why a zone cannot be named now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a time zone can change {CHANGES_MAX} times in {} days, next at {again_at}",
    REMEMBERED.num_days()
)]
pub struct TooManyChanges {
    /// From when on it can.
    pub again_at: Timestamp,
}

/// For how long it is known which zone held.
const REMEMBERED: TimeDelta = TimeDelta::days(40);

/// The most changes that are remembered, the one that is to come included.
const CHANGES_MAX: usize = 7;

impl Profile {
    /// The profile of a member who never said anything: the programme's zone, no segment.
    pub fn unknown(programme: &Zone) -> Self {
        Self {
            zone: programme.clone(),
            changes: Vec::new(),
            named: false,
            segments: BTreeSet::new(),
            version: 0,
        }
    }

    /// The zone that held at an instant.
    pub fn zone_at(&self, at: Timestamp) -> &Zone {
        let mut changes = self.changes.iter().rev();
        changes
            .find(|stay| stay.from <= at)
            .map_or(&self.zone, |stay| &stay.zone)
    }

    /// The zone that the member named and that does not hold yet.
    pub fn next_zone(&self, now: Timestamp) -> Option<&Stay> {
        self.changes.iter().find(|stay| stay.from > now)
    }

    /// The profile of a member whose clock now shows `zone`: from the end of the present local day on, so that no day is
    /// counted by two clocks. The first zone a member ever names holds at once and before.
    ///
    /// Naming the zone that holds takes back a change that is still to come. A zone that is known by its name already has its
    /// offsets renewed.
    pub fn in_zone(&self, zone: Zone, now: Timestamp) -> Result<Self, TooManyChanges> {
        let mut next = self.clone();
        if !self.named {
            (next.zone, next.named) = (zone, true);
            return Ok(next);
        }
        let mut to_come = next.changes.iter_mut().filter(|stay| stay.from > now);
        if let Some(coming) = to_come.find(|stay| stay.zone.name() == zone.name()) {
            coming.zone = zone;
            return Ok(next);
        }
        next.changes.retain(|stay| stay.from <= now);
        next.forget(now.plus(-REMEMBERED));
        let holds = next
            .changes
            .last_mut()
            .map_or(&mut next.zone, |stay| &mut stay.zone);
        let from = holds.end_of_day(now);
        // Where the database has learned since that clocks were set otherwise, past days stay as they were counted.
        let is_known = holds.name() == zone.name();
        if is_known && holds.agrees_with(&zone, now.plus(-REMEMBERED), from) {
            *holds = zone;
            return Ok(next);
        }
        match next.changes.first() {
            Some(first) if next.changes.len() >= CHANGES_MAX => Err(TooManyChanges {
                again_at: first.from.plus(REMEMBERED),
            }),
            _ => {
                next.changes.push(Stay { from, zone });
                Ok(next)
            }
        }
    }

    /// Drops the zones that ended up to `oldest`.
    fn forget(&mut self, oldest: Timestamp) {
        let ended = self.changes.iter().take_while(|stay| stay.from <= oldest);
        let ended = ended.count();
        if let Some(first) = self.changes.drain(..ended).next_back() {
            self.zone = first.zone;
        }
    }
}
