//! The walk over codes: each was paid for by the purchase it names.

use super::pools;
use super::report::{Correction, Drift};
use super::run::Part;
use super::walk::{Walker, read, reads};
use crate::codes::{self, Code, Life};
use crate::error::Failure;
use crate::id::EntryId;
use crate::ledger::{self, Entry, Side, Source};
use crate::table::{self, Key};

/// Walks one stretch: answers where it ended, and whether that is the end.
pub(super) async fn walk(
    walker: &mut Walker<'_>,
    part: Part,
    mut after: Option<Key>,
) -> Result<(Option<Key>, bool), Failure> {
    for _ in reads() {
        let stretch = read(walker.whole, part, after).await?;
        let mut there: Vec<Code> = Vec::new();
        let all = stretch.items.into_iter();
        for (key, item) in all.filter(|(key, _)| codes::is_code(&key.sk)) {
            match table::read(item) {
                Ok(code) => there.push(code),
                Err(_) => walker.tally.unreadable(&key),
            }
        }
        for codes in there.chunks(table::KEYS_MAX) {
            check(walker, codes).await?;
            check_refunds(walker, codes).await?;
        }
        after = stretch.next;
        if after.is_none() {
            if part.segment == 0 {
                pools::check(walker).await?;
            }
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

/// Every code that was refunded has the entry that gave back what was paid for it.
async fn check_refunds(walker: &mut Walker<'_>, codes: &[Code]) -> Result<(), Failure> {
    let refunded: Vec<(&Code, EntryId)> = codes
        .iter()
        .filter_map(|code| match code.life {
            Life::Refunded { refund, .. } => Some((code, refund)),
            _ => None,
        })
        .collect();
    let places = refunded.iter().map(|(_, entry)| ledger::entry_key(*entry));
    let found = table::get_distinct(walker.tables, places).await?;
    for (code, entry_id) in refunded {
        let item = found.get(&ledger::entry_key(entry_id));
        let entry: Option<Entry> = item.and_then(|item| table::read(item.clone()).ok());
        let is_paid_back = entry.is_some_and(|entry| {
            entry.amount() == code.unit_price
                && matches!(entry.source, Source::Refund { code_id, .. } if code_id == code.code_id)
        });
        if !is_paid_back {
            let drift = Drift::RefundMissing {
                code_id: code.code_id,
                entry_id,
            };
            let payment = code.sale.as_ref().map(|sale| Correction::Adjustment {
                member_id: sale.member_id,
                side: Side::Credit,
                amount: code.unit_price,
                corrects: None,
            });
            walker.tally.find(drift, payment);
        }
    }
    Ok(())
}
