//! Keys of the `Codes` table.
//!
//! | item | pk          | sk     | read by                                              |
//! |------|-------------|--------|------------------------------------------------------|
//! | code | `cod_<hex>` | `code` | its partner, from the code's text; its holder by id  |

use crate::id::CodeId;
use crate::table::{Key, Table};

pub(super) fn code(id: CodeId) -> Key {
    Key {
        table: Table::Codes,
        pk: id.to_string(),
        sk: "code".to_owned(),
    }
}
