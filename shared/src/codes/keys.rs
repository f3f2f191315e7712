//! Keys of the `Codes` table.
//!
//! | item | pk          | sk     | read by                                              |
//! |------|-------------|--------|------------------------------------------------------|
//! | code | `cod_<hex>` | `code` | its partner, from the code's text; its holder by id  |

use crate::id::CodeId;
use crate::table::{Key, Table};

const CODE: &str = "code";

/// Whether an item with this sort key is a code.
pub(super) fn is_code(sk: &str) -> bool {
    sk == CODE
}

pub(super) fn code(id: CodeId) -> Key {
    Key {
        table: Table::Codes,
        pk: id.to_string(),
        sk: CODE.to_owned(),
    }
}
