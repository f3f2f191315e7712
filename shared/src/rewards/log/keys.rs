//! Keys of the log of activities in the `Insights` table.
//!
//! | item    | pk                     | sk                                               | read by                         |
//! |---------|------------------------|--------------------------------------------------|---------------------------------|
//! | logged  | `activities#mem_<hex>` | `<decided_at>#act_<hex>`                         | the log; the member             |
//! | present | `mem_<hex>`            | `present#<yyyy-mm-dd>`                           | the log                         |
//! | count   | `rewarded#<nn>`        | `<yyyy-mm-dd>#<kind>#<category>#<rule>@<version>`| the log; reports, by shard      |
//! | members | `present#<nn>`         | `<yyyy-mm-dd>`                                   | the log; reports, by shard      |
//!
//! Counts are spread over shards by member, so that no item is written by everybody.

use super::totals::Sort;
use crate::id::MemberId;
use crate::rewards::{Record, RuleRef};
use crate::table::{Key, Query, Table};
use crate::time::Day;

/// Over how many partitions the counts are spread. Changing it needs no move as long as it grows: every reader reads all.
pub(super) const SHARDS: u8 = 16;

fn key(pk: String, sk: String) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk,
    }
}

fn run(pk: String, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk,
        prefix: String::new(),
        descending: false,
        after,
        limit,
    }
}

/// Ids of members are random, so their last bits spread them evenly.
pub(super) fn shard(member: MemberId) -> u8 {
    let [.., last] = member.uuid().into_bytes();
    last % SHARDS
}

fn log_of(member: MemberId) -> String {
    format!("activities#{member}")
}

pub(super) fn logged(record: &Record) -> Key {
    let activity = &record.activity;
    key(
        log_of(activity.member_id),
        format!("{}#{}", record.decided_at, activity.activity_id),
    )
}

/// A member's log, newest first, behind the sort key `after`.
pub(super) fn log(member: MemberId, after: Option<String>, limit: usize) -> Query {
    Query {
        descending: true,
        ..run(log_of(member), after, limit)
    }
}

pub(super) fn present(member: MemberId, day: Day) -> Key {
    key(member.to_string(), format!("present#{day}"))
}

pub(super) fn count(shard: u8, sort: &Sort) -> Key {
    let Sort {
        day,
        kind,
        category,
        rule,
    } = sort;
    let category = category.map_or("-", |category| category.as_str());
    let rule = rule
        .as_ref()
        .map_or("-".to_owned(), |RuleRef { id, version }| {
            format!("{id}@{version}")
        });
    key(
        format!("rewarded#{shard:02}"),
        format!("{day}#{kind}#{category}#{rule}"),
    )
}

/// The counts of a shard in the order of their days, behind the sort key `after`.
pub(super) fn counts(shard: u8, after: Option<String>, limit: usize) -> Query {
    run(format!("rewarded#{shard:02}"), after, limit)
}

fn presence(shard: u8) -> String {
    format!("present#{shard:02}")
}

pub(super) fn members(shard: u8, day: Day) -> Key {
    key(presence(shard), day.to_string())
}

/// How many members were there, of a shard, in the order of the days, behind the sort key `after`.
pub(super) fn members_by_day(shard: u8, after: Option<String>, limit: usize) -> Query {
    run(presence(shard), after, limit)
}

/// A sort key in front of everything of this day and behind everything of the one before.
pub(super) fn before_day(day: Day) -> String {
    day.pred_opt()
        .map_or_else(|| day.to_string(), |before| format!("{before}#~"))
}
