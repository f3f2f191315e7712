//! Buying: one read, one transaction. Only where one shard of the stock does not have enough, or a pool is claimed from, more is read.

use serde::{Deserialize, Serialize};

use super::goods::{self, Good, Look};
use super::{Purchase, Secrets, keys};
use crate::catalog::StockKind;
use crate::codes::{self, Code, Life, Sale, pool};
use crate::error::{Error, Failure, Rejection};
use crate::id::{CodeId, EntryId, PurchaseId, derived};
use crate::ledger::{self, Entry, Order, SoldCode, Source, Wallet};
use crate::stock::{self, Taking};
use crate::store::Quote;
use crate::table::{self, Item, Key, Lost, Tables, TaggedWrite, Write};
use crate::time::Timestamp;

/// What the failed condition of a purchase means.
enum Why {
    /// The quote was executed before.
    Bought,
    /// Another buyer claimed the same code of a pool.
    Claimed,
    /// This code of a pool was sold before: the partner brought it twice.
    SoldBefore(CodeId),
    /// Another entry was posted to the wallet, or another code of the product bought, since they were read.
    Moved,
    /// A shard of the stock has less than is wanted of it.
    Short,
}

/// Where a purchase stands that was not made yet.
enum Step {
    /// It is made.
    Done(Purchase),
    /// Something moved: try again.
    Again,
    /// Where it looked, there is not enough: look everywhere.
    Short,
}

/// How often a purchase is tried again because something moved. Somebody succeeds in every round, so this many clients may
/// race on one wallet.
const ATTEMPTS_MAX: u32 = 30;

/// That a quote was executed, where its codes do not say so because they come out of a pool.
#[derive(Serialize, Deserialize)]
struct Bought {
    purchase_id: PurchaseId,
}

/// What is to be bought, and what is known of it from the start.
struct Buying<'a> {
    tables: &'a Tables,
    quote: &'a Quote,
    /// The codes, unless they come out of a pool.
    minted: Vec<Good>,
    /// What is there once the quote was executed.
    mark: Key,
    now: Timestamp,
}

/// Executes `quote`, or answers what it bought when it was executed before.
pub async fn buy(
    tables: &Tables,
    secrets: &Secrets,
    quote: &Quote,
    key_version: u32,
    now: Timestamp,
) -> Result<Purchase, Error> {
    let minted = goods::minted(secrets, quote, key_version)?;
    let first = minted.first().map(|good| codes::code_key(good.code_id));
    let buying = Buying {
        tables,
        quote,
        minted,
        mark: first.unwrap_or_else(|| keys::bought(quote.quote_id)),
        now,
    };
    let mut places = vec![ledger::wallet_key(quote.member_id), buying.mark.clone()];
    if quote.per_member_max.is_some() {
        places.push(stock::holding_key(quote.member_id, quote.product_id));
    }
    let mut look = Look::OneShard;
    for attempt in 1..=ATTEMPTS_MAX {
        let mut items = tables.get_many(&places).await?.into_iter();
        let mut next = || items.next().flatten();
        let (wallet, bought, holding) = (next(), next(), next());
        if let Some(mark) = bought {
            return buying.replay(mark).await;
        }
        let wallet = ledger::wallet_from(quote.member_id, wallet)?;
        let held = stock::holding_from(holding)?;
        match buying.attempt(&wallet, held, look, attempt).await {
            Ok(Step::Done(purchase)) => return Ok(purchase),
            Ok(Step::Short) if look == Look::OneShard => look = Look::Everywhere,
            Ok(Step::Again | Step::Short) => tables.back_off(attempt).await,
            Err(Error::Failed(failure)) => return Err(failure.into()),
            Err(refused) => return buying.explain(refused).await,
        }
    }
    Err(Failure::unavailable("something moved during every attempt to buy").into())
}

