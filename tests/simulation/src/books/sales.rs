//! Sales: every code has exactly one entry that paid for it, or took the place of one that has; and the other way round.

use std::collections::BTreeSet;
use std::time::Duration;

use shared::amount::Rjv;
use shared::catalog::{PerMemberMax, StockKind};
use shared::codes::{Code, Life, TextOf};
use shared::id::{CodeId, EntryId};
use shared::ledger::{Entry, Source};
use shared::store::Quote;

use super::goods::{Limits, Move, is_given_back};
use super::written::Written;
use super::{Books, Verdict, ensure};

/// So far apart are the numbers of a code and of the one that takes its place.
const GENERATION: u32 = 20;

impl Books {
    /// Codes and payments of one commit must belong together; other changes of codes must be steps of their life.
    pub(super) fn post_codes(&mut self, written: &Written, now: Duration) -> Verdict {
        let known: BTreeSet<CodeId> = self.codes.keys().copied().collect();
        let mut changed = Vec::with_capacity(written.codes.len());
        for code in &written.codes {
            let before = self.codes.insert(code.code_id, code.clone());
            changed.push((before, code));
        }
        for entry in &written.entries {
            self.post_purchase(entry, &written.codes, now)?;
        }
        let mut moves = Vec::new();
        for (before, code) in &changed {
            match before {
                Some(before) => {
                    self.change_code(before, code, now)?;
                    Self::post_replaced(before, code, written)?;
                }
                None => Self::post_new(code, written)?,
            }
            if is_given_back(before.as_ref(), code) {
                Self::post_refunded(code, written)?;
                moves.extend(self.movement(code, -1));
            }
            if before.is_none() && code.first() == code.code_id {
                moves.extend(self.movement(code, 1));
            }
        }
        self.post_refunds(written)?;
        if !self.rewards.is_snapshot {
            Self::post_notes(written, &changed)?;
        }
        let sold = if self.rewards.is_snapshot {
            self.codes.keys().copied().collect()
        } else {
            known
        };
        self.goods.post(written, &moves, &sold, now)
    }

    /// What it means for the stock that a code changes hands.
    fn movement(&self, code: &Code, more: i64) -> Option<Move> {
        let sale = code.sale.as_ref()?;
        let entry = self.entry(EntryId::from(sale.purchase_id))?;
        Some(Move {
            member: sale.member_id,
            product: code.product_id,
            limits: Limits::of(entry)?,
            more,
        })
    }

    fn post_purchase(&mut self, entry: &Entry, created: &[Code], now: Duration) -> Verdict {
        let Source::Purchase {
            quote_id, codes, ..
        } = &entry.source
        else {
            return Ok(());
        };
        let id = entry.entry_id;
        let mut paid = Vec::with_capacity(codes.len());
        for sold in codes {
            let code = created.iter().find(|code| code.code_id == sold.code_id);
            let sale = code.and_then(|code| Some((code, code.sale.as_ref()?)));
            let sale = sale.filter(|(_, sale)| sale.purchase_id == id.into());
            let (code, _) =
                sale.ok_or_else(|| format!("{id} took tokens without {}", sold.code_id))?;
            paid.push(code.unit_price);
        }
        let sum = Rjv::checked_sum(paid.iter().copied());
        ensure(sum == Some(entry.amount()) && !paid.is_empty(), || {
            format!("{id} takes {} for codes at {paid:?}", entry.amount())
        })?;
        if let Some(quote) = self.promises.get(quote_id) {
            as_promised(entry, quote)?;
        }
        self.prices.post_purchase(entry, &paid)?;
        let earlier = self.bought.insert(*quote_id, (now, id));
        ensure(earlier.is_none(), || {
            format!("{quote_id} was executed twice, by {earlier:?} and {id}")
        })?;
        ensure(self.orders.first(quote_id), || {
            format!("{id} pays a second time for one order, as {quote_id}")
        })
    }

