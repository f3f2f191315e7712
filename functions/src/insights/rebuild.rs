//! `POST /admin/v1/wallets/{member_id}/rebuild`: a wallet becomes the fold of its entries again. A sound one stays as it is.

use shared::insights;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;

use super::proof::View;

/// Rebuilds the wallet and answers the proof.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let member = call.path("member_id")?;
    call.empty_body()?;
    Reply::ok(&View::from(insights::rebuild(tables, member, &act).await?))
}
