//! `GET /v1/wallet/transactions/{entry_id}`: one transaction whole, with its legs and its place in the chain of hashes.

use shared::error::Rejection;
use shared::id::EntryId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger;
use shared::table::Tables;

/// Answers the entry as it was hashed. Another member's is as if it did not exist.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<EntryId>("entry_id")?);
    call.no_query()?;
    let entry = if id.member == member {
        ledger::entry(tables, id).await?
    } else {
        None
    };
    Reply::ok(&entry.ok_or(Rejection::EntryNotFound)?)
}
