//! Keys of partners and products in the `Catalog` table.
//!
//! | item    | pk      | sk                  | read by                                      |
//! |---------|---------|---------------------|----------------------------------------------|
//! | partner | `store` | `partner#prt_<hex>` | the store with all products; administrators  |
//! | product | `store` | `product#prd_<hex>` | the store with all partners; administrators  |
//!
//! Other contexts keep beside them what the store reads with them.

use crate::id::{PartnerId, ProductId};
use crate::table::{Key, Query, Table};

const STORE: &str = "store";
const PARTNER_PREFIX: &str = "partner#";
const PRODUCT_PREFIX: &str = "product#";

pub(super) fn partner(id: PartnerId) -> Key {
    Key {
        table: Table::Catalog,
        pk: STORE.to_owned(),
        sk: format!("{PARTNER_PREFIX}{id}"),
    }
}

pub(super) fn product(id: ProductId) -> Key {
    Key {
        table: Table::Catalog,
        pk: STORE.to_owned(),
        sk: format!("{PRODUCT_PREFIX}{id}"),
    }
}

pub(super) fn partners(after: Option<PartnerId>, limit: usize) -> Query {
    run(PARTNER_PREFIX, after.map(|id| partner(id).sk), limit)
}

pub(super) fn products(after: Option<ProductId>, limit: usize) -> Query {
    run(PRODUCT_PREFIX, after.map(|id| product(id).sk), limit)
}

/// Everything in the store, behind `after`.
pub(super) fn store(after: Option<String>, limit: usize) -> Query {
    run("", after, limit)
}

pub(super) fn is_partner(sk: &str) -> bool {
    sk.starts_with(PARTNER_PREFIX)
}

pub(super) fn is_product(sk: &str) -> bool {
    sk.starts_with(PRODUCT_PREFIX)
}

fn run(prefix: &str, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Catalog,
        pk: STORE.to_owned(),
        prefix: prefix.to_owned(),
        descending: false,
        after,
        limit,
    }
}
