//! Keys of the `Ledger` table.
//!
//! | item   | pk            | sk                        | read by                                             |
//! |--------|---------------|---------------------------|-----------------------------------------------------|
//! | wallet | `mem_<hex>`   | `wallet`                  | its member                                          |
//! | entry  | `mem_<hex>`   | `entry#<seq, 12 digits>`  | its member, newest first or by id; the table stream |

use crate::id::{EntryId, MemberId};
use crate::table::{AttributeValue, Item, Key, Query, Table};

const WALLET: &str = "wallet";
const ENTRY_PREFIX: &str = "entry#";

pub(super) fn wallet(member: MemberId) -> Key {
    Key {
        table: Table::Ledger,
        pk: member.to_string(),
        sk: WALLET.to_owned(),
    }
}

pub(super) fn entry(id: EntryId) -> Key {
    Key {
        table: Table::Ledger,
        pk: id.member.to_string(),
        sk: entry_sort(id.seq),
    }
}

/// The run of a member's entries, newest first, behind the entry `before` if there is one.
pub(super) fn entries(member: MemberId, before: Option<u64>, limit: usize) -> Query {
    Query {
        table: Table::Ledger,
        pk: member.to_string(),
        prefix: ENTRY_PREFIX.to_owned(),
        descending: true,
        after: before.map(entry_sort),
        limit,
    }
}

/// The run of a member's entries, oldest first, behind this sort key if there is one.
pub(super) fn entries_from(member: MemberId, after: Option<String>, limit: usize) -> Query {
    Query {
        descending: false,
        after,
        ..entries(member, None, limit)
    }
}

/// The sort key of an item.
pub(super) fn sort_of(item: &Item) -> Option<String> {
    match item.get("sk") {
        Some(AttributeValue::S(sk)) => Some(sk.clone()),
        _ => None,
    }
}

pub(super) fn is_wallet(sk: &str) -> bool {
    sk == WALLET
}

pub(super) fn is_entry(sk: &str) -> bool {
    sk.starts_with(ENTRY_PREFIX)
}

fn entry_sort(seq: u64) -> String {
    format!("{ENTRY_PREFIX}{seq:012}")
}
