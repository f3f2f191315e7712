//! Giving back: a member returns codes of a purchase, and the product's policy says what they get for them.

use super::ending::{self, Ending, Sold};
use super::{Secrets, remedy};
use crate::catalog::{self, Product, Remedy};
use crate::codes::{self, Code};
use crate::error::{Error, Failure, Rejection};
use crate::id::{CodeId, MemberId, PurchaseId};
use crate::ledger::{self, Entry, RefundReason, Source};
use crate::table::{self, Tables};
use crate::time::Timestamp;

/// How often a code is tried to be ended because it or the wallet moved.
pub(super) const ATTEMPTS_MAX: u32 = 30;

/// Gives back these codes of a purchase, each in a transaction of its own, in their order. What was given back before answers
/// the same again, and nothing is given back if the policy refuses it for one of them.
pub async fn give_back(
    tables: &Tables,
    secrets: &Secrets,
    (member, purchase): (MemberId, PurchaseId),
    ids: &[CodeId],
    reason: RefundReason,
    now: Timestamp,
) -> Result<Vec<(CodeId, Ending)>, Error> {
    let payment = bought(tables, member, purchase).await?;
    let product = product(tables, &payment).await?;
    for code in codes_of(tables, purchase, ids).await? {
        if !is_ended(&code) {
            remedy::remedy(&code, payment.recorded_at, reason, product.returns, now)?;
        }
    }
    let mut endings = Vec::with_capacity(ids.len());
    for id in ids {
        let ending = end(tables, secrets, (&payment, &product), *id, reason, now).await?;
        endings.push((*id, ending));
    }
    Ok(endings)
}

async fn end(
    tables: &Tables,
    secrets: &Secrets,
    (payment, product): (&Entry, &Product),
    id: CodeId,
    reason: RefundReason,
    now: Timestamp,
) -> Result<Ending, Error> {
    for attempt in 1..=ATTEMPTS_MAX {
        let code = code_of(tables, payment.entry_id.into(), id).await?;
        if let Some(ending) = ending::past(tables, &code).await? {
            return Ok(ending);
        }
        let remedy = remedy::remedy(&code, payment.recorded_at, reason, product.returns, now)?;
        let sold = Sold {
            code,
            payment: payment.clone(),
        };
        let done = match remedy {
            Remedy::Replace => {
                ending::replace(tables, secrets, &sold.code, product, &[], now).await?
            }
            Remedy::Refund | Remedy::Refuse => {
                ending::refund(tables, &sold, reason, &[], now).await?
            }
        };
        match done {
            Some(ending) => return Ok(ending),
            None => tables.back_off(attempt).await,
        }
    }
    Err(Failure::unavailable("the code or the wallet moved during every attempt").into())
}

/// The entry that paid for a purchase of this member.
pub(super) async fn bought(
    tables: &Tables,
    member: MemberId,
    purchase: PurchaseId,
) -> Result<Entry, Error> {
    if purchase.member != member {
        return Err(Rejection::PurchaseNotFound.into());
    }
    let entry = ledger::entry(tables, purchase.into()).await?;
    let paid = entry.filter(|entry| matches!(entry.source, Source::Purchase { .. }));
    Ok(paid.ok_or(Rejection::PurchaseNotFound)?)
}

/// The product that a purchase was about, as it is now.
pub(super) async fn product(tables: &Tables, payment: &Entry) -> Result<Product, Error> {
    let Source::Purchase { product_id, .. } = &payment.source else {
        return Err(Failure::broken("a purchase that bought nothing").into());
    };
    let product = catalog::product(tables, *product_id).await?;
    Ok(product.ok_or_else(|| Failure::broken("a sold product is missing"))?)
}

/// One code of a purchase.
pub(super) async fn code_of(
    tables: &Tables,
    purchase: PurchaseId,
    id: CodeId,
) -> Result<Code, Error> {
    let code = codes_of(tables, purchase, &[id]).await?.pop();
    Ok(code.ok_or(Rejection::CodeNotFound)?)
}

async fn codes_of(
    tables: &Tables,
    purchase: PurchaseId,
    ids: &[CodeId],
) -> Result<Vec<Code>, Error> {
    let places: Vec<_> = ids.iter().map(|id| codes::code_key(*id)).collect();
    let mut codes = Vec::with_capacity(ids.len());
    for item in tables.get_many(&places).await? {
        let code: Code = table::read(item.ok_or(Rejection::CodeNotFound)?)?;
        let sale = code.sale.as_ref();
        if sale.is_none_or(|sale| sale.purchase_id != purchase) {
            return Err(Rejection::CodeNotFound.into());
        }
        codes.push(code);
    }
    Ok(codes)
}

/// Whether the code was refunded or replaced.
fn is_ended(code: &Code) -> bool {
    matches!(
        code.life,
        codes::Life::Refunded { .. } | codes::Life::Replaced { .. }
    )
}
