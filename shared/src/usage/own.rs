//! What a partner reads of its own products.

use super::{Counts, of};
use crate::catalog::{self, Product};
use crate::error::Failure;
use crate::id::{PartnerId, ProductId};
use crate::table::{KEYS_MAX, Tables};
use crate::time::Day;

/// Reads the products of a partner with their counts on these days, behind the product `after`; and the one to go on behind, if
/// there may be more.
pub async fn of_partner(
    tables: &Tables,
    partner: PartnerId,
    (from, until): (Day, Day),
    after: Option<ProductId>,
    limit: usize,
) -> Result<(Vec<(Product, Counts)>, Option<ProductId>), Failure> {
    let (products, next) = products(tables, partner, after, limit).await?;
    let mut counted = Vec::with_capacity(products.len());
    for product in products {
        let mut total = Counts::default();
        let days = of(tables, product.product_id, from, until).await?;
        for day in days.values() {
            total.merge(day);
        }
        counted.push((product, total));
    }
    Ok((counted, next))
}

async fn products(
    tables: &Tables,
    partner: PartnerId,
    mut after: Option<ProductId>,
    limit: usize,
) -> Result<(Vec<Product>, Option<ProductId>), Failure> {
    let mut own = Vec::new();
    loop {
        let (page, next) = catalog::products(tables, after, KEYS_MAX).await?;
        own.extend(
            page.into_iter()
                .filter(|product| product.partner_id == partner),
        );
        if own.len() >= limit {
            let more = own.len() > limit || next.is_some();
            own.truncate(limit);
            let last = own.last().map(|product| product.product_id);
            return Ok((own, last.filter(|_| more)));
        }
        after = next;
        if after.is_none() {
            return Ok((own, None));
        }
    }
}
