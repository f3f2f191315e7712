//! Bugs in what is counted.

use shared::amount::Rjv;
use shared::rewards::{Outcome, Record, Standing};
use shared::table::{self, Key, Memory, Write};

use super::Mutant;
use super::writes::{Kind, kind, put, value};

impl Mutant {
    /// Where something is kept instead.
    pub fn place(self, key: &Key) -> Option<Key> {
        let mut parts = key.sk.split('#');
        let is_value = parts.next() == Some("tally") && parts.clone().count() > 2;
        (self == Self::CountedTogether && is_value).then(|| Key {
            sk: format!("tally#{}", parts.take(2).collect::<Vec<_>>().join("#")),
            ..key.clone()
        })
    }

    /// Puts everything where it is kept instead.
    pub fn move_all(self, writes: Vec<Write>) -> Vec<Write> {
        let mut moved: Vec<Write> = Vec::new();
        for mut write in writes {
            write.key = self.place(&write.key).unwrap_or(write.key);
            moved.retain(|other| other.key != write.key);
            moved.push(write);
        }
        moved
    }
}

fn standings(writes: &mut [Write]) -> impl Iterator<Item = &mut Write> {
    writes
        .iter_mut()
        .filter(|write| kind(write) == Kind::Standing)
}

/// Whether an award is less than the activity was worth.
fn is_clipped(record: &Record) -> bool {
    let trace = &record.trace;
    let promoted = trace.promoted.or(trace.base).unwrap_or_default();
    let bonuses = trace.milestones.iter().map(|milestone| milestone.bonus);
    let worth = Rjv::checked_sum([promoted].into_iter().chain(bonuses));
    matches!(record.outcome, Outcome::Awarded { amount, .. } if Some(amount) < worth)
}

/// Leaves what was given before as it was, where an award was clipped.
pub fn uncounted(memory: &Memory, writes: &mut [Write]) {
    let mut records = writes.iter().filter_map(value::<Record>);
    if !records.any(|record| is_clipped(&record)) {
        return;
    }
    for write in standings(writes) {
        let before = memory.item(&write.key);
        let before = before.and_then(|item| table::read::<Standing>(item).ok());
        if let Some(mut standing) = value::<Standing>(write) {
            standing.tally = before.unwrap_or_default().tally;
            put(write, &standing);
        }
    }
}

/// Still owes the milestones that were given.
pub fn still_owed(writes: &mut [Write]) {
    let records: Vec<Record> = writes.iter().filter_map(value::<Record>).collect();
    for write in standings(writes) {
        let of_rule = |record: &&Record| {
            let rule = record.trace.rule.as_ref();
            let is_awarded = matches!(record.outcome, Outcome::Awarded { .. });
            is_awarded && rule.is_some_and(|rule| write.key.sk == format!("tally#rule#{}", rule.id))
        };
        let given = records.iter().filter(of_rule);
        let given: Vec<_> = given
            .flat_map(|record| record.trace.milestones.clone())
            .collect();
        if let Some(mut standing) = value::<Standing>(write)
            && !given.is_empty()
        {
            standing.owed = given;
            put(write, &standing);
        }
    }
}
