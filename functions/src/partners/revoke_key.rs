//! `DELETE /admin/v1/partners/{partner_id}/keys/{key_id}`: a key stops working, within the half minute the gateway remembers it.

use shared::lambda::{Answer, Call, Reply};
use shared::partners;
use shared::table::Tables;

/// Revokes the key.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let (partner_id, key_id) = (call.path("partner_id")?, call.path("key_id")?);
    call.no_query()?;
    partners::revoke(tables, partner_id, key_id, &act).await?;
    Reply::no_content()
}
