//! Stock: how many codes of a product are left to sell, counted in shards so that no item is written by every buyer.
//!
//! Each shard is a number that cannot fall below zero, because taking from it is conditional, and every change of it stands in
//! the transaction of what is sold, given back or added. So there is never more sold than there was, and no count to correct.
//! A shard that lacks what a purchase wants does not refuse it: all shards are read then, and [`plan`] says from where to take.
//! Of a product that each member may have only so many of, what a member [`holds`](holdings) is counted in the same way.

mod holding;
mod keys;
mod plan;

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

pub use self::holding::{hold, holding_from, holding_key, holdings, let_go};
pub use self::plan::{Left, SHARDS, Taking, plan, spread, total};
use crate::error::Failure;
use crate::id::ProductId;
use crate::table::{self, Condition, Item, Key, Tables, Write, number};

/// The shard at which something with this number begins to look.
pub fn shard_of(id: Uuid) -> u8 {
    let mixed = id.as_bytes().iter().fold(0_u8, |mixed, byte| mixed ^ byte);
    mixed % SHARDS
}

/// Where a shard stands.
pub fn shard_key(product: ProductId, shard: u8) -> Key {
    keys::shard(product, shard)
}

/// What a shard's item says is left; nothing where there is no item.
pub fn left_from(item: Option<Item>) -> Result<u32, Failure> {
    #[derive(Deserialize)]
    struct Shard {
        left: u32,
    }
    let shard: Option<Shard> = item.map(table::read).transpose()?;
    Ok(shard.map_or(0, |shard| shard.left))
}

/// Reads what is left of these products, shard by shard.
pub async fn left(
    tables: &Tables,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, Left>, Failure> {
    let places = products
        .iter()
        .flat_map(|product| (0..SHARDS).map(|shard| keys::shard(*product, shard)));
    let mut found = table::get_distinct(tables, places).await?;
    let mut left = BTreeMap::new();
    for product in products {
        let mut counts = Left::default();
        for (shard, count) in (0..SHARDS).zip(&mut counts) {
            *count = left_from(found.remove(&keys::shard(*product, shard)))?;
        }
        left.entry(*product).or_insert(counts);
    }
    Ok(left)
}

/// The writes that give a new product its shards, `counts` in each. A product without limit has none.
pub fn create(product: ProductId, counts: &Left) -> Vec<Write> {
    let shard = |(shard, count): (u8, &u32)| {
        let item = Item::from(std::collections::HashMap::from([(
            keys::LEFT.to_owned(),
            number(u64::from(*count)),
        )]));
        Write::create(keys::shard(product, shard), item)
    };
    (0..SHARDS).zip(counts).map(shard).collect()
}

/// The write that takes from a shard; its condition fails where there is less.
pub fn take(product: ProductId, taking: Taking) -> Write {
    change(
        product,
        taking.shard,
        -i64::from(taking.count),
        taking.count,
    )
}

/// The write that puts back, or adds, so many to a shard; its condition fails where there is no such shard.
pub fn put_back(product: ProductId, taking: Taking) -> Write {
    change(product, taking.shard, i64::from(taking.count), 0)
}

/// The writes that change what is left by `difference`: none at all if it is zero, none possible if less is left than would go.
/// A condition fails where a shard has moved so far that it no longer can.
pub fn change_total(product: ProductId, left: &Left, difference: i64) -> Option<Vec<Write>> {
    let count = u32::try_from(difference.unsigned_abs()).ok()?;
    if difference < 0 {
        let takings = plan(left, count, 0)?;
        return Some(
            takings
                .into_iter()
                .map(|taking| take(product, taking))
                .collect(),
        );
    }
    let shares = (0..SHARDS).zip(spread(count));
    let takings = shares.filter(|(_, count)| *count > 0);
    Some(
        takings
            .map(|(shard, count)| put_back(product, Taking { shard, count }))
            .collect(),
    )
}

fn change(product: ProductId, shard: u8, more: i64, least: u32) -> Write {
    Write::add(
        keys::shard(product, shard),
        vec![(keys::LEFT, more)],
        Condition::AtLeast(keys::LEFT, number(least.into())),
    )
}
