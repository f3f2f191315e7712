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
use crate::codes::Code;
use crate::id::{CodeId, MemberId, ProductId, PurchaseId};
use crate::table::{Key, Query, Table};
use crate::time::{Day, Timestamp};

/// Over how many partitions a day is spread. Changing it needs no move as long as it grows: every reader reads all.
pub(super) const SHARDS: u8 = 4;

fn insights(pk: String, sk: String) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk,
    }
}

fn run(pk: String, prefix: String, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk,
        prefix,
        descending: false,
        after,
        limit,
    }
}

/// Ids of codes are digests, so their last bits spread them evenly.
pub(super) fn shard(code: CodeId) -> u8 {
    let [.., last] = code.uuid().into_bytes();
    last % SHARDS
}

pub(super) fn followed(code: &Code) -> Key {
    let id = code.code_id;
    match &code.sale {
        Some(sale) => insights(
            held(sale.member_id),
            format!("{}#{id}", place(sale.purchase_id)),
        ),
        None => insights(
            format!("printed#{}#{}", code.product_id, shard(id)),
            id.to_string(),
        ),
    }
}

fn held(member: MemberId) -> String {
    format!("holder#{member}")
}

fn place(purchase: PurchaseId) -> String {
    format!("{:012}", purchase.seq)
}

/// What a member holds or held, the newest purchase first, behind the sort key `after`.
pub(super) fn of_holder(member: MemberId, after: Option<String>, limit: usize) -> Query {
    Query {
        descending: true,
        ..run(held(member), String::new(), after, limit)
    }
}

/// The codes of a purchase, and those that took their places, behind the sort key `after`.
pub(super) fn of_purchase(purchase: PurchaseId, after: Option<String>, limit: usize) -> Query {
    let prefix = format!("{}#", place(purchase));
    run(held(purchase.member), prefix, after, limit)
}

fn ending(last4: &str) -> String {
    format!("last4#{last4}")
}

pub(super) fn last4(last4: &str, product: ProductId, code: CodeId) -> Key {
    insights(ending(last4), format!("{product}#{code}"))
}

/// Codes that end in these characters, of one product or of all, behind the sort key `after`.
pub(super) fn of_last4(
    last4: &str,
    product: Option<ProductId>,
    after: Option<String>,
    limit: usize,
) -> Query {
    let prefix = product.map(|product| format!("{product}#"));
    run(ending(last4), prefix.unwrap_or_default(), after, limit)
}

pub(super) fn due(expires_at: Timestamp, code: CodeId) -> Key {
    insights(
        day_of("due", expires_at.day(), shard(code)),
        format!("{expires_at}#{code}"),
    )
}

/// The open codes that run out on a day, of a shard, in the order in which they do, behind the sort key `after`.
pub(super) fn due_on(day: Day, shard: u8, after: Option<String>, limit: usize) -> Query {
    run(day_of("due", day, shard), String::new(), after, limit)
}

/// A sort key behind what is due at `instant`, and in front of what is due later.
pub(super) fn behind(instant: Timestamp) -> String {
    format!("{instant}~")
}

pub(super) fn progress(shard: u8) -> Key {
    insights("expiry".to_owned(), format!("progress#{shard}"))
}

pub(super) fn count(day: Day, shard: u8, product: ProductId) -> Key {
    insights(day_of("usage", day, shard), product.to_string())
}

/// The counts of a day and shard, product by product, behind the sort key `after`.
pub(super) fn counts(day: Day, shard: u8, after: Option<String>, limit: usize) -> Query {
    run(day_of("usage", day, shard), String::new(), after, limit)
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