impl Buying<'_> {
    async fn attempt(
        &self,
        wallet: &Wallet,
        held: u32,
        look: Look,
        attempt: u32,
    ) -> Result<Step, Error> {
        let quote = self.quote;
        if quote.expires_at <= self.now {
            return Err(Rejection::QuoteExpired {
                expired_at: quote.expires_at,
            }
            .into());
        }
        let holding = self.holding(held)?;
        // Whether it can be paid is known before anybody looks for stock.
        wallet.payment(quote.total, self.now)?;
        let takings = self.takings(look).await?;
        let Some(goods) = self.goods(&takings, attempt).await? else {
            return Ok(Step::Short);
        };
        let (entries, after) = wallet.decide(self.order(&goods), self.now)?;
        let Some(entry) = entries.last() else {
            return Err(Failure::broken("a purchase without an entry").into());
        };
        let mut writes = self.handed_over(&goods, entry)?;
        let (wallet, posted) = ledger::writes(wallet, &after, &entries)?;
        writes.push(wallet.or(Why::Moved));
        writes.extend(posted.into_iter().map(|entry| entry.or(Why::Moved)));
        let takes = takings.iter();
        writes.extend(takes.map(|taking| stock::take(quote.product_id, *taking).or(Why::Short)));
        writes.extend(holding.map(|holding| holding.or(Why::Moved)));
        match table::commit(self.tables, writes).await {
            Ok(_) => Ok(Step::Done(purchase(entry.clone())?)),
            Err(Lost::Refused(Why::Bought, Some(mark))) => Ok(Step::Done(self.replay(mark).await?)),
            Err(Lost::Refused(Why::Bought | Why::Claimed | Why::Moved, _)) => Ok(Step::Again),
            Err(Lost::Refused(Why::Short, _)) => Ok(Step::Short),
            Err(Lost::Refused(Why::SoldBefore(code), _)) => {
                goods::discard(self.tables, quote.product_id, code).await?;
                Ok(Step::Again)
            }
            Err(Lost::Failed(failure)) => Err(failure.into()),
        }
    }

    /// What is to be counted for the member, if that is limited and the limit allows it.
    fn holding(&self, held: u32) -> Result<Option<Write>, Rejection> {
        let Some(most) = self.quote.per_member_max.map(u32::from) else {
            return Ok(None);
        };
        let (quote, left) = (self.quote, most.saturating_sub(held));
        let count = quote.quantity.get();
        let allowed = stock::hold(quote.member_id, quote.product_id, count, most);
        let allowed = allowed.filter(|_| count <= left);
        let reached = Rejection::PerMemberLimit {
            per_member_max: most,
            left,
        };
        allowed.map(Some).ok_or(reached)
    }

    async fn takings(&self, look: Look) -> Result<Vec<Taking>, Error> {
        let quote = self.quote;
        if !quote.stock.is_counted() {
            return Ok(Vec::new());
        }
        let start = stock::shard_of(quote.quote_id.uuid());
        let count = quote.quantity.get();
        goods::takings(self.tables, quote.product_id, count, start, look).await
    }

    async fn goods(&self, takings: &[Taking], attempt: u32) -> Result<Option<Vec<Good>>, Failure> {
        if self.quote.stock != StockKind::Pool {
            return Ok(Some(self.minted.clone()));
        }
        // Who lost an entry to somebody looks at another place.
        let quote = self.quote.quote_id.to_string();
        let from = derived(&["pool", &quote, &attempt.to_string()]);
        goods::pooled(self.tables, self.quote.product_id, takings, from).await
    }

    fn order(&self, goods: &[Good]) -> Order {
        let quote = self.quote;
        let sold = |good: &Good| SoldCode {
            code_id: good.code_id,
            last4: good.last4.clone(),
        };
        let source = Source::Purchase {
            quote_id: quote.quote_id,
            product_id: quote.product_id,
            partner_id: quote.partner_id,
            unit_price: quote.unit_price,
            price_version: quote.price_version,
            codes: goods.iter().map(sold).collect(),
            codes_expire_at: quote.codes_expire_at(self.now),
            limited: quote.stock == StockKind::Limited,
            member_max: quote.per_member_max.map(u32::from),
        };
        Order::Spend {
            amount: quote.total,
            source,
        }
    }

    /// The writes that hand the codes over. They come first: when this quote was executed before, that explains everything else
    /// that fails.
    fn handed_over(&self, goods: &[Good], entry: &Entry) -> Result<Vec<TaggedWrite<Why>>, Failure> {
        let (quote, is_pool) = (self.quote, self.quote.stock == StockKind::Pool);
        let mut writes = Vec::with_capacity(goods.len().saturating_mul(2).saturating_add(12));
        if is_pool {
            let bought = Bought {
                purchase_id: entry.entry_id.into(),
            };
            let bought = Write::create(self.mark.clone(), table::item(&bought)?);
            writes.push(bought.or(Why::Bought));
            let claims = goods.iter();
            let claims = claims.map(|good| pool::claim(quote.product_id, good.code_id));
            writes.extend(claims.map(|claim| claim.or(Why::Claimed)));
        }
        for code in sold(quote, goods, entry) {
            let why = if is_pool {
                Why::SoldBefore(code.code_id)
            } else {
                Why::Bought
            };
            writes.push(codes::create(&code)?.or(why));
        }
        Ok(writes)
    }

    /// What was read was not read at one instant: a twin of this request may have emptied the wallet, or the shelf, in between.
    /// A read that starts after that was seen also sees the mark of whoever did it.
    async fn explain(&self, refused: Error) -> Result<Purchase, Error> {
        let mark = self.tables.get_many(std::slice::from_ref(&self.mark));
        match mark.await?.into_iter().next().flatten() {
            Some(mark) => self.replay(mark).await,
            None => Err(refused),
        }
    }

    /// What the quote bought when it was executed: found from what is there since.
    async fn replay(&self, mark: Item) -> Result<Purchase, Error> {
        let id = match self.quote.stock {
            StockKind::Pool => table::read::<Bought>(mark)?.purchase_id,
            StockKind::Unlimited | StockKind::Limited => {
                let sale = table::read::<Code>(mark)?.sale;
                let unsold = || Failure::broken("a code of a quote that nobody bought");
                sale.ok_or_else(unsold)?.purchase_id
            }
        };
        let entry = ledger::entry(self.tables, EntryId::from(id)).await?;
        purchase(entry.ok_or_else(|| Failure::broken("a sold code whose entry is missing"))?)
    }
}

