//! The check of pools: the stock counter of each shard is the number of its entries.

use super::report::Drift;
use super::walk::Walker;
use crate::catalog::{self, StockKind};
use crate::codes::pool;
use crate::error::Failure;
use crate::id::ProductId;
use crate::stock;
use crate::table;

/// How often a shard is counted again because it moved meanwhile. One that always moves is left to the next time.
const ATTEMPTS_MAX: u32 = 5;

/// Checks the pools of all products.
pub(super) async fn check(walker: &mut Walker<'_>) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let page = catalog::products(walker.tables, after, table::KEYS_MAX).await?;
        let (products, next) = page;
        for product in products {
            if product.stock.kind() == StockKind::Pool {
                for shard in 0..stock::SHARDS {
                    check_shard(walker, product.product_id, shard).await?;
                }
            }
        }
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}

async fn check_shard(
    walker: &mut Walker<'_>,
    product_id: ProductId,
    shard: u8,
) -> Result<(), Failure> {
    let mut before = counted(walker, product_id, shard).await?;
    for _ in 0..ATTEMPTS_MAX {
        let entries = pool::count(walker.tables, (product_id, shard)).await?;
        let after = counted(walker, product_id, shard).await?;
        // Whoever adds or claims an entry changes the counter in the same transaction: if that stood still, so did the entries.
        if before == after {
            if entries != after {
                let drift = Drift::Pool {
                    product_id,
                    shard,
                    counted: after,
                    entries,
                };
                walker.tally.find(drift, None);
            }
            return Ok(());
        }
        before = after;
    }
    Ok(())
}

async fn counted(walker: &Walker<'_>, product: ProductId, shard: u8) -> Result<u32, Failure> {
    let place = stock::shard_key(product, shard);
    let found = walker.tables.get_many(&[place]).await?;
    stock::left_from(found.into_iter().next().flatten())
}
