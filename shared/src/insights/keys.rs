//! Keys of totals and reconciliations in the `Insights` table.
//!
//! | item       | pk             | sk                         | read by                                               |
//! |------------|----------------|----------------------------|-------------------------------------------------------|
//! | watermark  | `mem_<hex>`    | `folded`                   | the fold                                              |
//! | total      | `totals#<nn>`  | `<yyyy-mm-dd>#<account>`   | the fold; trial balance and reconciliation, by shard  |
//! | run        | `runs`         | `run_<hex>`                | reconciliation; administrators, newest first          |
//! | current    | `runs`         | `current`                  | reconciliation: the run that is under way             |
//! | report     | `run_<hex>`    | `report`                   | administrators                                        |
//! | closed     | `run_<hex>`    | `closed`                   | trial balance and reconciliation: totals to build on  |
//! | checkpoint | `run_<hex>`    | `<table>#<nnn>`            | reconciliation                                        |
//!
//! Totals are spread over shards by member, so that no item is written by everybody.

use super::run::{Part, Walk};
use crate::id::{MemberId, RunId};
use crate::ledger::Account;
use crate::table::{Key, Query, Table};
use crate::time::Day;

/// Over how many partitions the totals are spread. Changing it needs no move: every reader reads all that ever were.
pub(super) const SHARDS: u8 = 16;

const RUNS: &str = "runs";

fn key(pk: String, sk: String) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk,
    }
}

pub(super) fn watermark(member: MemberId) -> Key {
    key(member.to_string(), "folded".to_owned())
}

/// Ids of members are random, so their last bits spread them evenly.
pub(super) fn shard(member: MemberId) -> u8 {
    let [.., last] = member.uuid().into_bytes();
    last % SHARDS
}

fn shard_key(shard: u8) -> String {
    format!("totals#{shard:02}")
}

pub(super) fn total(shard: u8, day: Day, account: Account) -> Key {
    key(shard_key(shard), format!("{day}#{account}"))
}

/// The totals of a shard in the order of their days, behind the sort key `after`.
pub(super) fn totals(shard: u8, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: shard_key(shard),
        prefix: String::new(),
        descending: false,
        after,
        limit,
    }
}

/// A sort key in front of every total of this day and behind every one of the day before.
pub(super) fn before_day(day: Day) -> String {
    day.to_string()
}

pub(super) fn run(id: RunId) -> Key {
    key(RUNS.to_owned(), id.to_string())
}

pub(super) fn report(id: RunId) -> Key {
    key(id.to_string(), "report".to_owned())
}

pub(super) fn closed(id: RunId) -> Key {
    key(id.to_string(), "closed".to_owned())
}

pub(super) fn current() -> Key {
    key(RUNS.to_owned(), "current".to_owned())
}

/// The runs, newest first, behind the run `after`.
pub(super) fn runs(after: Option<RunId>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: RUNS.to_owned(),
        prefix: "run_".to_owned(),
        descending: true,
        after: after.map(|id| id.to_string()),
        limit,
    }
}

pub(super) fn checkpoint(run: RunId, part: Part) -> Key {
    key(
        run.to_string(),
        format!("{}#{:03}", part.walk.as_str(), part.segment),
    )
}

/// The table in which what is walked lies.
pub(super) fn walked(walk: Walk) -> Table {
    match walk {
        Walk::Wallets => Table::Ledger,
        Walk::Codes => Table::Codes,
        Walk::Activities => Table::Members,
    }
}
