//! Keys of usage in the `Insights` table, and of the standing of customers in the `Members` table.
//!
//! | item     | table    | pk                       | sk                                | read by                            |
//! |----------|----------|--------------------------|-----------------------------------|------------------------------------|
//! | followed | Insights | `holder#mem_<hex>`       | `<purchase, 12 digits>#cod_<hex>` | the log; search by holder, purchase|
//! | followed | Insights | `printed#prd_<hex>#<n>`  | `cod_<hex>`                       | the log                            |
//! | count    | Insights | `usage#<yyyy-mm-dd>#<n>` | `prd_<hex>`                       | reports, prices                    |
//! | due      | Insights | `due#<yyyy-mm-dd>#<n>`   | `<expires_at>#cod_<hex>`          | the job of expiry                  |
//! | last4    | Insights | `last4#<abcd>`           | `prd_<hex>#cod_<hex>`             | search by last four characters     |
//! | progress | Insights | `expiry`                 | `progress#<n>`                    | the job of expiry                  |
//! | customer | Members  | `mem_<hex>`              | `customer#<class>`                | early access                       |
//!
//! `<n>` spreads what all codes have in common over shards, by the id of the code, so that no item is written by everybody.

use crate::catalog::Class;
use crate::id::{MemberId, ProductId};
use crate::table::{Key, Query, Table};
use crate::time::Day;

/// Over how many partitions a day is spread. Changing it needs no move as long as it grows: every reader reads all.
pub(super) const SHARDS: u8 = 4;

fn insights(pk: String, sk: String) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk,
    }
}

pub(super) fn count(day: Day, shard: u8, product: ProductId) -> Key {
    insights(day_of("usage", day, shard), product.to_string())
}

/// The counts of a day and shard, product by product, behind the sort key `after`.
pub(super) fn counts(day: Day, shard: u8, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: day_of("usage", day, shard),
        prefix: String::new(),
        descending: false,
        after,
        limit,
    }
}

fn day_of(what: &str, day: Day, shard: u8) -> String {
    format!("{what}#{day}#{shard}")
}

pub(super) fn customer(member: MemberId, class: Class) -> Key {
    let class = match class {
        Class::Standard => "standard",
        Class::Exclusive => "exclusive",
    };
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk: format!("customer#{class}"),
    }
}
