//! Bugs in what is left to sell, in refunds, prices, imports and counts.

use shared::codes::jobs::import::Import;
use shared::ledger::{Entry, Expiry, Lots, Source, Wallet};
use shared::table::{self, Action, AttributeValue, Condition, Memory, Write};

use super::Mutant;
use super::writes::{Kind, entries, kind, put, value};

/// The state that a write gives to a code.
pub fn becomes(write: &Write) -> Option<&str> {
    let Action::Set(changes) = &write.action else {
        return None;
    };
    let state = changes.iter().find(|(name, _)| *name == "state");
    match state.filter(|_| kind(write) == Kind::Code) {
        Some((_, AttributeValue::S(state))) => Some(state),
        _ => None,
    }
}

/// How many a write adds to a number.
fn adds(write: &Write) -> i64 {
    match &write.action {
        Action::Add(more) => more.iter().map(|(_, more)| more).sum(),
        _ => 0,
    }
}

fn is_new_code(write: &Write) -> bool {
    kind(write) == Kind::Code && matches!(write.action, Action::Put(_))
}

/// Whether a write puts off the end of a code's validity.
pub fn extends(write: &Write) -> bool {
    let Action::Set(changes) = &write.action else {
        return false;
    };
    let is_until = |(name, _): &(&str, AttributeValue)| *name == "expires_at";
    kind(write) == Kind::Code && changes.iter().any(is_until)
}

fn is_refund(writes: &[Write]) -> bool {
    writes
        .iter()
        .any(|write| becomes(write) == Some("refunded"))
}

impl Mutant {
    /// What is not written.
    pub(super) fn leave_out_goods(self, writes: &mut Vec<Write>) {
        let gives_back = is_refund(writes);
        let mut ends = writes.iter().filter_map(becomes);
        let replaces = ends.any(|state| state == "replaced");
        let is_of_desk = writes.iter().any(|write| kind(write) == Kind::Code);
        let is_left_out = |write: &Write| match self {
            Self::ClaimWithoutDelete => kind(write) == Kind::Pool && write.action == Action::Delete,
            Self::StockNotTaken => kind(write) == Kind::Stock && adds(write) < 0,
            Self::StockNotGivenBack => gives_back && kind(write) == Kind::Stock,
            Self::HoldingNotCounted => kind(write) == Kind::Holding && adds(write) > 0,
            Self::HoldingNotGivenBack => gives_back && kind(write) == Kind::Holding,
            Self::RefundedAlive => becomes(write) == Some("refunded"),
            Self::ReplacedAlive => becomes(write) == Some("replaced"),
            Self::RevokedAlive => becomes(write) == Some("revoked"),
            Self::ReplacementForgotten => replaces && is_new_code(write),
            Self::ActNotNoted => is_of_desk && kind(write) == Kind::Note,
            Self::PriceVersionNotWritten => kind(write) == Kind::PriceVersion,
            Self::CountedWithoutLog => matches!(kind(write), Kind::Followed | Kind::Found),
            _ => false,
        };
        writes.retain(|write| !is_left_out(write));
    }

    /// Whether the write is made whatever its condition says.
    pub(super) fn is_unguarded(self, write: &Write) -> bool {
        match self {
            Self::UnguardedStock => kind(write) == Kind::Stock,
            Self::UnguardedClaim => kind(write) == Kind::Pool || is_new_code(write),
            Self::HoldingNotChecked => kind(write) == Kind::Holding,
            Self::UnguardedRefund => becomes(write) == Some("refunded"),
            Self::UnguardedReplacement => becomes(write) == Some("replaced"),
            Self::UnguardedRevocation => becomes(write) == Some("revoked"),
            Self::UnguardedExtension => extends(write),
            Self::UnguardedPrice => matches!(kind(write), Kind::Price | Kind::PriceVersion),
            Self::UnguardedImport => match kind(write) {
                Kind::Job | Kind::Gate => true,
                Kind::Pool => matches!(write.action, Action::Put(_)),
                _ => false,
            },
            Self::UnguardedLog => kind(write) == Kind::Followed,
            _ => false,
        }
    }

    /// Whether the write does not care whether a partner has reserved the code.
    pub(super) fn overlooks_reservation(self, write: &Write) -> bool {
        match self {
            Self::RefundedDespiteReservation => becomes(write) == Some("refunded"),
            Self::RedeemedDespiteReservation => becomes(write) == Some("redeemed"),
            Self::RevokedDespiteReservation => becomes(write) == Some("revoked"),
            Self::ReplacedDespiteReservation => becomes(write) == Some("replaced"),
            Self::ExtendedDespiteReservation => extends(write),
            _ => false,
        }
    }

    /// Writes other values.
    pub(super) fn falsify_goods(self, memory: &Memory, writes: &mut [Write]) {
        match self {
            Self::RefundForGood => give_back_for_good(memory, writes),
            Self::ImportCountsTwice => {
                let is_import = writes.iter().any(|write| kind(write) == Kind::Job);
                for write in writes.iter_mut().filter(|write| kind(write) == Kind::Stock) {
                    if let Action::Add(more) = &mut write.action
                        && is_import
                    {
                        for (_, more) in more.iter_mut() {
                            *more *= 2;
                        }
                    }
                }
            }
            Self::DuplicatesCounted => {
                for write in writes.iter_mut().filter(|write| kind(write) == Kind::Job) {
                    if let Some(mut import) = value::<Import>(write) {
                        import.counts.imported += std::mem::take(&mut import.counts.duplicate);
                        put(write, &import);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Puts what comes back for a code into the lot that never runs out.
fn give_back_for_good(memory: &Memory, writes: &mut [Write]) {
    let mut returns = writes.iter().filter_map(value::<Entry>);
    if !returns.any(|entry| matches!(entry.source, Source::Refund { .. })) {
        return;
    }
    entries(writes, &|entry| {
        if matches!(entry.source, Source::Refund { .. }) {
            entry.lots = Lots::one(Expiry::Never, entry.amount());
        }
    });
    let posted: Vec<Entry> = writes.iter().filter_map(value::<Entry>).collect();
    for write in writes
        .iter_mut()
        .filter(|write| kind(write) == Kind::Wallet)
    {
        let before = memory.item(&write.key);
        let before = before.and_then(|item| table::read::<Wallet>(item).ok());
        let (Some(mut wallet), Some(before)) = (value::<Wallet>(write), before) else {
            continue;
        };
        let lots = posted
            .iter()
            .try_fold(before.lots, |lots, entry| match entry.source {
                Source::Refund { .. } => lots.plus(&entry.lots),
                _ => lots.minus(&entry.lots),
            });
        wallet.lots = lots.unwrap_or(wallet.lots);
        put(write, &wallet);
    }
}

/// A condition without what it says of reservations.
pub fn unreserved(condition: &mut Condition) {
    if let Condition::All(conditions) = condition {
        conditions.retain(|condition| !matches!(condition, Condition::Any(_)));
    }
}
