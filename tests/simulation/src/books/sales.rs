//! Sales: every code has exactly one entry that paid for it, and the other way round; and is used once, by its partner.

use std::time::Duration;

use shared::amount::Rjv;
use shared::codes::{Code, Life, TextOf};
use shared::ledger::{Entry, Source};

use super::{Books, Verdict, Written, ensure};

impl Books {
    /// Codes and payments of one commit must belong together; other changes of codes must be steps of their life.
    pub(super) fn post_codes(&mut self, written: &Written, now: Duration) -> Verdict {
        for code in &written.codes {
            match self.codes.get(&code.code_id) {
                Some(before) => {
                    self.change_code(&before.clone(), code, now)?;
                    ended(&before.clone(), code, written)?;
                }
                None if code.first() != code.code_id => born(code, written)?,
                None if code.sale.is_some() => sold(code, &written.entries)?,
                None => {}
            }
            self.codes.insert(code.code_id, code.clone());
        }
        for entry in &written.entries {
            self.post_purchase(entry, &written.codes, now)?;
            refunded(entry, &written.codes)?;
        }
        Ok(())
    }

    fn post_purchase(&mut self, entry: &Entry, created: &[Code], now: Duration) -> Verdict {
        let (quote_id, codes) = match &entry.source {
            Source::Purchase {
                quote_id, codes, ..
            } => (quote_id, codes),
            Source::Award { .. }
            | Source::Refund { .. }
            | Source::Adjustment { .. }
            | Source::Expiry {} => return Ok(()),
        };
        let (id, mut paid) = (entry.entry_id, Rjv::ZERO);
        for sold in codes {
            let code = created.iter().find(|code| code.code_id == sold.code_id);
            ensure(
                code.and_then(|code| code.sale.as_ref())
                    .is_some_and(|sale| sale.purchase_id == id.into()),
                || format!("{id} took tokens without {}", sold.code_id),
            )?;
            let price = code.map_or(Rjv::ZERO, |code| code.unit_price);
            paid = paid.checked_add(price).unwrap_or(Rjv::MAX);
        }
        ensure(paid == entry.amount() && !codes.is_empty(), || {
            format!("{id} takes {} for codes that cost {paid}", entry.amount())
        })?;
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

/// A code that is refunded has the entry that gives back what was paid for it beside it, and one that is replaced the other code.
fn ended(before: &Code, after: &Code, written: &Written) -> Verdict {
    let id = after.code_id;
    match (&before.life, &after.life) {
        (Life::Issued, Life::Refunded { refund, .. }) => {
            let mut entries = written.entries.iter();
            ensure(entries.any(|entry| entry.entry_id == *refund), || {
                format!("{id} was ended without the refund {refund}")
            })
        }
        (Life::Issued, Life::Replaced { replacement, .. }) => {
            let mut codes = written.codes.iter();
            ensure(codes.any(|code| code.code_id == *replacement), || {
                format!("{id} was ended without {replacement} in its place")
            })
        }
        _ => Ok(()),
    }
}

/// A refund gives back what was paid for a code that it ends.
fn refunded(entry: &Entry, written: &[Code]) -> Verdict {
    let Source::Refund { code_id, .. } = &entry.source else {
        return Ok(());
    };
    let id = entry.entry_id;
    let mut codes = written.iter();
    let code = codes.find(|code| code.code_id == *code_id);
    let is_ended = code.is_some_and(|code| {
        code.unit_price == entry.amount()
            && matches!(code.life, Life::Refunded { refund, .. } if refund == id)
    });
    ensure(is_ended, || {
        format!("{id} gives back what was paid for {code_id}, which is {code:?}")
    })
}

/// A code that comes in the place of another is that one but for its name and its text.
fn born(code: &Code, written: &Written) -> Verdict {
    let id = code.code_id;
    let mut codes = written.codes.iter();
    let before = codes.find(
        |before| matches!(before.life, Life::Replaced { replacement, .. } if replacement == id),
    );
    let is_same = before.is_some_and(|before| {
        before.first() == code.first()
            && before.holder() == code.holder()
            && before.unit_price == code.unit_price
            && before.product_id == code.product_id
            && before.expires_at <= code.expires_at
    });
    ensure(is_same, || {
        format!("{id} was handed out in the place of no other: {before:?}")
    })
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
        codes,
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
    let is_minted = match code.text {
        TextOf::Minted { seed, .. } => seed == quote_id.uuid(),
        TextOf::Imported { .. } => true,
    };
    let price = codes
        .iter()
        .zip(payment.prices())
        .find_map(|(sold, price)| (sold.code_id == id).then_some(price));
    let is_as_paid = is_minted
        && code.partner_id == *partner_id
        && code.product_id == *product_id
        && Some(code.unit_price) == price
        && code.expires_at == *codes_expire_at
        && code.holder() == Some(payment.entry_id.member)
        && in_time;
    ensure(is_as_paid, || {
        format!("{id} is not the code that was paid for")
    })
}
