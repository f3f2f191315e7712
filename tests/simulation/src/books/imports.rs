//! Imports: once nothing is under way any more, each that was ordered is done, and every row of it is accounted for.

use std::collections::BTreeMap;

use shared::codes::jobs::import::{Import, State};
use shared::table::{Memory, Table};

use super::{Books, Verdict, ensure, parse};

impl Books {
    /// Compares the imports with how many rows each was to have, by the names that their orders gave them.
    pub fn audit_imports(memory: &Memory, mut ordered: BTreeMap<String, u32>) -> Verdict {
        for (key, item) in memory.items() {
            if key.table != Table::Insights || !key.pk.starts_with("imports#") {
                continue;
            }
            let import: Import = parse(item, "an import")?;
            let name = import.reference.to_string();
            let Some(rows) = ordered.remove(&name) else {
                // The house was stocked before anybody came.
                continue;
            };
            ensure(matches!(import.state, State::Done { .. }), || {
                format!("{name} never ends: {:?}", import.state)
            })?;
            let counts = import.counts;
            let judged = counts.imported + counts.duplicate + counts.invalid;
            ensure(judged == rows, || {
                format!("of the {rows} rows of {name}, {judged} were judged: {counts:?}")
            })?;
        }
        ensure(ordered.is_empty(), || {
            format!("imports were acknowledged and are not there: {ordered:?}")
        })
    }
}
