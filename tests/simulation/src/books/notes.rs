//! Notes: each step that support or an administrator took with a code is in the log of acts, once, and nothing else is.

use std::collections::BTreeMap;

use shared::audit::{Action, Record};
use shared::codes::Life;
use shared::table::{Memory, Table};

use super::{Books, Verdict, ensure, parse};

/// What is known about one code.
#[derive(Default)]
struct Notes {
    revoked: u32,
    replaced: u32,
    is_extended: bool,
}

impl Books {
    /// Compares the log of acts with the codes, once nothing of them is under way any more.
    pub fn audit_notes(&self, memory: &Memory) -> Verdict {
        let mut notes: BTreeMap<String, Notes> = BTreeMap::new();
        for (key, item) in memory.items() {
            if key.table != Table::Insights || !key.pk.starts_with("audit#") {
                continue;
            }
            let record: Record = parse(item, "a record of an act")?;
            let is_change = record.before != record.after;
            let known = match record.action {
                Action::RevokeCode | Action::ReplaceCode | Action::ExtendCode => {
                    notes.entry(record.subject.clone()).or_default()
                }
                _ => continue,
            };
            ensure(is_change, || format!("{} changed nothing", record.subject))?;
            match record.action {
                Action::RevokeCode => known.revoked += 1,
                Action::ReplaceCode => known.replaced += 1,
                _ => known.is_extended = true,
            }
        }
        for (id, code) in &self.codes {
            let known = notes.remove(&id.to_string()).unwrap_or_default();
            let is_revoked = matches!(code.life, Life::Revoked { .. });
            let is_replaced = matches!(code.life, Life::Replaced { .. });
            ensure(known.revoked == u32::from(is_revoked), || {
                format!("{id} is noted as revoked {} times", known.revoked)
            })?;
            // What is given back is replaced as well, without an act.
            ensure(known.replaced <= u32::from(is_replaced), || {
                format!("{id} is noted as replaced {} times", known.replaced)
            })?;
            ensure(known.is_extended == self.extended.contains(id), || {
                format!("{id} is extended, or noted as such, and not both")
            })?;
        }
        let unknown = notes.keys().next();
        ensure(unknown.is_none(), || format!("{unknown:?} is no code"))
    }
}
