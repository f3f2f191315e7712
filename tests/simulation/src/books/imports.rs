//! Imports: once nothing is under way any more, each that was ordered is done, every row of it is accounted for once, and what
//! was accepted is what was sold and what is left.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::TextOf;
use shared::codes::jobs::import::{Counts, Import, State};
use shared::objects::InMemory;
use shared::table::{Memory, Table};

use super::{Books, Verdict, ensure, parse};

impl Books {
    /// Compares the imports with the codes of each, by the names that their orders gave them, and with `stocked`, the codes that
    /// were there before anybody came.
    pub fn audit_imports(
        &self,
        (memory, files): (&Memory, &InMemory),
        mut ordered: BTreeMap<String, Vec<String>>,
        stocked: BTreeSet<String>,
    ) -> Verdict {
        let all = ordered.values().flatten().chain(&stocked);
        let all: BTreeSet<String> = all.cloned().collect();
        let mut accepted = stocked;
        for (key, item) in memory.items() {
            if key.table != Table::Insights || !key.pk.starts_with("imports#") {
                continue;
            }
            let import: Import = parse(item, "an import")?;
            let name = &import.reference;
            let Some(codes) = ordered.remove(name.as_str()) else {
                continue;
            };
            ensure(matches!(import.state, State::Done { .. }), || {
                format!("{name} never ends: {:?}", import.state)
            })?;
            let report = files.content(&import.report()).unwrap_or_default();
            let report = String::from_utf8_lossy(&report).into_owned();
            let told = tell(&codes, &report, &mut accepted)
                .map_err(|row| format!("{name} says wrongly of row {row}: {report}"))?;
            ensure(import.counts == told, || {
                format!("{name} counts {:?}, and tells of {told:?}", import.counts)
            })?;
        }
        ensure(ordered.is_empty(), || {
            format!("imports were acknowledged and are not there: {ordered:?}")
        })?;
        let lost: Vec<_> = all.difference(&accepted).collect();
        ensure(lost.is_empty(), || {
            format!("these codes were brought, and no import accepted them: {lost:?}")
        })?;
        let is_brought = |text: &TextOf| matches!(text, TextOf::Imported { .. });
        let sold = self.codes.values().filter(|code| is_brought(&code.text));
        let (sold, left) = (sold.count(), self.goods.pooled_count());
        ensure(sold + left == accepted.len(), || {
            let count = accepted.len();
            format!("{count} codes were accepted, {sold} of them sold, and {left} are left")
        })
    }
}

/// Reads what the report of an import says of each of its codes, of which those `accepted` are there already, and counts it.
/// Answers the first row that is missing or wrong.
fn tell(codes: &[String], report: &str, accepted: &mut BTreeSet<String>) -> Result<Counts, usize> {
    let (mut counts, mut seen) = (Counts::default(), BTreeSet::new());
    let mut lines = report.lines().skip(1);
    for (row, code) in (1..).zip(codes) {
        let fields: Vec<&str> = lines.next().ok_or(row)?.split(',').collect();
        let [number, status, reason, last4] = fields.as_slice() else {
            return Err(row);
        };
        let is_this = *number == row.to_string() && last4.len() == 4 && code.ends_with(last4);
        let is_right = match (*status, *reason) {
            ("imported", "") => {
                counts.imported += 1;
                accepted.insert(code.clone())
            }
            ("duplicate", "repeated_in_file") => {
                counts.duplicate += 1;
                seen.contains(code)
            }
            // Also of a row that an earlier step of the same import accepted.
            ("duplicate", "in_pool" | "sold_already") => {
                counts.duplicate += 1;
                true
            }
            _ => false,
        };
        if !(is_this && is_right) {
            return Err(row);
        }
        seen.insert(code);
    }
    match lines.next() {
        None => Ok(counts),
        Some(_) => Err(codes.len() + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "row,status,reason,last4\n1,imported,,0001\n2,imported,,0002\n\
        3,duplicate,repeated_in_file,0002\n4,duplicate,in_pool,0003\n";

    fn told(report: &str) -> Result<Counts, usize> {
        let codes = ["KIT-00001", "KIT-00002", "KIT-00002", "KIT-00003"];
        let mut accepted = BTreeSet::from(["KIT-00003".to_owned()]);
        tell(&codes.map(str::to_owned), report, &mut accepted)
    }

    #[test]
    fn each_row_is_told_of_once() {
        let counts = Counts {
            imported: 2,
            duplicate: 2,
            invalid: 0,
        };

        assert_eq!(told(REPORT), Ok(counts));
    }

    #[test]
    fn a_row_that_is_missing_or_wrong_is_found() {
        let with = |row: &str, other: &str| told(&REPORT.replace(row, other));

        assert_eq!(told(""), Err(1));
        assert_eq!(with("1,imported,,0001", "1,imported,,0002"), Err(1));
        assert_eq!(with("2,imported,,0002\n", ""), Err(2));
        let repeated = with("3,duplicate,repeated_in_file", "3,imported,");
        assert_eq!(repeated, Err(3));
        assert_eq!(with("4,duplicate,in_pool", "4,imported,"), Err(4));
        assert_eq!(told(&format!("{REPORT}5,imported,,0004\n")), Err(5));
    }
}
