//! Refunds: tokens come back for a code exactly if it is refunded, and they are those that were paid for it.

use shared::codes::{Code, Life};
use shared::id::{CodeId, EntryId};
use shared::ledger::{Entry, Expiry, Lots, Source};

use super::written::Written;
use super::{Books, Verdict, ensure};

impl Books {
    /// A code that is refunded has an entry beside it that says so.
    pub(super) fn post_refunded(code: &Code, written: &Written) -> Verdict {
        let id = code.code_id;
        let Life::Refunded { refund, .. } = &code.life else {
            return Ok(());
        };
        let names = |entry: &&Entry| {
            entry.entry_id == *refund
                && matches!(&entry.source, Source::Refund { code_id, .. } if *code_id == id)
        };
        ensure(written.entries.iter().any(|entry| names(&entry)), || {
            format!("{id} was refunded by {refund}, which is no refund of it")
        })
    }

    /// An entry that refunds names a code beside it that is refunded by it, and gives back what was paid for it.
    pub(super) fn post_refunds(&mut self, written: &Written) -> Verdict {
        for entry in &written.entries {
            let Source::Refund {
                purchase_id,
                code_id,
                product_id,
                partner_id,
                ..
            } = &entry.source
            else {
                continue;
            };
            let id = entry.entry_id;
            let is_it = |code: &&Code| {
                code.code_id == *code_id
                    && matches!(&code.life, Life::Refunded { refund, .. } if *refund == id)
            };
            let code = written.codes.iter().find(is_it);
            let code = code.ok_or_else(|| format!("{id} gives back tokens for {code_id} alone"))?;
            let sale = code.sale.as_ref();
            let belongs = code.product_id == *product_id
                && code.partner_id == *partner_id
                && code.holder() == Some(id.member)
                && sale.is_some_and(|sale| sale.purchase_id == *purchase_id);
            ensure(belongs, || {
                format!("{id} is not the refund of {code_id}: {entry:?}")
            })?;
            let earlier = self.refunds.insert(code.first(), id);
            ensure(earlier.is_none(), || {
                format!("{code_id} was refunded twice, by {earlier:?} and {id}")
            })?;
            let slice = self.slice(EntryId::from(*purchase_id), code.first(), entry)?;
            ensure(
                slice == entry.lots && code.unit_price == entry.amount(),
                || {
                    format!(
                        "{id} gives back {:?} for {code_id}, for which {slice:?} were paid",
                        entry.lots
                    )
                },
            )?;
        }
        Ok(())
    }

    /// What was paid for a code of a purchase, lot by lot, as it comes back with `refund`.
    fn slice(&self, purchase: EntryId, first: CodeId, refund: &Entry) -> Result<Lots, String> {
        let missing = || format!("{} refunds what nobody bought", refund.entry_id);
        let entry = self.entry(purchase).ok_or_else(missing)?;
        let Source::Purchase { codes, .. } = &entry.source else {
            return Err(missing());
        };
        let (mut from, mut to) = (0, 0);
        for sold in codes {
            let code = self.codes.get(&sold.code_id).ok_or_else(missing)?;
            (from, to) = (to, to + code.unit_price.micros());
            if sold.code_id == first {
                break;
            }
        }
        let soonest = Expiry::months_after(refund.recorded_at, 1);
        let (mut at, mut slice) = (0, Lots::default());
        for (expiry, amount) in entry.lots.iter() {
            let end = at + amount.micros();
            let (first, last) = (from.max(at), to.min(end));
            at = end;
            if first >= last {
                continue;
            }
            let part = shared::amount::Rjv::from_micros(last - first).unwrap_or_default();
            let lot = Lots::one(expiry.max(soonest), part);
            slice = slice.plus(&lot).ok_or_else(missing)?;
        }
        Ok(slice)
    }
}
