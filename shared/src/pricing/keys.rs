//! Keys of prices, and of the rules and promotions that move them, in the `Catalog` table.
//!
//! | item              | pk                     | sk                         | read by                                             |
//! |-------------------|------------------------|----------------------------|-----------------------------------------------------|
//! | price             | `store`                | `price#prd_<hex>`          | the store with all products; repricing; administrators |
//! | version           | `price#prd_<hex>`      | `version#<8 digits>`       | administrators, newest first                        |
//! | rule              | `price-rules`          | `<rule id>`                | quoting, repricing and administrators, all at once  |
//! | version           | `price-rule#<id>`      | `<version, six digits>`    | administrators, newest first                        |
//! | promotion         | `price-promotions`     | `<promotion id>`           | quoting and administrators, all at once             |
//! | version           | `price-promotion#<id>` | `<version, six digits>`    | administrators, newest first                        |

use crate::id::ProductId;
use crate::table::{Key, Query, Table};
use crate::text::Word;

const STORE: &str = "store";
const PRICE_PREFIX: &str = "price#";
const VERSION_PREFIX: &str = "version#";
const RULES: &str = "price-rules";
const PROMOTIONS: &str = "price-promotions";

pub(super) fn price(id: ProductId) -> Key {
    in_catalog(STORE, format!("{PRICE_PREFIX}{id}"))
}

pub(super) fn is_price(sk: &str) -> bool {
    sk.starts_with(PRICE_PREFIX)
}

/// All prices in the order of their products' ids, behind `after` if there is one.
pub(super) fn prices(after: Option<ProductId>, limit: usize) -> Query {
    Query {
        prefix: PRICE_PREFIX.to_owned(),
        ..run(STORE.to_owned(), false, after.map(|id| price(id).sk), limit)
    }
}

pub(super) fn price_version(id: ProductId, version: u32) -> Key {
    in_catalog(
        &format!("{PRICE_PREFIX}{id}"),
        format!("{VERSION_PREFIX}{version:08}"),
    )
}

/// The versions of a price, newest first, behind the sort key `after` if there is one.
pub(super) fn price_versions(id: ProductId, after: Option<String>, limit: usize) -> Query {
    run(price_version(id, 0).pk, true, after, limit)
}

pub(super) fn rule(id: &Word) -> Key {
    in_catalog(RULES, id.to_string())
}

/// All rules, behind the sort key `after` if there is one.
pub(super) fn rules(after: Option<String>, limit: usize) -> Query {
    run(RULES.to_owned(), false, after, limit)
}

pub(super) fn rule_version(id: &Word, version: u32) -> Key {
    in_catalog(&format!("price-rule#{id}"), number(version))
}

/// The versions of a rule, newest first, behind the sort key `after` if there is one.
pub(super) fn rule_versions(id: &Word, after: Option<String>, limit: usize) -> Query {
    run(rule_version(id, 0).pk, true, after, limit)
}

pub(super) fn promotion(id: &Word) -> Key {
    in_catalog(PROMOTIONS, id.to_string())
}

/// All promotions, behind the sort key `after` if there is one.
pub(super) fn promotions(after: Option<String>, limit: usize) -> Query {
    run(PROMOTIONS.to_owned(), false, after, limit)
}

pub(super) fn promotion_version(id: &Word, version: u32) -> Key {
    in_catalog(&format!("price-promotion#{id}"), number(version))
}

/// The versions of a promotion, newest first, behind the sort key `after` if there is one.
pub(super) fn promotion_versions(id: &Word, after: Option<String>, limit: usize) -> Query {
    run(promotion_version(id, 0).pk, true, after, limit)
}

fn in_catalog(pk: &str, sk: String) -> Key {
    Key {
        table: Table::Catalog,
        pk: pk.to_owned(),
        sk,
    }
}

fn run(pk: String, descending: bool, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Catalog,
        pk,
        prefix: String::new(),
        descending,
        after,
        limit,
    }
}

/// A version as a sort key: the order of these texts is that of the numbers.
fn number(version: u32) -> String {
    format!("{version:06}")
}
