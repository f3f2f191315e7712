//! What clients were told for good. It must hold for ever, and a second answer must be the first.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::{Code, Life};
use shared::id::{ActivityId, CodeId, PartnerId, QuoteId};
use shared::ledger::Source;
use shared::purchases::Purchase;
use shared::rewards::Activity;

use crate::books::{Books, Verdict};

/// A code in the hands of somebody who may use it.
#[derive(Clone, Debug)]
pub struct KnownCode {
    /// Its name.
    pub code_id: CodeId,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// What is written on it.
    pub text: String,
}

/// Everything that was acknowledged.
#[derive(Default)]
pub struct Knowledge {
    reported: BTreeMap<ActivityId, Activity>,
    purchases: BTreeMap<QuoteId, Purchase>,
    revealed: BTreeMap<CodeId, String>,
    redeemed: BTreeMap<(CodeId, String), Code>,
    /// Codes that were revealed, in that order.
    pub codes: Vec<KnownCode>,
    /// Which use of a code a partner means by which reference.
    pub references: BTreeMap<String, usize>,
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, first: &T, second: &T) -> Verdict {
    if first == second {
        Ok(())
    } else {
        Err(format!("{what} was answered {first:?} and then {second:?}"))
    }
}

impl Knowledge {
    /// A report was accepted.
    pub fn reported(&mut self, activity: Activity) {
        self.reported
            .entry(activity.activity_id)
            .or_insert(activity);
    }

    /// A purchase was answered.
    pub fn bought(&mut self, books: &Books, purchase: &Purchase) -> Verdict {
        let id = purchase.quote_id;
        let first = self.purchases.entry(id).or_insert_with(|| purchase.clone());
        same("a purchase", first, purchase)?;
        let entries = books.entries(purchase.purchase_id.member);
        let place = usize::try_from(purchase.purchase_id.seq.saturating_sub(1));
        let entry = place.ok().and_then(|place| entries.get(place));
        let paid = entry.is_some_and(|entry| match &entry.source {
            Source::Purchase {
                quote_id, codes, ..
            } => {
                *quote_id == id
                    && *codes == purchase.codes
                    && entry.amount() == purchase.total
                    && entry.balance_after == purchase.balance_after
                    && entry.recorded_at == purchase.purchased_at
            }
            Source::Award { .. }
            | Source::Refund { .. }
            | Source::Adjustment { .. }
            | Source::Expiry {} => false,
        });
        if paid {
            Ok(())
        } else {
            Err(format!(
                "a purchase was acknowledged that is not in the books: {purchase:?}"
            ))
        }
    }

    /// Purchases that were acknowledged.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// Codes were shown to their holder: those of the purchase that can be used or were, always with the same texts.
    pub fn revealed(
        &mut self,
        books: &Books,
        purchase: &Purchase,
        codes: &[(Code, String)],
    ) -> Verdict {
        let shown: BTreeSet<CodeId> = codes.iter().map(|(code, _)| code.first()).collect();
        let bought: BTreeSet<CodeId> = purchase.codes.iter().map(|code| code.code_id).collect();
        let is_used = |id: &CodeId| {
            books
                .code(*id)
                .is_some_and(|code| matches!(code.life, Life::Redeemed { .. }))
        };
        let lost = bought.iter().find(|id| is_used(id) && !shown.contains(id));
        if !shown.is_subset(&bought) || lost.is_some() {
            return Err(format!("of {bought:?}, {shown:?} were shown"));
        }
        for (code, text) in codes {
            let id = code.code_id;
            if let Some(first) = self.revealed.get(&id) {
                same("the text of a code", first, text)?;
                continue;
            }
            self.revealed.insert(id, text.clone());
            self.codes.push(KnownCode {
                code_id: id,
                partner_id: code.partner_id,
                text: text.clone(),
            });
        }
        Ok(())
    }

    /// A redemption was answered.
    pub fn redeemed(
        &mut self,
        books: &Books,
        partner: PartnerId,
        reference: &str,
        code: &Code,
    ) -> Verdict {
        let id = code.code_id;
        let is_ours = match &code.life {
            Life::Redeemed { reference: by, .. } => by.as_str() == reference,
            Life::Issued | Life::Revoked { .. } | Life::Replaced { .. } | Life::Refunded { .. } => {
                false
            }
        };
        if code.partner_id != partner || !is_ours {
            return Err(format!(
                "{partner} was told that it redeemed {code:?} as {reference}"
            ));
        }
        if books.code(id).map(|code| &code.life) != Some(&code.life) {
            return Err(format!(
                "a redemption was acknowledged that is not in the books: {code:?}"
            ));
        }
        let first = self.redeemed.entry((id, reference.to_owned()));
        let first = first.or_insert_with(|| code.clone());
        same("a redemption", &first.life, &code.life)
    }

    /// At the end, everything that was acknowledged must be there.
    pub fn audit(&self, books: &Books) -> Verdict {
        for (id, activity) in &self.reported {
            if books.record(*id).is_none() {
                return Err(format!("a reported activity was lost: {activity:?}"));
            }
        }
        for quote in self.purchases.keys() {
            if books.bought(*quote).is_none() {
                return Err(format!("an acknowledged purchase was lost: {quote}"));
            }
        }
        let once: BTreeSet<CodeId> = self.redeemed.keys().map(|(id, _)| *id).collect();
        for ((id, _), code) in &self.redeemed {
            let kept = books.code(*id).is_some_and(|kept| kept.life == code.life);
            if !kept || once.len() != self.redeemed.len() {
                return Err(format!("an acknowledged redemption was lost: {code:?}"));
            }
        }
        Ok(())
    }
}
