//! `POST /v1/purchases/{purchase_id}/refunds`: a member gives codes back, and gets what the product's policy says.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::error::Rejection;
use shared::id::{CodeId, PurchaseId};
use shared::invalid::Invalid;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::RefundReason;
use shared::pricing::Quantity;
use shared::purchases::{self, Secrets};
use shared::table::Tables;

use super::Outcome;

/// What is given back.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Codes of the purchase, each once.
    #[schemars(length(min = 1, max = 20))]
    code_ids: Vec<CodeId>,
    /// Why.
    reason: Reason,
}

/// Why codes are given back. A code that did not work is reported as a problem instead.
#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReturnReason")]
pub enum Reason {
    /// They are not wanted any more.
    ChangedMind,
    /// They ran out unused.
    Expired,
}

/// What became of the codes.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    purchase_id: PurchaseId,
    codes: Vec<Outcome>,
}

/// Gives the codes back.
pub async fn handle((tables, secrets): &(Tables, Secrets), call: Call) -> Answer {
    let (member, purchase_id) = (call.member()?, call.path::<PurchaseId>("purchase_id")?);
    let Body { code_ids, reason } = call.body()?;
    check(&code_ids).map_err(Rejection::from)?;
    let reason = match reason {
        Reason::ChangedMind => RefundReason::ChangedMind,
        Reason::Expired => RefundReason::Expired,
    };
    let whose = (member, purchase_id);
    let endings =
        purchases::give_back(tables, secrets, whose, &code_ids, reason, call.now()).await?;
    let codes = endings.into_iter();
    let codes = codes.map(|(code_id, ending)| Outcome::new(code_id, ending));
    Reply::ok(&View {
        purchase_id,
        codes: codes.collect(),
    })
}

fn check(code_ids: &[CodeId]) -> Result<(), Invalid> {
    let distinct: BTreeSet<&CodeId> = code_ids.iter().collect();
    let max = usize::try_from(Quantity::MAX).unwrap_or(usize::MAX);
    if code_ids.is_empty() || code_ids.len() > max || distinct.len() < code_ids.len() {
        return Err(Invalid::at(
            "/code_ids",
            format!("name 1 to {max} codes, each once"),
        ));
    }
    Ok(())
}
