//! `POST /v1/purchases/{purchase_id}/reveal`: the holder reads the codes, and that they did is noted.

use serde::Serialize;
use shared::codes::{Code, State};
use shared::id::{CodeId, PurchaseId};
use shared::lambda::{Answer, Call, Reply};
use shared::purchases::{self, InFull, Secrets};
use shared::seal::Vault;
use shared::table::Tables;
use shared::time::Timestamp;

/// The codes of a purchase.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    purchase_id: PurchaseId,
    codes: Vec<RevealedCodeView>,
}

/// A code in full.
#[derive(Serialize, schemars::JsonSchema)]
pub struct RevealedCodeView {
    code_id: CodeId,
    /// What the partner wants to see.
    code: String,
    state: State,
    expires_at: Timestamp,
}

/// Reveals the codes.
pub async fn handle((tables, secrets, vault): &(Tables, Secrets, Vault), call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<PurchaseId>("purchase_id")?);
    call.empty_body()?;
    let purchase = purchases::find(tables, member, id).await?;
    let codes = purchases::reveal(tables, (secrets, vault), &purchase, call.now()).await?;
    let codes = codes
        .iter()
        .map(|(code, text)| RevealedCodeView::new(code, text, call.now()))
        .collect();
    Reply::ok(&View {
        purchase_id: id,
        codes,
    })
}

impl RevealedCodeView {
    fn new(code: &Code, text: &InFull, now: Timestamp) -> Self {
        Self {
            code_id: code.code_id,
            code: text.to_string(),
            state: code.state(now),
            expires_at: code.expires_at,
        }
    }
}
