//! Endings: a sold code dies, and the tokens come back or another code is born, in one transaction.

use super::Secrets;
use super::goods::{self, Good, Look};
use crate::amount::Rjv;
use crate::catalog::{Product, code_expires_at};
use crate::codes::{self, Code, Life, Sale, TextOf, pool};
use crate::error::{Error, Failure, Rejection};
use crate::id::{EntryId, PurchaseId, derived};
use crate::ledger::{self, Entry, Order, RefundReason, Source};
use crate::pricing::Quantity;
use crate::stock::{self, Taking};
use crate::table::{self, Condition, Lost, Tables, TaggedWrite, Write};
use crate::time::Timestamp;

/// What became of a code that was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was paid for it came back.
    Refunded {
        /// The entry that gave it back.
        entry_id: EntryId,
        /// How much that was.
        amount: Rjv,
        /// What the wallet held afterwards.
        balance_after: Rjv,
    },
    /// Another code took its place.
    Replaced(Box<Code>),
}

/// What the failed condition of an ending means.
enum Why {
    /// The code, the wallet, or what belongs to the ending has moved.
    Moved,
    /// A code of the pool was sold before.
    SoldBefore,
    /// The stock of the product has no such shard any more.
    NoStock,
    /// It is not counted what the member has.
    NotCounted,
}

/// A sold code and the entry that paid for it.
pub(super) struct Sold {
    pub code: Code,
    pub payment: Entry,
}

