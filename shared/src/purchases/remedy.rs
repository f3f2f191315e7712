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
    bought_at: Timestamp,
    reason: RefundReason,
    returns: Returns,
    now: Timestamp,
) -> Result<Remedy, Rejection> {
    check_free(code, reason, now)?;
    let seen = reason == RefundReason::ChangedMind && code.revealed_at.is_some();
    if seen && matches!(code.text, TextOf::Imported { .. }) {
        return Err(Rejection::CodeRevealed);
    }
    let returnable_until = returnable_until(code, bought_at, reason, returns);
    if returnable_until <= now {
        return Err(Rejection::ReturnTooLate { returnable_until });
    }
    // A code that was given in replacement and ran out as well is not replaced for ever.
    let again = reason == RefundReason::Expired && code.first() != code.code_id;
    match of(returns, reason) {
        Remedy::Refuse => Err(Rejection::ReturnRefused),
        Remedy::Replace if again => Err(Rejection::ReturnRefused),
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

/// The first instant at which the code can no longer be given back for this reason. A replacement does not lengthen the time.
pub(super) fn returnable_until(
    code: &Code,
    bought_at: Timestamp,
    reason: RefundReason,
    returns: Returns,
) -> Timestamp {
    let days = TimeDelta::days(i64::from(returns.days.get()));
    let from = match reason {
        RefundReason::ChangedMind | RefundReason::DidNotWork => bought_at,
        RefundReason::Expired => code.expires_at,
    };
    from.plus(days)
}

/// What the policy says for this reason.
pub(super) fn of(returns: Returns, reason: RefundReason) -> Remedy {
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
    Rejection::CodeNotReturnable {
        state: state.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::amount::Rjv;
    use crate::id::{CodeId, MemberId, PartnerId, ProductId, PurchaseId};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn code() -> Code {
        let (seed, member_id) = (Uuid::from_u128(1), MemberId::new(Uuid::from_u128(2)));
        Code {
            code_id: CodeId::new(seed),
            partner_id: PartnerId::new(seed),
            product_id: ProductId::new(seed),
            text: TextOf::Minted { seed, index: 0 },
            sale: Some(crate::codes::Sale {
                member_id,
                purchase_id: PurchaseId {
                    member: member_id,
                    seq: 1,
                },
                first_code_id: None,
            }),
            key_version: 1,
            last4: "ABCD".to_owned(),
            unit_price: Rjv::whole(25),
            issued_at: at("2026-11-01T08:00:00Z"),
            expires_at: at("2026-12-01T08:00:00Z"),
            revealed_at: None,
            reserved_as: None,
            reserved_until: None,
            reservation_extended: false,
            life: Life::Issued,
        }
    }

    fn returns() -> Returns {
        Returns {
            expired: Remedy::Replace,
            ..Returns::default()
        }
    }

    fn decided(code: &Code, reason: RefundReason, now: &str) -> Result<Remedy, String> {
        let remedy = remedy(code, at("2026-11-01T08:00:00Z"), reason, returns(), at(now));
        remedy.map_err(|rejection| {
            let rejection = serde_json::to_value(rejection).unwrap();
            rejection["code"].as_str().unwrap().to_owned()
        })
    }

    #[test]
    fn the_policy_decides_by_the_reason() {
        let (mind, broken) = (RefundReason::ChangedMind, RefundReason::DidNotWork);

        assert_eq!(
            decided(&code(), mind, "2026-11-02T08:00:00Z"),
            Ok(Remedy::Refund)
        );
        assert_eq!(
            decided(&code(), broken, "2026-11-02T08:00:00Z"),
            Ok(Remedy::Replace)
        );
        let expired = decided(&code(), RefundReason::Expired, "2026-12-01T08:00:00Z");
        assert_eq!(expired, Ok(Remedy::Replace));
    }

    #[test]
    fn a_code_is_given_back_in_time_and_in_the_right_state() {
        let refused = |code: &Code, reason, now| decided(code, reason, now).unwrap_err();
        let (mind, expired) = (RefundReason::ChangedMind, RefundReason::Expired);

        assert_eq!(
            refused(&code(), mind, "2026-11-15T08:00:00Z"),
            "RETURN_TOO_LATE"
        );
        assert_eq!(
            refused(&code(), mind, "2026-12-01T08:00:00Z"),
            "CODE_NOT_RETURNABLE"
        );
        assert_eq!(
            refused(&code(), expired, "2026-11-02T08:00:00Z"),
            "CODE_NOT_RETURNABLE"
        );
        assert_eq!(
            refused(&code(), expired, "2026-12-15T08:00:00Z"),
            "RETURN_TOO_LATE"
        );
        let held = Code {
            reserved_as: Some("order-1".to_owned().try_into().unwrap()),
            reserved_until: Some(at("2026-11-02T09:00:00Z")),
            ..code()
        };
        assert_eq!(
            refused(&held, mind, "2026-11-02T08:00:00Z"),
            "CODE_RESERVED"
        );
        assert_eq!(
            decided(&held, mind, "2026-11-02T09:00:00Z"),
            Ok(Remedy::Refund)
        );
    }

    #[test]
    fn problems_count_for_thirty_days() {
        let at = |day: &str| at(&format!("2026-11-{day}T08:00:00Z"));
        let problems = [at("01"), at("20")];

        assert!(!is_within_limit(&recent(&problems, at("30"))));
        let later = at("30").plus(TimeDelta::days(1));
        assert!(is_within_limit(&recent(&problems, later)));
    }
}
