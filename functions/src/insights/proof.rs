//! `GET /admin/v1/wallets/{member_id}/proof`: a wallet, folded anew from all of its entries and compared with what is stored.

use serde::Serialize;
use shared::amount::Rjv;
use shared::id::MemberId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::{self, Flaw, Hash, Proof};
use shared::table::Tables;

/// What a wallet is, and what its entries make of it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    member_id: MemberId,
    /// Whether the wallet is the fold of its entries, numbered without gaps and chained by their hashes.
    is_sound: bool,
    /// What is wrong, if it is not.
    flaw: Option<Flaw>,
    /// How many entries there are that can be read.
    entries: usize,
    /// How many of them follow from each other.
    seq_folded: u64,
    /// How many the wallet counts; none if there is no wallet that can be read.
    seq_stored: Option<u64>,
    /// What the entries add up to.
    balance_folded: Rjv,
    /// What the wallet holds.
    balance_stored: Option<Rjv>,
    /// The hash of the newest entry, which covers all of them.
    head_hash: Hash,
}

/// Answers the proof. A member to whom nothing happened yet has an empty wallet, which is sound.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let member = call.path("member_id")?;
    call.no_query()?;
    Reply::ok(&View::from(ledger::prove(tables, member).await?))
}

impl From<Proof> for View {
    fn from(proof: Proof) -> Self {
        let Proof {
            stored,
            folded,
            entries,
            flaw,
        } = proof;
        Self {
            member_id: folded.member_id,
            is_sound: flaw.is_none(),
            flaw,
            entries: entries.len(),
            seq_folded: folded.seq,
            seq_stored: stored.as_ref().map(|wallet| wallet.seq),
            balance_folded: folded.lots.total().unwrap_or_default(),
            balance_stored: stored.and_then(|wallet| wallet.lots.total()),
            head_hash: folded.head_hash,
        }
    }
}
