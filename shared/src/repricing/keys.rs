//! Keys of repricing in the `Catalog` table.
//!
//! | item  | pk          | sk      | read by   |
//! |-------|-------------|---------|-----------|
//! | place | `repricing` | `place` | repricing |

use crate::table::{Key, Table};

/// How far the last beat came.
pub(super) fn place() -> Key {
    Key {
        table: Table::Catalog,
        pk: "repricing".to_owned(),
        sk: "place".to_owned(),
    }
}
