//! `POST /admin/v1/adjustments`: an administrator proposes to correct a wallet. Nothing moves until another one approves it.

use serde::Deserialize;
use shared::adjustments::{self, Proposal};
use shared::amount::Rjv;
use shared::id::{EntryId, MemberId};
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::{Reason, Side};
use shared::table::Tables;
use shared::text::Reference;

/// What is to be done.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the administrators call it. The same reference with other contents, or from somebody else, is refused.
    reference: Reference,
    /// Whose wallet it is about.
    member_id: MemberId,
    /// Whether tokens come (credit) or go (debit).
    side: Side,
    /// How many, at most 1000.
    amount: Rjv,
    reason: Reason,
    /// Where it was asked for.
    ticket: Reference,
    /// After how many months tokens that come expire, from the approval on; they do not, without.
    #[schemars(range(min = 1, max = 120))]
    expires_after_months: Option<u32>,
    /// The transaction of the wallet that this corrects. A transaction is corrected at most once.
    corrects: Option<EntryId>,
}

/// Takes the proposal.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let proposal = Proposal::from(call.body::<Body>()?);
    Reply::created(&adjustments::propose(tables, proposal, &act).await?)
}

impl From<Body> for Proposal {
    fn from(body: Body) -> Self {
        Self {
            reference: body.reference,
            member_id: body.member_id,
            side: body.side,
            amount: body.amount,
            reason: body.reason,
            ticket: body.ticket,
            expires_after_months: body.expires_after_months,
            corrects: body.corrects,
        }
    }
}
