//! Purchases: tokens become codes, exactly once for each quote.
//!
//! A purchase has no item of its own. It *is* the ledger entry that paid, and the codes minted from its quote. That these
//! are already there is how a repeated purchase is noticed, at any later time, and no separate record can disagree with it.

mod buy;
mod case;
mod goods;
mod keys;
mod reveal;

pub use self::buy::buy;
pub use self::reveal::reveal;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::codes::{self, Code, Lookup, Mint};
use crate::error::{Error, Failure, Rejection};
use crate::id::{MemberId, PartnerId, ProductId, PurchaseId, QuoteId};
use crate::ledger::{self, Entry, Filter, Kind, SoldCode, Source};
use crate::table::Tables;
use crate::time::Timestamp;

/// The secrets that make codes.
pub struct Secrets {
    /// Of which the codes are made.
    pub mint: Mint,
    /// By which the codes will be found.
    pub lookup: Lookup,
}

/// A purchase, as it was when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its name.
    pub purchase_id: PurchaseId,
    /// The quote it executed.
    pub quote_id: QuoteId,
    /// What was bought.
    pub product_id: ProductId,
    /// Whose codes they are.
    pub partner_id: PartnerId,
    /// What one code cost.
    pub unit_price: Rjv,
    /// What all codes cost.
    pub total: Rjv,
    /// What the wallet held afterwards.
    pub balance_after: Rjv,
    /// When it was made.
    pub purchased_at: Timestamp,
    /// The codes.
    pub codes: Vec<SoldCode>,
    /// When the codes run out.
    pub codes_expire_at: Timestamp,
}

impl Purchase {
    /// The purchase that `entry` paid for, if it did pay for one.
    fn from_entry(entry: Entry) -> Option<Self> {
        let total = entry.amount();
        let Source::Purchase {
            quote_id,
            product_id,
            partner_id,
            unit_price,
            codes,
            codes_expire_at,
            ..
        } = entry.source
        else {
            return None;
        };
        Some(Self {
            purchase_id: entry.entry_id.into(),
            quote_id,
            product_id,
            partner_id,
            unit_price,
            total,
            balance_after: entry.balance_after,
            purchased_at: entry.recorded_at,
            codes,
            codes_expire_at,
        })
    }
}

/// Reads one purchase of a member. Another member's looks like one that was never made.
pub async fn find(tables: &Tables, member: MemberId, id: PurchaseId) -> Result<Purchase, Error> {
    if id.member != member {
        return Err(Rejection::PurchaseNotFound.into());
    }
    let entry = ledger::entry(tables, id.into()).await?;
    Ok(entry
        .and_then(Purchase::from_entry)
        .ok_or(Rejection::PurchaseNotFound)?)
}

/// Reads a member's purchases, newest first, older than the entry `before` if given; and the place to go on from.
pub async fn list(
    tables: &Tables,
    member: MemberId,
    before: Option<u64>,
    limit: usize,
) -> Result<(Vec<Purchase>, Option<u64>), Failure> {
    let filter = Filter {
        kind: Some(Kind::Purchase),
        ..Filter::default()
    };
    let (entries, next) = ledger::history(tables, member, filter, before, limit).await?;
    Ok((
        entries
            .into_iter()
            .filter_map(Purchase::from_entry)
            .collect(),
        next,
    ))
}

/// Reads the codes of purchases, each with what has become of it.
pub async fn codes(tables: &Tables, purchases: &[Purchase]) -> Result<Vec<Code>, Failure> {
    let ids: Vec<_> = purchases
        .iter()
        .flat_map(|purchase| &purchase.codes)
        .map(|code| code.code_id)
        .collect();
    codes::read(tables, &ids).await
}
