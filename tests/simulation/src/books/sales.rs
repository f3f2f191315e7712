//! Sales: every code has exactly one entry that paid for it, and the other way round; and is used once, by its partner.

use std::time::Duration;

use shared::codes::{Code, Life, TextOf};
use shared::ledger::{Entry, Source};

use super::{Books, Verdict, Written, ensure};

impl Books {
    /// Codes and payments of one commit must belong together; other changes of codes must be steps of their life.
    pub(super) fn post_codes(&mut self, written: &Written, now: Duration) -> Verdict {
        for code in &written.codes {
            match self.codes.get(&code.code_id) {
                Some(before) => self.change_code(&before.clone(), code, now)?,
                None => sold(code, &written.entries)?,
            }
            self.codes.insert(code.code_id, code.clone());
        }
        for entry in &written.entries {
            self.post_purchase(entry, &written.codes, now)?;
        }
        Ok(())
    }

    fn post_purchase(&mut self, entry: &Entry, created: &[Code], now: Duration) -> Verdict {
        let (quote_id, unit_price, codes) = match &entry.source {
            Source::Purchase {
                quote_id,
                unit_price,
                codes,
                ..
            } => (quote_id, unit_price, codes),
            Source::Award { .. }
            | Source::Refund { .. }
            | Source::Adjustment { .. }
            | Source::Expiry {} => return Ok(()),
        };
        let id = entry.entry_id;
        for sold in codes {
            let code = created.iter().find(|code| code.code_id == sold.code_id);
            ensure(
                code.and_then(|code| code.sale.as_ref())
                    .is_some_and(|sale| sale.purchase_id == id.into()),
                || format!("{id} took tokens without {}", sold.code_id),
            )?;
        }
        let count = u32::try_from(codes.len()).unwrap_or(u32::MAX);
        ensure(
            unit_price.checked_mul(count) == Some(entry.amount()) && count > 0,
            || {
                format!(
                    "{id} takes {} for {count} codes at {unit_price}",
                    entry.amount()
                )
            },
        )?;
        let earlier = self.bought.insert(*quote_id, (now, id));
        ensure(earlier.is_none(), || {
            format!("{quote_id} was executed twice, by {earlier:?} and {id}")
        })?;
        ensure(self.orders.first(quote_id), || {
            format!("{id} pays a second time for one order, as {quote_id}")
        })
    }

    fn change_code(&mut self, before: &Code, after: &Code, now: Duration) -> Verdict {
        let id = after.code_id;
        let same = Code {
            life: before.life.clone(),
            revealed_at: before.revealed_at,
            reserved_as: before.reserved_as.clone(),
            reserved_until: before.reserved_until,
            reservation_extended: before.reservation_extended,
            ..after.clone()
        };
        ensure(same == *before, || format!("{id} became another code"))?;
        ensure(
            before.revealed_at.is_none() || before.revealed_at == after.revealed_at,
            || format!("{id} was shown for the first time twice"),
        )?;
        match (&before.life, &after.life) {
            (Life::Issued, Life::Issued) => Ok(()),
            (Life::Issued, Life::Redeemed { redeemed_at, .. }) => {
                self.redeemed.insert(id, now);
                ensure(*redeemed_at < before.expires_at, || {
                    format!(
                        "{id} was redeemed at {redeemed_at}, and ran out at {}",
                        before.expires_at
                    )
                })
            }
            (Life::Issued, _) => Ok(()),
            (_, life) => ensure(before.life == *life, || {
                format!(
                    "{id} went on after its end: {:?} is now {life:?}",
                    before.life
                )
            }),
        }
    }
}

/// A new code must be one that an entry beside it paid for.
fn sold(code: &Code, entries: &[Entry]) -> Verdict {
    let id = code.code_id;
    let pays = |entry: &&Entry| match &entry.source {
        Source::Purchase { codes, .. } => codes.iter().any(|sold| sold.code_id == id),
        Source::Award { .. }
        | Source::Refund { .. }
        | Source::Adjustment { .. }
        | Source::Expiry {} => false,
    };
    let Some(payment) = entries.iter().find(pays) else {
        return Err(format!("{id} was handed out without payment"));
    };
    let Source::Purchase {
        quote_id,
        partner_id,
        product_id,
        unit_price,
        codes_expire_at,
        ..
    } = &payment.source
    else {
        return Ok(());
    };
    let in_time = match &code.life {
        Life::Redeemed { redeemed_at, .. } => *redeemed_at < code.expires_at,
        _ => true,
    };
    let is_minted = matches!(code.text, TextOf::Minted { seed, .. } if seed == quote_id.uuid());
    let is_as_paid = is_minted
        && code.partner_id == *partner_id
        && code.product_id == *product_id
        && code.unit_price == *unit_price
        && code.expires_at == *codes_expire_at
        && code.holder() == Some(payment.entry_id.member)
        && in_time;
    ensure(is_as_paid, || {
        format!("{id} is not the code that was paid for")
    })
}
