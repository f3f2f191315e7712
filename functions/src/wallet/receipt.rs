//! `GET /v1/wallet/transactions/{entry_id}/receipt`: what proves a transaction later, to anybody, without asking here again.

use serde::Serialize;
use shared::error::{Failure, Rejection};
use shared::id::EntryId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::{self, Hash};
use shared::table::Tables;

/// A transaction as it was hashed, and its place in the chain.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Receipt")]
pub struct View {
    entry_id: EntryId,
    seq: u64,
    /// The transaction as JSON in canonical form (RFC 8785) without its hash: exactly the bytes that the hash covers.
    canonical: String,
    /// The SHA-256 of `canonical`.
    hash: Hash,
    /// The hash of the transaction in front of it.
    previous_hash: Hash,
    chain: ChainView,
}

/// The chain of a wallet's transactions as it is now.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Chain")]
pub struct ChainView {
    /// How many transactions the wallet has had.
    length: u64,
    /// The hash of the newest, which covers all of them.
    head_hash: Hash,
}

/// Answers the receipt. Another member's is as if it did not exist.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<EntryId>("entry_id")?);
    call.no_query()?;
    let found = if id.member == member {
        ledger::receipt(tables, id).await?
    } else {
        None
    };
    let (entry, wallet) = found.ok_or(Rejection::EntryNotFound)?;
    let canonical = String::from_utf8(entry.canonical()?)
        .map_err(|error| Failure::broken("writing a receipt").because(error))?;
    Reply::ok(&View {
        entry_id: entry.entry_id,
        seq: entry.seq,
        canonical,
        hash: entry.hash,
        previous_hash: entry.previous_hash,
        chain: ChainView {
            length: wallet.seq,
            head_hash: wallet.head_hash,
        },
    })
}
