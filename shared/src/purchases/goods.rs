//! Goods: the codes that a purchase hands over, and what that takes from the stock.

use uuid::Uuid;

use super::Secrets;
use crate::catalog::StockKind;
use crate::codes::{self, TextOf, pool};
use crate::error::{Error, Failure, Rejection};
use crate::id::{CodeId, ProductId};
use crate::stock::{self, Taking};
use crate::store::Quote;
use crate::table::{self, Lost, Tables};

/// A code before it is anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Good {
    /// Its name.
    pub code_id: CodeId,
    /// From what its text is made again.
    pub text: TextOf,
    /// The version of the secrets under which it has its name.
    pub key_version: u32,
    /// Its last four characters.
    pub last4: String,
}

/// Where to look for stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Into one shard, without asking what is left.
    OneShard,
    /// Into all of them.
    Everywhere,
}

/// The codes that this quote mints, always the same; none if its codes come out of a pool.
pub(super) fn minted(
    secrets: &Secrets,
    quote: &Quote,
    key_version: u32,
) -> Result<Vec<Good>, Failure> {
    match quote.stock {
        StockKind::Pool => Ok(Vec::new()),
        StockKind::Unlimited | StockKind::Limited => (0..quote.quantity.get())
            .map(|index| mint(secrets, key_version, quote.quote_id.uuid(), index))
            .collect(),
    }
}

/// The code number `index` of a seed.
pub(super) fn mint(
    secrets: &Secrets,
    key_version: u32,
    seed: Uuid,
    index: u32,
) -> Result<Good, Failure> {
    let minted = || {
        let text = codes::mint(&secrets.mint, &secrets.lookup, key_version, seed, index)?;
        Some((secrets.lookup.id(key_version, &text)?, text))
    };
    let (code_id, text) = minted().ok_or_else(|| {
        Failure::broken(format!("the secrets of codes lack version {key_version}"))
    })?;
    Ok(Good {
        code_id,
        text: TextOf::Minted { seed, index },
        key_version,
        last4: text.last4().to_owned(),
    })
}

/// From which shards to take `count`, beginning at `start`.
pub(super) async fn takings(
    tables: &Tables,
    product: ProductId,
    count: u32,
    start: u8,
    look: Look,
) -> Result<Vec<Taking>, Error> {
    if look == Look::OneShard {
        let shard = start % stock::SHARDS;
        return Ok(vec![Taking { shard, count }]);
    }
    let left = stock::left(tables, &[product]).await?;
    let left = left.get(&product).copied().unwrap_or_default();
    let sold_out = || Rejection::SoldOut {
        left: stock::total(&left),
    };
    Ok(stock::plan(&left, count, start).ok_or_else(sold_out)?)
}

/// Codes of a pool, as many from each shard as are to be taken, those behind `from` first; none if others were faster.
pub(super) async fn pooled(
    tables: &Tables,
    product: ProductId,
    takings: &[Taking],
    from: Uuid,
) -> Result<Option<Vec<Good>>, Failure> {
    let mut goods = Vec::new();
    for taking in takings {
        let count = usize::try_from(taking.count).unwrap_or(usize::MAX);
        let place = (product, taking.shard);
        let entries = pool::entries(tables, place, from, count).await?;
        if entries.len() < count {
            return Ok(None);
        }
        goods.extend(entries.into_iter().map(|entry| Good {
            code_id: entry.code_id,
            text: TextOf::Imported {
                ciphertext: entry.ciphertext,
            },
            key_version: entry.key_version,
            last4: entry.last4,
        }));
    }
    Ok(Some(goods))
}

/// Takes an entry out of its pool whose code was sold before: the partner brought it twice.
pub(super) async fn discard(
    tables: &Tables,
    product: ProductId,
    code: CodeId,
) -> Result<(), Failure> {
    let taking = Taking {
        shard: pool::shard_of(code),
        count: 1,
    };
    let writes = vec![
        pool::claim(product, code).or(()),
        stock::take(product, taking).or(()),
    ];
    match table::commit(tables, writes).await {
        // Refused: somebody else did.
        Ok(_) | Err(Lost::Refused((), _)) => Ok(()),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}
