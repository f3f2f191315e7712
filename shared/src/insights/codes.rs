//! The walk over codes: each was paid for by the purchase it names.

use super::report::Drift;
use super::run::Part;
use super::walk::{Walker, read, reads};
use crate::codes::Code;
use crate::error::Failure;
use crate::id::EntryId;
use crate::ledger::{self, Entry, Source};
use crate::table::{self, Key};

/// Walks one stretch: answers where it ended, and whether that is the end.
pub(super) async fn walk(
    walker: &mut Walker<'_>,
    part: Part,
    mut after: Option<Key>,
) -> Result<(Option<Key>, bool), Failure> {
    for _ in reads() {
        let stretch = read(walker.whole, part, after).await?;
        let mut codes: Vec<Code> = Vec::new();
        for (key, item) in stretch.items {
            match table::read(item) {
                Ok(code) => codes.push(code),
                Err(_) => walker.tally.unreadable(&key),
            }
        }
        for codes in codes.chunks(table::KEYS_MAX) {
            check(walker, codes).await?;
        }
        after = stretch.next;
        if after.is_none() {
            return Ok((None, true));
        }
    }
    Ok((after, false))
}

async fn check(walker: &mut Walker<'_>, codes: &[Code]) -> Result<(), Failure> {
    let sales = codes.iter().filter_map(|code| code.sale.as_ref());
    let purchases = sales.map(|sale| EntryId::from(sale.purchase_id));
    let found = table::get_distinct(walker.tables, purchases.map(ledger::entry_key)).await?;
    for code in codes {
        walker.tally.counts.codes += 1;
        // What a partner printed was not sold.
        let Some(sale) = &code.sale else {
            continue;
        };
        // What came in place of a code was paid for once, with that code.
        if sale.first_code_id.is_none() && walker.is_settled(code.issued_at) {
            walker.tally.sold.add(code.partner_id, code.unit_price)?;
        }
        let item = found.get(&ledger::entry_key(sale.purchase_id.into()));
        let entry: Option<Entry> = item.and_then(|item| table::read(item.clone()).ok());
        let is_paid = entry.is_some_and(|entry| match entry.source {
            Source::Purchase { codes, .. } => codes.iter().any(|paid| paid.code_id == code.first()),
            _ => false,
        });
        if !is_paid {
            let drift = Drift::CodeUnpaid {
                code_id: code.code_id,
                purchase_id: sale.purchase_id,
            };
            walker.tally.find(drift, None);
        }
    }
    Ok(())
}
