//! Decisions about adjustments, as functions of values: they read nothing and write nothing.

use super::{AMOUNT_MAX, Adjustment, MONTHS_MAX, Proposal, State};
use crate::audit::Act;
use crate::error::{Error, Failure, Rejection};
use crate::id::{AdjustmentId, EntryId};
use crate::ledger::{Entry, Expiry, Order, Side, Source, Wallet};

/// An adjustment that is approved: what it becomes, and what it does to the wallet.
#[derive(Debug)]
pub struct Approval {
    pub adjustment: Adjustment,
    pub entries: Vec<Entry>,
    pub wallet: Wallet,
}

/// The proposal, if its parts fit together.
pub fn check(proposal: &Proposal) -> Result<(), Rejection> {
    let invalid = |pointer: &str, reason: String| {
        Err(Rejection::InvalidBody {
            pointer: pointer.to_owned(),
            reason,
        })
    };
    if proposal.amount.is_zero() || proposal.amount > AMOUNT_MAX {
        return invalid(
            "/amount",
            format!("an adjustment moves more than 0 and at most {AMOUNT_MAX} RJV"),
        );
    }
    let is_of_other = |entry: EntryId| entry.member != proposal.member_id;
    if proposal.corrects.is_some_and(is_of_other) {
        return Err(Rejection::EntryNotFound);
    }
    let pointer = "/expires_after_months";
    match (proposal.side, proposal.expires_after_months) {
        (Side::Debit, Some(_)) => invalid(
            pointer,
            "tokens that are taken have no expiry to choose".to_owned(),
        ),
        (Side::Credit, Some(months)) if !(1..=MONTHS_MAX).contains(&months) => {
            invalid(pointer, format!("tokens live for 1 to {MONTHS_MAX} months"))
        }
        _ => Ok(()),
    }
}

/// What is there under the reference, if the same administrator proposed the same before.
pub fn repeat(there: Adjustment, proposal: &Proposal, act: &Act) -> Result<Adjustment, Rejection> {
    if there.proposal == *proposal && there.proposed_by == act.actor {
        return Ok(there);
    }
    Err(Rejection::AdjustmentConflict {
        adjustment_id: there.adjustment_id.to_string(),
    })
}

/// Approves an adjustment; nothing, if that was done before. `corrected_by` is what corrected its entry already.
pub fn approve(
    adjustment: &Adjustment,
    wallet: &Wallet,
    corrected_by: Option<AdjustmentId>,
    act: &Act,
) -> Result<Option<Approval>, Error> {
    // Nor may anybody approve what is done to their own wallet.
    if [adjustment.proposed_by, adjustment.proposal.member_id].contains(&act.actor) {
        return Err(Rejection::SecondAdministratorNeeded.into());
    }
    match adjustment.state {
        State::Proposed {} => {}
        State::Applied { .. } => return Ok(None),
        State::Rejected { .. } => return Err(decided(adjustment).into()),
    }
    if let Some(other) = corrected_by {
        return Err(Rejection::EntryCorrected {
            adjustment_id: other.to_string(),
        }
        .into());
    }
    let (entries, wallet) = wallet.decide(order(adjustment, act), act.at)?;
    let entry = entries
        .last()
        .ok_or_else(|| Failure::broken("an adjustment without an entry"))?;
    let state = State::Applied {
        entry_id: entry.entry_id,
        balance_after: entry.balance_after,
        decided_by: act.actor,
        decided_at: act.at,
    };
    let adjustment = Adjustment {
        state,
        ..adjustment.clone()
    };
    Ok(Some(Approval {
        adjustment,
        entries,
        wallet,
    }))
}

/// Rejects an adjustment; nothing, if that was done before. Who proposed it may take it back so.
pub fn reject(adjustment: &Adjustment, act: &Act) -> Result<Option<Adjustment>, Rejection> {
    match adjustment.state {
        State::Proposed {} => Ok(Some(Adjustment {
            state: State::Rejected {
                decided_by: act.actor,
                decided_at: act.at,
            },
            ..adjustment.clone()
        })),
        State::Rejected { .. } => Ok(None),
        State::Applied { .. } => Err(decided(adjustment)),
    }
}

fn decided(adjustment: &Adjustment) -> Rejection {
    Rejection::AdjustmentDecided {
        state: adjustment.state.stage().as_str().to_owned(),
    }
}

/// The movement that `act` approves.
fn order(adjustment: &Adjustment, act: &Act) -> Order {
    let Proposal {
        side,
        amount,
        reason,
        ref ticket,
        expires_after_months,
        corrects,
        ..
    } = adjustment.proposal;
    let source = Source::Adjustment {
        adjustment_id: adjustment.adjustment_id,
        side,
        reason,
        ticket: ticket.clone(),
        proposed_by: adjustment.proposed_by,
        approved_by: act.actor,
        corrects,
    };
    let expiry =
        expires_after_months.map_or(Expiry::Never, |months| Expiry::months_after(act.at, months));
    match side {
        Side::Credit => Order::Credit {
            amount,
            expiry,
            source,
        },
        Side::Debit => Order::Spend { amount, source },
    }
}
