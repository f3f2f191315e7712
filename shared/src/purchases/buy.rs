//! Buying: one read, one transaction.

use super::Purchase;
use crate::codes::{self, Code, CodeText, Life, Lookup, Mint, Sale, TextOf};
use crate::error::{Error, Failure, Rejection};
use crate::id::{CodeId, EntryId};
use crate::ledger::{self, Entry, Order, SoldCode, Source, Wallet};
use crate::store::Quote;
use crate::table::{self, Item, Lost, Tables, TaggedWrite};
use crate::time::Timestamp;

/// The secrets that make codes.
pub struct Secrets {
    /// Of which the codes are made.
    pub mint: Mint,
    /// By which the codes will be found.
    pub lookup: Lookup,
}

/// What the failed condition of a purchase means.
enum Why {
    /// A code of this quote is there: the quote was executed before.
    Bought,
    /// Another entry was posted to the wallet since it was read.
    WalletMoved,
}

/// How often a purchase is tried again because the wallet moved. Somebody succeeds in every round, so this many clients may
/// race on one wallet.
const ATTEMPTS_MAX: u32 = 30;

/// Executes `quote`, or answers what it bought when it was executed before.
pub async fn buy(
    tables: &Tables,
    secrets: &Secrets,
    quote: &Quote,
    key_version: u32,
    now: Timestamp,
) -> Result<Purchase, Error> {
    let minted = mint(secrets, quote, key_version)?;
    let first = minted
        .first()
        .map(|(id, _)| codes::code_key(*id))
        .ok_or_else(|| Failure::broken("a quote for no codes"))?;
    let wallet_key = ledger::wallet_key(quote.member_id);
    for attempt in 1..=ATTEMPTS_MAX {
        let mut items = tables
            .get_many(&[wallet_key.clone(), first.clone()])
            .await?
            .into_iter();
        let (wallet, bought) = (items.next().flatten(), items.next().flatten());
        if let Some(code) = bought {
            return replay(tables, code).await;
        }
        let wallet = ledger::wallet_from(quote.member_id, wallet)?;
        let (entries, after) = match decide(&wallet, quote, &minted, now) {
            Ok(decided) => decided,
            Err(error) => {
                // The two items were not read at one instant: a twin of this request may have emptied the wallet in between.
                // A read that starts after the wallet was seen also sees the codes of whoever changed it.
                let bought = tables
                    .get_many(std::slice::from_ref(&first))
                    .await?
                    .into_iter()
                    .next()
                    .flatten();
                return if let Some(code) = bought {
                    replay(tables, code).await
                } else {
                    Err(error)
                };
            }
        };
        let Some(entry) = entries.last() else {
            return Err(Failure::broken("a purchase without an entry").into());
        };
        let writes = writes(
            &wallet,
            &after,
            &entries,
            &codes(quote, key_version, &minted, entry),
        )?;
        match table::commit(tables, writes).await {
            Ok(_) => return purchase(entry.clone()),
            Err(Lost::Refused(Why::Bought, Some(code))) => return replay(tables, code).await,
            Err(Lost::Refused(Why::Bought | Why::WalletMoved, _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(Failure::unavailable("the wallet moved during every attempt to buy").into())
}

fn mint(
    secrets: &Secrets,
    quote: &Quote,
    key_version: u32,
) -> Result<Vec<(CodeId, CodeText)>, Failure> {
    let code = |index| {
        let text = codes::mint(
            &secrets.mint,
            &secrets.lookup,
            key_version,
            quote.quote_id.uuid(),
            index,
        )?;
        Some((secrets.lookup.id(key_version, &text)?, text))
    };
    let codes = (0..quote.quantity.get()).map(code).collect::<Option<_>>();
    codes.ok_or_else(|| Failure::broken(format!("the secrets of codes lack version {key_version}")))
}

fn decide(
    wallet: &Wallet,
    quote: &Quote,
    minted: &[(CodeId, CodeText)],
    now: Timestamp,
) -> Result<(Vec<Entry>, Wallet), Error> {
    if quote.expires_at <= now {
        return Err(Rejection::QuoteExpired {
            expired_at: quote.expires_at,
        }
        .into());
    }
    let sold = |(id, text): &(CodeId, CodeText)| SoldCode {
        code_id: *id,
        last4: text.last4().to_owned(),
    };
    let source = Source::Purchase {
        quote_id: quote.quote_id,
        product_id: quote.product_id,
        partner_id: quote.partner_id,
        unit_price: quote.unit_price,
        price_version: quote.price_version,
        codes: minted.iter().map(sold).collect(),
        codes_expire_at: quote.codes_expire_at(now),
        limited: false,
        member_max: None,
    };
    wallet.decide(
        Order::Spend {
            amount: quote.total,
            source,
        },
        now,
    )
}

/// The codes as their table will keep them, from the entry that pays for them.
fn codes(
    quote: &Quote,
    key_version: u32,
    minted: &[(CodeId, CodeText)],
    entry: &Entry,
) -> Vec<Code> {
    let expires_at = match &entry.source {
        Source::Purchase {
            codes_expire_at, ..
        } => *codes_expire_at,
        _ => entry.recorded_at,
    };
    let code = |(index, (id, text)): (u32, &(CodeId, CodeText))| Code {
        code_id: *id,
        partner_id: quote.partner_id,
        product_id: quote.product_id,
        text: TextOf::Minted {
            seed: quote.quote_id.uuid(),
            index,
        },
        sale: Some(Sale {
            member_id: quote.member_id,
            purchase_id: entry.entry_id.into(),
            first_code_id: None,
        }),
        key_version,
        last4: text.last4().to_owned(),
        unit_price: quote.unit_price,
        issued_at: entry.recorded_at,
        expires_at,
        revealed_at: None,
        reserved_as: None,
        reserved_until: None,
        reservation_extended: false,
        life: Life::Issued,
    };
    (0..).zip(minted).map(code).collect()
}

/// The codes come first: when this quote was executed before, that explains everything else that fails.
fn writes(
    before: &Wallet,
    after: &Wallet,
    entries: &[Entry],
    codes: &[Code],
) -> Result<Vec<TaggedWrite<Why>>, Failure> {
    let (wallet, entries) = ledger::writes(before, after, entries)?;
    let mut writes = Vec::with_capacity(codes.len() + 1 + entries.len());
    for code in codes {
        writes.push(codes::create(code)?.or(Why::Bought));
    }
    writes.push(wallet.or(Why::WalletMoved));
    writes.extend(entries.into_iter().map(|entry| entry.or(Why::WalletMoved)));
    Ok(writes)
}

/// What the quote bought when it was executed: found from one of its codes.
async fn replay(tables: &Tables, code: Item) -> Result<Purchase, Error> {
    let code: Code = table::read(code)?;
    let sale = code
        .sale
        .ok_or_else(|| Failure::broken("a code of a quote that was not sold"))?;
    let entry = ledger::entry(tables, EntryId::from(sale.purchase_id)).await?;
    purchase(entry.ok_or_else(|| Failure::broken("a sold code whose entry is missing"))?)
}

fn purchase(entry: Entry) -> Result<Purchase, Error> {
    Ok(Purchase::from_entry(entry)
        .ok_or_else(|| Failure::broken("a code paid for by something else than a purchase"))?)
}
