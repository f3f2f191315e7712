//! What is done about a code that is given back. Values in, values out.

use chrono::TimeDelta;

use crate::catalog::{Remedy, Returns};
use crate::codes::{Code, Life, State, TextOf};
use crate::error::Rejection;
use crate::ledger::RefundReason;
use crate::time::Timestamp;

/// How long a problem counts against those that are decided at once.
const PROBLEMS_WINDOW: TimeDelta = TimeDelta::days(30);

/// How many problems of a member are decided at once within that time.
const PROBLEMS_MAX: usize = 2;

/// What the product's policy does about this code, which is given back for `reason`; or why nothing is done.
pub(super) fn remedy(
    code: &Code,
    reason: RefundReason,
    returns: &Returns,
    now: Timestamp,
) -> Result<Remedy, Rejection> {
    check_free(code, reason, now)?;
    let seen = reason == RefundReason::ChangedMind && code.revealed_at.is_some();
    if seen && matches!(code.text, TextOf::Imported { .. }) {
        return Err(Rejection::CodeRevealed);
    }
    let returnable_until = returnable_until(code, reason, returns);
    if returnable_until <= now {
        return Err(Rejection::ReturnTooLate { returnable_until });
    }
    match of(returns, reason) {
        Remedy::Refuse => Err(Rejection::ReturnRefused),
        remedy => Ok(remedy),
    }
}

/// Whether the code can still be ended for this reason: nothing became of it yet, and no partner holds it.
pub(super) fn check_free(
    code: &Code,
    reason: RefundReason,
    now: Timestamp,
) -> Result<(), Rejection> {
    let state = code.state(now);
    let wanted = match reason {
        RefundReason::ChangedMind | RefundReason::DidNotWork => State::Issued,
        RefundReason::Expired => State::Expired,
    };
    if state != wanted {
        return Err(not_returnable(state));
    }
    match code.reservation(now) {
        Some((_, reserved_until)) => Err(Rejection::CodeReserved { reserved_until }),
        None => Ok(()),
    }
}

/// Whether an administrator can still end the code, run out or not.
pub(super) fn check_open(code: &Code, now: Timestamp) -> Result<(), Rejection> {
    if !matches!(code.life, Life::Issued) {
        return Err(not_returnable(code.state(now)));
    }
    match code.reservation(now) {
        Some((_, reserved_until)) => Err(Rejection::CodeReserved { reserved_until }),
        None => Ok(()),
    }
}

/// The first instant at which the code can no longer be given back for this reason.
pub(super) fn returnable_until(code: &Code, reason: RefundReason, returns: &Returns) -> Timestamp {
    let days = TimeDelta::days(i64::from(returns.days.get()));
    let from = match reason {
        RefundReason::ChangedMind | RefundReason::DidNotWork => code.issued_at,
        RefundReason::Expired => code.expires_at,
    };
    from.plus(days)
}

/// What the policy says for this reason.
pub(super) fn of(returns: &Returns, reason: RefundReason) -> Remedy {
    match reason {
        RefundReason::ChangedMind => returns.changed_mind,
        RefundReason::DidNotWork => returns.did_not_work,
        RefundReason::Expired => returns.expired,
    }
}

/// Those of a member's problems that still count at `now`.
pub(super) fn recent(problems: &[Timestamp], now: Timestamp) -> Vec<Timestamp> {
    let since = now.plus(-PROBLEMS_WINDOW);
    let mut recent = problems.to_vec();
    recent.retain(|at| *at > since);
    recent
}

/// Whether a member with these recent problems gets the next one decided at once.
pub(super) fn is_within_limit(recent: &[Timestamp]) -> bool {
    recent.len() < PROBLEMS_MAX
}

fn not_returnable(state: State) -> Rejection {
    let state = match state {
        State::Issued => "issued",
        State::Redeemed => "redeemed",
        State::Expired => "expired",
        State::Revoked => "revoked",
        State::Replaced => "replaced",
        State::Refunded => "refunded",
    };
    Rejection::CodeNotReturnable {
        state: state.to_owned(),
    }
}
