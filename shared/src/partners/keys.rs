//! Keys of the `Partners` table.
//!
//! | item    | pk               | sk       | read by                                          |
//! |---------|------------------|----------|--------------------------------------------------|
//! | keyring | `prt_<hex>`      | `keys`   | administrators                                   |
//! | caller  | `key#<digest>`   | `caller` | the authorizer, from the key a request came with |

use super::ApiKey;
use crate::id::PartnerId;
use crate::table::{Key, Table};

pub(super) fn keyring(partner: PartnerId) -> Key {
    Key {
        table: Table::Partners,
        pk: partner.to_string(),
        sk: "keys".to_owned(),
    }
}

pub(super) fn caller(key: &ApiKey) -> Key {
    caller_of(&key.digest())
}

pub(super) fn caller_of(digest: &str) -> Key {
    Key {
        table: Table::Partners,
        pk: format!("key#{digest}"),
        sk: "caller".to_owned(),
    }
}
