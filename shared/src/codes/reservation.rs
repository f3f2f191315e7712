//! Reserving: for some minutes only the reference under which a partner reserved a code can redeem it.
//!
//! A reservation is over when its time is, by the condition of every step and without anybody tidying. It can be extended once,
//! and released sooner. Everything here may be asked again: the reference says that it is the same wish.

use super::redemption::{free, is_redeemed_as, usable};
use super::{Code, Life, Lookup, search, steps};
use crate::count::Count;
use crate::error::{Failure, Rejection};
use crate::guesses::Refused;
use crate::id::PartnerId;
use crate::table::Tables;
use crate::text::Reference;
use crate::time::Timestamp;

/// How long a code can be reserved.
pub type Minutes = Count<60>;

/// What a partner wants, and under which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Who wants it.
    pub partner_id: PartnerId,
    /// The reference under which the code will be redeemed.
    pub reference: Reference,
    /// The first instant at which it is over.
    pub until: Timestamp,
    /// Whether there is one that is to hold longer.
    pub extends: bool,
    /// When it is wanted.
    pub now: Timestamp,
}

/// Reserves the code with this text, or answers how it is reserved under the same reference, or was redeemed under it.
pub async fn reserve(
    tables: &Tables,
    lookup: &Lookup,
    input: &str,
    wish: &Reservation,
) -> Result<Code, Refused> {
    let Reservation {
        partner_id,
        reference,
        until,
        extends,
        now,
    } = wish;
    let step = |id| {
        if *extends {
            steps::prolong(id, *partner_id, reference, *until, *now)
        } else {
            steps::reserve(id, *partner_id, reference, *until, *now)
        }
    };
    let tried = search::attempt(tables, lookup, *partner_id, input, step).await?;
    let tried = tried.ok_or(Refused::Unknown)?;
    let code = tried.code;
    if tried.is_made || is_redeemed_as(&code, reference) {
        return Ok(code);
    }
    usable(&code, *now)?;
    free(&code, reference, *now)?;
    if code.reservation(*now).is_some() {
        return Ok(code);
    }
    if *extends {
        return Err(Rejection::CodeNotReserved.into());
    }
    Err(Failure::broken("a free code was not reserved").into())
}

/// Ends the reservation of the code with this text, if it is reserved under this reference.
pub async fn release(
    tables: &Tables,
    lookup: &Lookup,
    input: &str,
    partner: PartnerId,
    reference: &Reference,
    now: Timestamp,
) -> Result<Code, Refused> {
    let step = |id| steps::release(id, partner, reference, now);
    let tried = search::attempt(tables, lookup, partner, input, step).await?;
    let code = tried.ok_or(Refused::Unknown)?.code;
    if matches!(code.life, Life::Issued) || is_redeemed_as(&code, reference) {
        return Ok(code);
    }
    Err(Rejection::CodeNotRedeemable.into())
}