/// The codes as their table will keep them, from the entry that pays for them.
fn sold(quote: &Quote, goods: &[Good], entry: &Entry) -> Vec<Code> {
    let code = |(good, unit_price): (&Good, _)| Code {
        code_id: good.code_id,
        partner_id: quote.partner_id,
        product_id: quote.product_id,
        text: good.text.clone(),
        sale: Some(Sale {
            member_id: quote.member_id,
            purchase_id: entry.entry_id.into(),
            first_code_id: None,
        }),
        key_version: good.key_version,
        last4: good.last4.clone(),
        unit_price,
        issued_at: entry.recorded_at,
        expires_at: expiry(quote, entry),
        revealed_at: None,
        reserved_as: None,
        reserved_until: None,
        reservation_extended: false,
        life: Life::Issued,
    };
    goods.iter().zip(entry.prices()).map(code).collect()
}

/// When the codes of an entry run out, as it says.
fn expiry(quote: &Quote, entry: &Entry) -> Timestamp {
    match &entry.source {
        Source::Purchase {
            codes_expire_at, ..
        } => *codes_expire_at,
        _ => quote.codes_expire_at(entry.recorded_at),
    }
}

fn purchase(entry: Entry) -> Result<Purchase, Error> {
    Ok(Purchase::from_entry(entry)
        .ok_or_else(|| Failure::broken("a code paid for by something else than a purchase"))?)
}
