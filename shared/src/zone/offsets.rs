//! How far clocks are ahead of UTC and when that changes, as one short text.
//!
//! The text is the first offset in minutes and then each change: minutes since the one before it (the first: since 1970) and
//! by how many minutes the offset grows or shrinks. `780 29588520-60 252000+60` is Auckland: 13 hours ahead, from April 2026
//! on one hour less, from September on one more again.

use std::fmt::Write as _;
use std::iter;

use serde::{Deserialize, Serialize};

/// Offsets from UTC, in seconds east of it. They are whole minutes, as all have been since 1972.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Offsets {
    /// What holds up to the first change.
    first: i32,
    /// From which instant (seconds since 1970) which offset holds.
    changes: Vec<(i64, i32)>,
}

/// Why a text is not offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("offsets are minutes and rising changes such as `780 29588520-60 252000+60`")]
pub struct InvalidOffsets;

/// Ten years of two changes a year are 20; where Ramadan interrupts summer time they are 40.
const CHANGES_MAX: usize = 200;

/// No clock was ever further from UTC than this.
const OFFSET_MAX_SECONDS: i32 = 18 * 3600;

impl Offsets {
    /// An offset that never changes.
    pub fn constant(offset: i32) -> Self {
        Self::new(offset, iter::empty())
    }

    /// Offsets from the first and what follows it. What changes nothing is left out.
    pub fn new(first: i32, following: impl IntoIterator<Item = (i64, i32)>) -> Self {
        let whole = |offset: i32| offset.div_euclid(60) * 60;
        let (first, mut changes) = (whole(first), Vec::new());
        let mut last = first;
        for (at, offset) in following {
            if whole(offset) != last && changes.len() < CHANGES_MAX {
                last = whole(offset);
                changes.push((at.div_euclid(60) * 60, last));
            }
        }
        Self { first, changes }
    }

    /// The offset at an instant.
    pub fn at(&self, second: i64) -> i32 {
        let mut changes = self.changes.iter().rev();
        changes
            .find(|(from, _)| *from <= second)
            .map_or(self.first, |(_, offset)| *offset)
    }

    /// The first instant, not before `after`, at which a clock shows `local` or later. All three are seconds since 1970, the
    /// last as the clock shows it.
    pub fn first(&self, local: i64, after: i64) -> i64 {
        let starts = iter::once((i64::MIN, self.first)).chain(self.changes.iter().copied());
        let ends = self.changes.iter().map(|(from, _)| *from);
        starts
            .zip(ends.chain(iter::once(i64::MAX)))
            .map(|((start, offset), end)| {
                let shown = local.saturating_sub(i64::from(offset));
                (shown.max(start).max(after), end)
            })
            .find(|(found, end)| found < end)
            .map_or(i64::MAX, |(found, _)| found)
    }

    /// The offset at the first of two instants, and each change after it up to the second.
    pub fn between(&self, (from, until): (i64, i64)) -> impl Iterator<Item = (i64, i32)> {
        let changes = self.changes.iter().copied();
        iter::once((from, self.at(from)))
            .chain(changes.filter(move |(at, _)| from < *at && *at <= until))
    }
}

impl From<Offsets> for String {
    fn from(offsets: Offsets) -> Self {
        let mut text = (offsets.first / 60).to_string();
        let (mut from, mut last) = (0, offsets.first);
        for (at, offset) in offsets.changes {
            let (passed, grown) = ((at - from) / 60, (offset - last) / 60);
            // Writing to a text never fails.
            let _ = write!(text, " {passed}{grown:+}");
            (from, last) = (at, offset);
        }
        text
    }
}

impl TryFrom<String> for Offsets {
    type Error = InvalidOffsets;

    fn try_from(text: String) -> Result<Self, InvalidOffsets> {
        let read = read(&text).ok_or(InvalidOffsets)?;
        // What reads alike but is not written like this, such as `+060`, is nothing that was ever stored.
        (String::from(read.clone()) == text)
            .then_some(read)
            .ok_or(InvalidOffsets)
    }
}

fn read(text: &str) -> Option<Offsets> {
    let valid = |minutes: i32| {
        let seconds = minutes.checked_mul(60)?;
        (seconds.abs() <= OFFSET_MAX_SECONDS).then_some(seconds)
    };
    let mut words = text.split(' ');
    let mut minutes: i32 = words.next()?.parse().ok()?;
    let first = valid(minutes)?;
    let (mut at, mut changes) = (0_i64, Vec::new());
    for word in words {
        let (passed, grown) = word.split_at(word.find(['+', '-'])?);
        let (passed, grown): (i64, i32) = (passed.parse().ok()?, grown.parse().ok()?);
        at = at.checked_add(passed.checked_mul(60)?)?;
        minutes = minutes.checked_add(grown)?;
        let rises = passed > 0 || changes.is_empty();
        if !rises || grown == 0 || changes.len() == CHANGES_MAX {
            return None;
        }
        changes.push((at, valid(minutes)?));
    }
    Some(Offsets { first, changes })
}
