//! `POST /admin/v1/partners/{partner_id}/keys`: another key for a partner, shown here and never again.

use serde::{Deserialize, Serialize};
use shared::id::{KeyId, PartnerId};
use shared::lambda::{Answer, Call, Reply};
use shared::partners::{self, ApiKey, LiveKey};
use shared::table::Tables;
use shared::text::Reference;

/// Which key it is.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the administrators call it. The reference of an earlier key is refused, and no key is issued twice.
    reference: Reference,
}

/// The key.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View<'a> {
    partner_id: PartnerId,
    key_id: KeyId,
    api_key: &'a str,
}

/// Issues the key.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let partner_id = call.path("partner_id")?;
    let Body { reference } = call.body()?;
    let api_key = ApiKey::new(call.fresh().random[0]);
    let key = LiveKey::new(partner_id, reference, &api_key, call.now());
    let key_id = key.key_id;
    partners::issue(tables, partner_id, key, &api_key, &act).await?;
    Reply::created(&View {
        partner_id,
        key_id,
        api_key: api_key.reveal(),
    })
}
