//! The whole catalogue at once.

use std::collections::HashMap;

use super::{Partner, Product, keys};
use crate::error::Failure;
use crate::id::PartnerId;
use crate::table::{self, AttributeValue, Item, Tables};

/// Everything that stands in the partition of the store.
#[derive(Debug, Default)]
pub struct Whole {
    /// All partners.
    pub partners: HashMap<PartnerId, Partner>,
    /// All products, in the order of their ids.
    pub products: Vec<Product>,
    /// What other contexts keep beside them, by its sort key.
    pub others: Vec<(String, Item)>,
}

/// How many items one request asks for; the service cuts a page at one megabyte anyway.
const PAGE: usize = 1000;

/// Reads the whole catalogue.
pub async fn whole(tables: &Tables) -> Result<Whole, Failure> {
    let (mut whole, mut after) = (Whole::default(), None);
    loop {
        let page = tables.query(&keys::store(after, PAGE)).await?;
        for item in page.items {
            let Some(AttributeValue::S(sk)) = item.get("sk").cloned() else {
                return Err(Failure::broken("an item of the catalogue without a key"));
            };
            if keys::is_partner(&sk) {
                let partner: Partner = table::read(item)?;
                whole.partners.insert(partner.partner_id, partner);
            } else if keys::is_product(&sk) {
                whole.products.push(table::read(item)?);
            } else {
                whole.others.push((sk, item));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(whole);
        }
    }
}
