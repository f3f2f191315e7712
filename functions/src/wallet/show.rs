//! `GET /v1/wallet`: what the member has, and when it runs out.

use serde::Serialize;
use shared::amount::Rjv;
use shared::id::MemberId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::{self, Hash, Wallet};
use shared::table::Tables;
use shared::time::Timestamp;

/// A wallet as its member sees it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    member_id: MemberId,
    /// What can be spent now.
    available: Rjv,
    /// The same by expiry, what expires first at the top.
    lots: Vec<LotView>,
    lifetime_earned: Rjv,
    lifetime_spent: Rjv,
    /// How many transactions the wallet has had.
    seq: u64,
    /// The hash of the newest transaction, which covers all of them.
    head_hash: Hash,
}

/// Tokens that expire together.
#[derive(Serialize, schemars::JsonSchema)]
pub struct LotView {
    /// The first instant at which they are gone; none if they stay.
    expires_at: Option<Timestamp>,
    amount: Rjv,
}

/// Answers the wallet.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let member = call.member()?;
    call.no_query()?;
    let wallet = ledger::wallet(tables, member).await?;
    Reply::ok(&View::new(&wallet, call.now()))
}

impl View {
    fn new(wallet: &Wallet, now: Timestamp) -> Self {
        let lots = wallet
            .lots
            .iter()
            .filter(|(expiry, _)| !expiry.is_past(now));
        Self {
            member_id: wallet.member_id,
            available: wallet.available(now),
            lots: lots
                .map(|(expiry, amount)| LotView {
                    expires_at: expiry.instant(),
                    amount,
                })
                .collect(),
            lifetime_earned: wallet.lifetime_earned,
            lifetime_spent: wallet.lifetime_spent,
            seq: wallet.seq,
            head_hash: wallet.head_hash,
        }
    }
}
