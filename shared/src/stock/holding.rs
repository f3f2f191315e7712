//! How many codes a member has of a product of which each may have only so many.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::keys;
use crate::error::Failure;
use crate::id::{MemberId, ProductId};
use crate::table::{self, Condition, Item, Key, Tables, Write, number};

/// Where it is counted how many a member has of a product.
pub fn holding_key(member: MemberId, product: ProductId) -> Key {
    keys::holding(member, product)
}

/// How many that item says; none where there is no item.
pub fn holding_from(item: Option<Item>) -> Result<u32, Failure> {
    #[derive(Deserialize)]
    struct Holding {
        held: u32,
    }
    let holding: Option<Holding> = item.map(table::read).transpose()?;
    Ok(holding.map_or(0, |holding| holding.held))
}

/// Reads how many a member has of each of these products, as far as it is counted.
pub async fn holdings(
    tables: &Tables,
    member: MemberId,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, u32>, Failure> {
    let places = products
        .iter()
        .map(|product| keys::holding(member, *product));
    let mut found = table::get_distinct(tables, places).await?;
    let held = products.iter().map(|product| {
        let item = found.remove(&keys::holding(member, *product));
        Ok((*product, holding_from(item)?))
    });
    held.collect()
}

/// The write that gives a member `count` more; its condition fails where that would be more than `most`.
/// None if `count` alone is more.
pub fn hold(member: MemberId, product: ProductId, count: u32, most: u32) -> Option<Write> {
    let before_most = most.checked_sub(count)?;
    let within = Condition::Any(vec![
        Condition::Absent,
        Condition::AtMost(keys::HELD, number(before_most.into())),
    ]);
    let more = vec![(keys::HELD, i64::from(count))];
    Some(Write::add(keys::holding(member, product), more, within))
}

/// The write that takes one from what a member has, when its code was given back.
pub fn let_go(member: MemberId, product: ProductId) -> Write {
    let some = Condition::AtLeast(keys::HELD, number(1));
    Write::add(keys::holding(member, product), vec![(keys::HELD, -1)], some)
}