    /// A code that is replaced has beside it the one that takes its place.
    fn post_replaced(before: &Code, code: &Code, written: &Written) -> Verdict {
        let id = code.code_id;
        let Life::Replaced { replacement, .. } = &code.life else {
            return Ok(());
        };
        let born = |other: &Code| other.code_id == *replacement && other.first() == code.first();
        ensure(
            before.life == code.life || written.codes.iter().any(born),
            || format!("{id} was replaced, and {replacement} did not take its place"),
        )
    }

    /// A new code must be one that an entry beside it paid for, or one that takes the place of another.
    fn post_new(code: &Code, written: &Written) -> Verdict {
        if code.first() == code.code_id {
            return sold(code, &written.entries);
        }
        let id = code.code_id;
        let replaces = |old: &&Code| matches!(&old.life, Life::Replaced { replacement, .. } if *replacement == id);
        let mut old = written.codes.iter().filter(replaces);
        let (Some(old), None) = (old.next(), old.next()) else {
            return Err(format!("{id} takes the place of no code"));
        };
        ensure(in_place_of(code, old), || {
            format!(
                "{id} is not what takes the place of {}: {code:?}",
                old.code_id
            )
        })
    }
}

/// A purchase takes what was quoted, for what was quoted.
fn as_promised(entry: &Entry, quote: &Quote) -> Verdict {
    let Source::Purchase {
        product_id,
        partner_id,
        price_version,
        codes,
        limited,
        member_max,
        ..
    } = &entry.source
    else {
        return Ok(());
    };
    let is_as_promised = entry.amount() == quote.total
        && *product_id == quote.product_id
        && *partner_id == quote.partner_id
        && *price_version == quote.price_version
        && u32::try_from(codes.len()) == Ok(quote.quantity.get())
        && *limited == (quote.stock == StockKind::Limited)
        && *member_max == quote.per_member_max.map(PerMemberMax::get)
        && entry.entry_id.member == quote.member_id;
    ensure(is_as_promised, || {
        format!(
            "{} takes {} and is not what was promised: {quote:?}",
            entry.entry_id,
            entry.amount()
        )
    })
}

/// Whether a code is the same as another but for its text, and can be redeemed at least as long.
fn in_place_of(code: &Code, old: &Code) -> bool {
    let follows = match (&code.text, &old.text) {
        (
            TextOf::Minted { seed, index },
            TextOf::Minted {
                seed: of_old,
                index: place,
            },
        ) => seed == of_old && *index == place + GENERATION,
        (TextOf::Imported { .. }, TextOf::Imported { .. }) => true,
        _ => false,
    };
    let sale = |code: &Code| {
        let sale = code.sale.as_ref()?;
        Some((sale.member_id, sale.purchase_id))
    };
    follows
        && code.partner_id == old.partner_id
        && code.product_id == old.product_id
        && code.unit_price == old.unit_price
        && code.expires_at >= old.expires_at
        && code.first() == old.first()
        && sale(code) == sale(old)
}

/// A new code must be one that an entry beside it paid for.
fn sold(code: &Code, entries: &[Entry]) -> Verdict {
    let id = code.code_id;
    let pays = |entry: &&Entry| match &entry.source {
        Source::Purchase { codes, .. } => codes.iter().any(|sold| sold.code_id == id),
        _ => false,
    };
    let Some(payment) = entries.iter().find(pays) else {
        return Err(format!("{id} was handed out without payment"));
    };
    let Source::Purchase {
        quote_id,
        partner_id,
        product_id,
        codes_expire_at,
        codes,
        ..
    } = &payment.source
    else {
        return Ok(());
    };
    let place = codes.iter().position(|sold| sold.code_id == id);
    let is_minted = match &code.text {
        TextOf::Minted { seed, index } => {
            *seed == quote_id.uuid() && usize::try_from(*index).ok() == place
        }
        TextOf::Imported { .. } => true,
    };
    let is_as_paid = is_minted
        && code.partner_id == *partner_id
        && code.product_id == *product_id
        && code.expires_at >= *codes_expire_at
        && code.holder() == Some(payment.entry_id.member);
    ensure(is_as_paid, || {
        format!("{id} is not the code that was paid for")
    })
}