/// Ends the code and gives back what was paid for it, with the writes that go along; none if something has moved.
pub(super) async fn refund(
    tables: &Tables,
    sold: &Sold,
    reason: RefundReason,
    along: &[Write],
    now: Timestamp,
) -> Result<Option<Ending>, Error> {
    let Sold { code, payment } = sold;
    let member = payment.entry_id.member;
    let wallet = ledger::wallet(tables, member).await?;
    let (entries, after) = wallet.decide(order(sold, reason)?, now)?;
    let Some(entry) = entries.last() else {
        return Err(Failure::broken("a refund without an entry").into());
    };
    let end = refused_if_seen(
        codes::refund(code.code_id, entry.entry_id, now),
        code,
        reason,
    );
    let (posted, entries) = ledger::writes(&wallet, &after, &entries)?;
    let mut writes = vec![end, posted];
    writes.extend(entries);
    writes.extend(along.iter().cloned());
    let (mut restock, mut uncount) = counted(payment, code);
    loop {
        let writes = writes.iter().cloned().map(|write| write.or(Why::Moved));
        let restocked = restock.iter().cloned().map(|write| write.or(Why::NoStock));
        let uncounted = uncount
            .iter()
            .cloned()
            .map(|write| write.or(Why::NotCounted));
        let writes: Vec<TaggedWrite<Why>> = writes.chain(restocked).chain(uncounted).collect();
        match table::commit(tables, writes).await {
            Ok(_) => return Ok(Some(refunded(entry))),
            // What a member gets back does not depend on a count.
            Err(Lost::Refused(Why::NoStock, _)) if restock.is_some() => restock = None,
            Err(Lost::Refused(Why::NotCounted, _)) if uncount.is_some() => uncount = None,
            Err(Lost::Refused(..)) => return Ok(None),
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
}

/// Ends the code and puts another in its place, with the writes that go along; none if something has moved.
pub(super) async fn replace(
    tables: &Tables,
    secrets: &Secrets,
    code: &Code,
    product: &Product,
    along: &[Write],
    now: Timestamp,
) -> Result<Option<Ending>, Error> {
    let fresh = code_expires_at(now, product.code_valid_days, product.codes_valid_until);
    let expires_at = fresh.max(code.expires_at);
    if expires_at <= now {
        return Err(Rejection::ReturnRefused.into());
    }
    let Some((good, takings)) = successor(tables, secrets, code, now).await? else {
        return Ok(None);
    };
    let born = born(code, &good, expires_at, now);
    let end = codes::replace(code.code_id, born.code_id, now);
    let mut writes = vec![codes::unless_extended(end, code).or(Why::Moved)];
    if matches!(good.text, TextOf::Imported { .. }) {
        writes.push(pool::claim(code.product_id, good.code_id).or(Why::Moved));
    }
    writes.push(codes::create(&born)?.or(Why::SoldBefore));
    let takes = takings.iter();
    writes.extend(takes.map(|taking| stock::take(code.product_id, *taking).or(Why::Moved)));
    writes.extend(along.iter().cloned().map(|write| write.or(Why::Moved)));
    match table::commit(tables, writes).await {
        Ok(_) => Ok(Some(Ending::Replaced(Box::new(born)))),
        Err(Lost::Refused(Why::SoldBefore, _)) if !takings.is_empty() => {
            goods::discard(tables, code.product_id, born.code_id).await?;
            Ok(None)
        }
        Err(Lost::Refused(..)) => Ok(None),
        Err(Lost::Failed(failure)) => Err(failure.into()),
    }
}

/// What became of a code that was refunded or replaced before; none if neither was.
pub(super) async fn past(tables: &Tables, code: &Code) -> Result<Option<Ending>, Failure> {
    match &code.life {
        Life::Refunded { refund, .. } => {
            let entry = ledger::entry(tables, *refund).await?;
            let lost = || Failure::broken("a refunded code whose entry is missing");
            Ok(Some(refunded(&entry.ok_or_else(lost)?)))
        }
        Life::Replaced { replacement, .. } => {
            let born = codes::read(tables, &[*replacement]).await?.pop();
            Ok(born.map(|born| Ending::Replaced(Box::new(born))))
        }
        Life::Issued | Life::Redeemed { .. } | Life::Revoked { .. } => Ok(None),
    }
}

/// The payment of a code, read by the purchase that it names.
pub(super) async fn payment(tables: &Tables, purchase: PurchaseId) -> Result<Entry, Failure> {
    let entry = ledger::entry(tables, purchase.into()).await?;
    entry.ok_or_else(|| Failure::broken("a sold code whose entry is missing"))
}

/// The order to give back the tokens that the code took, each into the lot it came from.
fn order(sold: &Sold, reason: RefundReason) -> Result<Order, Failure> {
    let Sold { code, payment } = sold;
    let broken = || Failure::broken("a code that its purchase does not know");
    let Source::Purchase { codes, .. } = &payment.source else {
        return Err(broken());
    };
    let first = code.first();
    let place = codes.iter().position(|sold| sold.code_id == first);
    let share = payment
        .lots
        .share(&payment.prices(), place.ok_or_else(broken)?);
    Ok(Order::Return {
        lots: share.ok_or_else(broken)?,
        source: Source::Refund {
            purchase_id: payment.entry_id.into(),
            code_id: code.code_id,
            product_id: code.product_id,
            partner_id: code.partner_id,
            reason,
        },
    })
}

/// Who changed their mind about a code of the partner's own must not have seen it, not even just now.
fn refused_if_seen(mut end: Write, code: &Code, reason: RefundReason) -> Write {
    if reason == RefundReason::ChangedMind && matches!(code.text, TextOf::Imported { .. }) {
        end.condition = Condition::All(vec![end.condition, Condition::Lacks("revealed_at")]);
    }
    end
}

/// The writes that take a code back out of what is counted: into the stock, and from what the member has.
fn counted(payment: &Entry, code: &Code) -> (Option<Write>, Option<Write>) {
    let Source::Purchase {
        limited,
        member_max,
        ..
    } = &payment.source
    else {
        return (None, None);
    };
    let taking = Taking {
        shard: stock::shard_of(code.code_id.uuid()),
        count: 1,
    };
    let restock = limited.then(|| stock::put_back(code.product_id, taking));
    let uncount = member_max.map(|_| stock::let_go(payment.entry_id.member, code.product_id));
    (restock, uncount)
}

/// The code that comes next, and what that takes from the stock; none if others were faster.
async fn successor(
    tables: &Tables,
    secrets: &Secrets,
    code: &Code,
    now: Timestamp,
) -> Result<Option<(Good, Vec<Taking>)>, Error> {
    match &code.text {
        TextOf::Minted { seed, index } => {
            // As many as a purchase can have lie between a code and the one that takes its place, so none is minted twice.
            let index = index.saturating_add(Quantity::MAX);
            let good = goods::mint(secrets, code.key_version, *seed, index)?;
            Ok(Some((good, Vec::new())))
        }
        TextOf::Imported { .. } => {
            let (product, start) = (code.product_id, stock::shard_of(code.code_id.uuid()));
            let takings = goods::takings(tables, product, 1, start, Look::Everywhere).await?;
            let from = derived(&["pool", &code.code_id.to_string(), &now.to_string()]);
            let found = goods::pooled(tables, product, &takings, from).await?;
            let good = found.and_then(|mut goods| goods.pop());
            Ok(good.map(|good| (good, takings)))
        }
    }
}

fn born(code: &Code, good: &Good, expires_at: Timestamp, now: Timestamp) -> Code {
    let sale = code.sale.as_ref().map(|sale| Sale {
        first_code_id: Some(code.first()),
        ..sale.clone()
    });
    Code {
        code_id: good.code_id,
        text: good.text.clone(),
        sale,
        key_version: good.key_version,
        last4: good.last4.clone(),
        issued_at: now,
        expires_at,
        revealed_at: None,
        reserved_as: None,
        reserved_until: None,
        reservation_extended: false,
        life: Life::Issued,
        ..code.clone()
    }
}

fn refunded(entry: &Entry) -> Ending {
    Ending::Refunded {
        entry_id: entry.entry_id,
        amount: entry.amount(),
        balance_after: entry.balance_after,
    }
}
