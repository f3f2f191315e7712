//! `POST /admin/v1/partners`: a new partner. Its first key and its webhook secret are shown here and never again.

use serde::{Deserialize, Serialize};
use shared::catalog::{Class, Partner};
use shared::id::KeyId;
use shared::lambda::{Answer, Call, Reply};
use shared::partners::{self, ApiKey, LiveKey, WebhookSecret};
use shared::table::Tables;
use shared::text::{Reference, Text};

/// Who the partner is.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the administrators call it. The same reference again is refused, and nothing is created twice.
    reference: Reference,
    /// What members read.
    name: Text<1, 100>,
    class: Class,
}

/// The partner, and its secrets.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View<'a> {
    #[serde(flatten)]
    partner: &'a Partner,
    key_id: KeyId,
    api_key: &'a str,
    webhook_secret: &'a str,
}

/// Creates the partner.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let body: Body = call.body()?;
    let [for_key, for_webhooks] = call.fresh().random;
    let (api_key, webhook_secret) = (ApiKey::new(for_key), WebhookSecret::new(for_webhooks));
    let partner_id = Partner::id_of(&body.reference);
    let key = LiveKey::new(partner_id, body.reference.clone(), &api_key, call.now());
    let key_id = key.key_id;
    let partner = Partner::new(body.reference, body.name, body.class, call.now());
    partners::create(tables, &partner, key, &webhook_secret, &api_key, &act).await?;
    Reply::created(&View {
        partner: &partner,
        key_id,
        api_key: api_key.reveal(),
        webhook_secret: webhook_secret.reveal(),
    })
}
