//! Purchases: tokens become codes, exactly once for each quote.
//!
//! A purchase has no item of its own. It *is* the ledger entry that paid, and the codes minted from its quote. That these
//! are already there is how a repeated purchase is noticed, at any later time, and no separate record can disagree with it.
//! Codes out of a pool are others each time, so such a purchase leaves a mark under its quote beside them.
//!
//! A code that nobody used can end in two more ways: what was paid for it [comes back](give_back), or another takes its place.
//! Either is one transaction, so that a code is never both used and paid back. What the product's policy does not decide
//! becomes a [`Case`].

mod buy;
mod case;
mod ending;
mod exchange;
mod goods;
mod keys;
mod problem;
mod refusals;
mod remedy;
mod returns;
mod reveal;

pub use self::buy::buy;
pub use self::case::{
    Case, Decision, Stage as CaseStage, State as CaseState, Why as CaseWhy, find as case,
    list as cases,
};
pub use self::ending::Ending;
pub use self::exchange::exchange;
pub use self::problem::{Answer, Problem, decide_case, report};
pub use self::refusals::{is_too_many, weigh};
pub use self::returns::give_back;
pub use self::reveal::{InFull, reveal};

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::codes::{self, Code, Life, Lookup, Mint, State};
use crate::error::{Error, Failure, Rejection};
use crate::id::{CodeId, MemberId, PartnerId, ProductId, PurchaseId, QuoteId};
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

/// Purchases, each with its codes as they are now.
pub type Held = Vec<(Purchase, Vec<Code>)>;

/// A filter that matches little must not make one request read a history of any length: after so many reads the answer is what
/// was found, and the next page goes on from there.
const READS_MAX: usize = 5;

/// Reads a member's purchases with what has become of their codes, newest first, older than the entry `before` if given; and
/// the place to go on from. With a state, only those of which at least one code is in it.
pub async fn list(
    tables: &Tables,
    (member, state): (MemberId, Option<State>),
    mut before: Option<u64>,
    limit: usize,
    now: Timestamp,
) -> Result<(Held, Option<u64>), Failure> {
    let filter = Filter {
        kind: Some(Kind::Purchase),
        ..Filter::default()
    };
    let mut found = Vec::new();
    for _ in 0..READS_MAX {
        let (entries, next) = ledger::history(tables, member, filter, before, limit).await?;
        let purchases: Vec<Purchase> = entries
            .into_iter()
            .filter_map(Purchase::from_entry)
            .collect();
        let codes = codes(tables, &purchases).await?;
        for (purchase, codes) in purchases.into_iter().zip(codes) {
            let place = purchase.purchase_id.seq;
            let wanted = |state| codes.iter().any(|code: &Code| code.state(now) == state);
            if state.is_none_or(wanted) {
                found.push((purchase, codes));
            }
            if found.len() == limit {
                return Ok((
                    found,
                    next.map_or(Some(place), |next| Some(next.max(place))),
                ));
            }
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    Ok((found, before))
}

/// How often a code can have been replaced before this stops to follow.
const REPLACEMENTS_MAX: usize = 50;

/// Reads the codes of purchases as they are now: for each purchase those that it bought, each followed by what came in its place.
pub async fn codes(tables: &Tables, purchases: &[Purchase]) -> Result<Vec<Vec<Code>>, Failure> {
    let ids: Vec<CodeId> = purchases
        .iter()
        .flat_map(|purchase| &purchase.codes)
        .map(|code| code.code_id)
        .collect();
    let mut chains: Vec<Vec<Code>> = codes::read(tables, &ids)
        .await?
        .into_iter()
        .map(|code| vec![code])
        .collect();
    for _ in 0..REPLACEMENTS_MAX {
        let last = |chain: &Vec<Code>| chain.last().and_then(replacement);
        let next: Vec<Option<CodeId>> = chains.iter().map(last).collect();
        let ids: Vec<CodeId> = next.iter().copied().flatten().collect();
        if ids.is_empty() {
            break;
        }
        let mut read = codes::read(tables, &ids).await?.into_iter();
        for (chain, _) in chains
            .iter_mut()
            .zip(next)
            .filter(|(_, next)| next.is_some())
        {
            chain.extend(read.next());
        }
    }
    let mut chains = chains.into_iter();
    let of = |purchase: &Purchase| {
        let own = chains.by_ref().take(purchase.codes.len());
        own.flatten().collect()
    };
    Ok(purchases.iter().map(of).collect())
}

/// The code that came in the place of this one.
fn replacement(code: &Code) -> Option<CodeId> {
    match code.life {
        Life::Replaced { replacement, .. } => Some(replacement),
        _ => None,
    }
}
