//! Keys of counters of wrong guesses, in the `Partners` table.
//!
//! | item    | pk                                     | sk        | read by                                       |
//! |---------|----------------------------------------|-----------|-----------------------------------------------|
//! | counter | `guess#<customer, source or key>#<hex>` | `counter` | the authorizer, before a partner's call passes |

use super::Subject;
use crate::table::{Key, Table};

pub(super) fn counter(subject: &Subject) -> Key {
    Key {
        table: Table::Partners,
        pk: format!("guess#{}", subject.name()),
        sk: "counter".to_owned(),
    }
}
