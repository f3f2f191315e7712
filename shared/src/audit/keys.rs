//! Keys of the audit log in the `Insights` table.
//!
//! | item   | pk                | sk                    | read by                                |
//! |--------|-------------------|-----------------------|----------------------------------------|
//! | record | `audit#<yyyy-mm>` | `<instant>#aud_<hex>` | administrators and auditors, by month  |

use super::Record;
use crate::table::{Key, Query, Table};
use crate::time::Month;

pub(super) fn record(record: &Record) -> Key {
    let Record { at, audit_id, .. } = record;
    Key {
        table: Table::Insights,
        pk: partition(at.month()),
        sk: format!("{at}#{audit_id}"),
    }
}

/// The records of a month, newest first, behind the sort key `after` if there is one.
pub(super) fn records(month: Month, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: partition(month),
        prefix: String::new(),
        descending: true,
        after,
        limit,
    }
}

fn partition(month: Month) -> String {
    format!("audit#{month}")
}
