//! Redeeming: the one use of a code, by one conditional write.

use serde::{Deserialize, Serialize};

use super::{Code, Life, Lookup, keys, steps};
use crate::error::{Error, Failure, Rejection};
use crate::id::{PartnerId, RedemptionId};
use crate::table::{self, Item, Lost, Tables};
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
) -> Result<Code, Error> {
    for id in lookup.find(input) {
        let found = match table::commit(tables, vec![steps::redeem(id, order).or(())]).await {
            Ok(redeemed) => redeemed,
            Err(Lost::Refused((), found)) => found,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        };
        // Under an older version of the secrets the same text would be another code; only an item ends the search.
        if let Some(code) = found {
            return outcome(code, order);
        }
    }
    Err(Rejection::CodeNotRedeemable.into())
}

/// What the code is after the write: redeemed by this order, now or before, or refused.
fn outcome(item: Item, order: &Redemption) -> Result<Code, Error> {
    let code: Code = table::read(item)?;
    match &code.life {
        Life::Redeemed { reference, .. }
            if code.partner_id == order.partner_id && *reference == order.reference =>
        {
            Ok(code)
        }
        _ => {
            redeemable(&code, order.partner_id, order.redeemed_at)?;
            Err(Failure::broken("a redeemable code was refused").into())
        }
    }
}

/// Says what redeeming the code with this text would say at `now`, without doing it.
pub async fn validate(
    tables: &Tables,
    lookup: &Lookup,
    input: &str,
    partner: PartnerId,
    now: Timestamp,
) -> Result<Code, Error> {
    for id in lookup.find(input) {
        if let Some(code) = tables.get::<Code>(&keys::code(id)).await? {
            redeemable(&code, partner, now)?;
            return Ok(code);
        }
    }
    Err(Rejection::CodeNotRedeemable.into())
}

fn redeemable(code: &Code, partner: PartnerId, now: Timestamp) -> Result<(), Rejection> {
    if code.partner_id != partner || !matches!(code.life, Life::Issued) {
        return Err(Rejection::CodeNotRedeemable);
    }
    if code.expires_at <= now {
        return Err(Rejection::CodeExpired {
            expired_at: code.expires_at,
        });
    }
    Ok(())
}
