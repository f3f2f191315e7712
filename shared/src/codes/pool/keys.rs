//! Keys of pools in the `Codes` table.
//!
//! | item  | pk                       | sk          | read by                              |
//! |-------|--------------------------|-------------|--------------------------------------|
//! | entry | `pool#prd_<hex>#<shard>` | `cod_<hex>` | buying, a few at a time; the imports |

use crate::id::{CodeId, ProductId};
use crate::table::{Key, Query, Table};

fn shard(product: ProductId, shard: u8) -> String {
    format!("pool#{product}#{shard}")
}

pub(super) fn entry(product: ProductId, number: u8, code: CodeId) -> Key {
    Key {
        table: Table::Codes,
        pk: shard(product, number),
        sk: code.to_string(),
    }
}

/// The entries of a shard behind `after`, in the order of their names.
pub(super) fn entries(
    product: ProductId,
    number: u8,
    after: Option<CodeId>,
    limit: usize,
) -> Query {
    Query {
        table: Table::Codes,
        pk: shard(product, number),
        prefix: String::new(),
        descending: false,
        after: after.map(|code| code.to_string()),
        limit,
    }
}
