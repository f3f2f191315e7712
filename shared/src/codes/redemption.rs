//! Redeeming: the one use of a code, by one conditional write.

use serde::{Deserialize, Serialize};

use super::{Code, Life, Lookup, search, steps};
use crate::error::{Failure, Rejection};
use crate::guesses::Refused;
use crate::id::{PartnerId, RedemptionId};
use crate::table::Tables;
use crate::text::Reference;
use crate::time::Timestamp;

/// What a partner asks for, and under which name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// The name it gets if it is the first.
    pub redemption_id: RedemptionId,
    /// Who asks.
    pub partner_id: PartnerId,
    /// What the partner calls it. Asking again under the same reference gets the same answer.
    pub reference: Reference,
    /// When it is.
    pub redeemed_at: Timestamp,
}

/// Redeems the code with this text, or answers how it was redeemed under the same reference before.
pub async fn redeem(
    tables: &Tables,
    lookup: &Lookup,
    input: &str,
    order: &Redemption,
) -> Result<Code, Refused> {
    let step = |id| steps::redeem(id, order);
    let tried = search::attempt(tables, lookup, order.partner_id, input, step).await?;
    let code = tried.ok_or(Refused::Unknown)?.code;
    if is_redeemed_as(&code, &order.reference) {
        return Ok(code);
    }
    usable(&code, order.redeemed_at)?;
    free(&code, &order.reference, order.redeemed_at)?;
    Err(Failure::broken("a redeemable code was refused").into())
}

/// Reads the partner's code with this text, if it can be redeemed at `now`; perhaps only under the reference it is reserved under.
pub async fn validate(
    tables: &Tables,
    lookup: &Lookup,
    input: &str,
    partner: PartnerId,
    now: Timestamp,
) -> Result<Code, Refused> {
    let found = search::find(tables, lookup, partner, input).await?;
    let code = found.ok_or(Refused::Unknown)?;
    usable(&code, now)?;
    Ok(code)
}

/// Whether it was redeemed under this reference.
pub(super) fn is_redeemed_as(code: &Code, reference: &Reference) -> bool {
    matches!(&code.life, Life::Redeemed { reference: by, .. } if by == reference)
}

/// It is issued, and has not run out.
pub(super) fn usable(code: &Code, now: Timestamp) -> Result<(), Rejection> {
    if !matches!(code.life, Life::Issued) {
        return Err(Rejection::CodeNotRedeemable);
    }
    if code.expires_at <= now {
        return Err(Rejection::CodeExpired {
            expired_at: code.expires_at,
        });
    }
    Ok(())
}

/// It is not reserved under another reference.
pub(super) fn free(code: &Code, reference: &Reference, now: Timestamp) -> Result<(), Rejection> {
    match code.reservation(now) {
        Some((holder, reserved_until)) if holder != reference => {
            Err(Rejection::CodeReserved { reserved_until })
        }
        _ => Ok(()),
    }
}
