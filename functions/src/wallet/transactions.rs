//! `GET /v1/wallet/transactions`: the member's history, newest first, each with where it came from.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::id::EntryId;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::ledger::{self, Category, Entry, Filter, Kind, Side, Source};
use shared::seal::Signing;
use shared::table::Tables;
use shared::time::Timestamp;

/// Which transactions are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    kind: Option<Kind>,
    category: Option<Category>,
    /// Only from this instant on.
    from: Option<Timestamp>,
    /// Only before this instant.
    to: Option<Timestamp>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// A transaction in the history.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Transaction")]
pub struct View {
    entry_id: EntryId,
    seq: u64,
    /// Whether tokens came (credit) or went (debit).
    side: Side,
    amount: Rjv,
    balance_after: Rjv,
    category: Option<Category>,
    recorded_at: Timestamp,
    #[serde(flatten)]
    source: Source,
}

/// Answers a page of the history.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "transactions", member);
    let before = pages.open(query.cursor.as_deref())?;
    let filter = Filter {
        kind: query.kind,
        category: query.category,
        from: query.from,
        to: query.to,
    };
    let (entries, next) =
        ledger::history(tables, member, filter, before, query.limit.get()).await?;
    Reply::ok(&pages.page(entries.into_iter().map(View::from).collect(), next)?)
}

impl From<Entry> for View {
    fn from(entry: Entry) -> Self {
        Self {
            entry_id: entry.entry_id,
            seq: entry.seq,
            side: entry.source.counterpart().1,
            amount: entry.amount(),
            balance_after: entry.balance_after,
            category: entry.source.category(),
            recorded_at: entry.recorded_at,
            source: entry.source,
        }
    }
}
