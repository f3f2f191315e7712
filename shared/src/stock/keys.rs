//! Keys of stock in the `Catalog` table, and of what members have of it in the `Members` table.
//!
//! | item    | pk                             | sk          | read by                                                     |
//! |---------|--------------------------------|-------------|-------------------------------------------------------------|
//! | shard   | `stock#prd_<hex>#<shard, 0-7>` | `left`      | the store; a purchase that did not find enough in one shard |
//! | holding | `holdings#mem_<hex>`           | `prd_<hex>` | the store, buying and giving back                           |

use crate::id::{MemberId, ProductId};
use crate::table::{Key, Table};

/// How many a member has, an attribute of the item.
pub(super) const HELD: &str = "held";

pub(super) fn holding(member: MemberId, product: ProductId) -> Key {
    Key {
        table: Table::Members,
        pk: format!("holdings#{member}"),
        sk: product.to_string(),
    }
}

/// How many there are, an attribute of the item.
pub(super) const LEFT: &str = "left";

pub(super) fn shard(product: ProductId, shard: u8) -> Key {
    Key {
        table: Table::Catalog,
        pk: format!("stock#{product}#{shard}"),
        sk: LEFT.to_owned(),
    }
}
