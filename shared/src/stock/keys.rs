//! Keys of stock in the `Catalog` table.
//!
//! | item  | pk                             | sk     | read by                                                    |
//! |-------|--------------------------------|--------|------------------------------------------------------------|
//! | shard | `stock#prd_<hex>#<shard, 0-7>` | `left` | the store; a purchase that did not find enough in one shard |

use crate::id::ProductId;
use crate::table::{Key, Table};

/// How many there are, an attribute of the item.
pub(super) const LEFT: &str = "left";

pub(super) fn shard(product: ProductId, shard: u8) -> Key {
    Key {
        table: Table::Catalog,
        pk: format!("stock#{product}#{shard}"),
        sk: LEFT.to_owned(),
    }
}
