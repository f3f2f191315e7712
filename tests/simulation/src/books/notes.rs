//! Notes: each step that support or an administrator took with a code is in the log of acts, once, and nothing else is.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::audit::{Action, Record};
use shared::codes::{Code, Life};
use shared::table::Memory;
use shared::time::Timestamp;

use super::written::{Written, is_note};
use super::{Books, Verdict, ensure, parse};
use crate::instances::Function;

/// How often what is known was done with a code.
#[derive(Default)]
struct Notes {
    revoked: u32,
    replaced: u32,
    extended: u32,
}

fn is_of_desk(note: &Record) -> bool {
    use Action::{ExtendCode, ReplaceCode, RevokeCode};
    matches!(note.action, RevokeCode | ReplaceCode | ExtendCode)
}

impl Books {
    /// What one commit did with codes at the desk, by what they were before, is what it noted.
    pub(super) fn post_notes(written: &Written, changed: &[(Option<Code>, &Code)]) -> Verdict {
        let notes = written.notes.iter();
        let mut notes: Vec<&Record> = notes.filter(|note| is_of_desk(note)).collect();
        for (before, after) in changed {
            let Some(before) = before else {
                continue;
            };
            let (id, subject) = (after.code_id, after.code_id.to_string());
            let of_it = notes.iter().position(|note| note.subject == subject);
            let note = of_it.map(|place| notes.swap_remove(place));
            let act = act(written.by, before, after);
            ensure(note.map(|note| note.action) == act, || {
                format!("{act:?} happened to {id}, and {note:?} was noted")
            })?;
            let Some(note) = note else {
                continue;
            };
            ensure(is_exact(note, before, after), || {
                format!("{before:?} became {after:?}, and {note:?} was noted")
            })?;
            let held = before.reservation(note.at);
            ensure(held.is_none(), || {
                format!("{act:?} happened to {id} while it was reserved: {held:?}")
            })?;
        }
        ensure(notes.is_empty(), || {
            format!("nothing happened, and {notes:?} were noted")
        })
    }

    /// Compares the log of acts with the codes, once nothing of them is under way any more.
    pub fn audit_notes(&self, memory: &Memory) -> Verdict {
        let mut notes: BTreeMap<String, Notes> = BTreeMap::new();
        for (key, item) in memory.items() {
            if !is_note(&key) {
                continue;
            }
            let record: Record = parse(item, "a record of an act")?;
            if !is_of_desk(&record) {
                continue;
            }
            let known = notes.entry(record.subject).or_default();
            match record.action {
                Action::RevokeCode => known.revoked += 1,
                Action::ReplaceCode => known.replaced += 1,
                _ => known.extended += 1,
            }
        }
        for (id, code) in &self.codes {
            let known = notes.remove(&id.to_string()).unwrap_or_default();
            let is_revoked = matches!(code.life, Life::Revoked { .. });
            let is_replaced = matches!(code.life, Life::Replaced { .. });
            let extended = self.extended.get(id).copied().unwrap_or_default();
            ensure(known.revoked == u32::from(is_revoked), || {
                format!("{id} is noted as revoked {} times", known.revoked)
            })?;
            // What is given back is replaced as well, without an act.
            ensure(known.replaced <= u32::from(is_replaced), || {
                format!("{id} is noted as replaced {} times", known.replaced)
            })?;
            ensure(known.extended == extended, || {
                format!(
                    "{id} was extended {extended} times, and is noted as such {} times",
                    known.extended
                )
            })?;
        }
        let unknown = notes.keys().next();
        ensure(unknown.is_none(), || format!("{unknown:?} is no code"))
    }
}

/// What was done with a code that has to be noted. A code that its holder gives back is replaced without an act.
fn act(by: Option<Function>, before: &Code, after: &Code) -> Option<Action> {
    match &after.life {
        life if *life == before.life => {
            (after.expires_at != before.expires_at).then_some(Action::ExtendCode)
        }
        Life::Revoked { .. } => Some(Action::RevokeCode),
        Life::Replaced { .. } => (by == Some(Function::Administer)).then_some(Action::ReplaceCode),
        Life::Issued | Life::Redeemed { .. } | Life::Refunded { .. } => None,
    }
}

/// Whether a note says what the code was and became, and why.
fn is_exact(note: &Record, before: &Code, after: &Code) -> bool {
    let seen = |code: &Code, at: Timestamp| {
        json!({
            "state": code.state(at).as_str(),
            "expires_at": code.expires_at,
        })
    };
    let mut became = note.after.clone();
    let reason = became
        .as_object_mut()
        .and_then(|fields| fields.remove("reason"));
    let reason = reason.as_ref().and_then(Value::as_str);
    let is_said = reason.is_some_and(|reason| !reason.is_empty());
    is_said && note.before == seen(before, note.at) && became == seen(after, note.at)
}
