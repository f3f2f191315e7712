//! `POST /admin/v1/products/{product_id}/batches`: mints codes for a partner to print.

use serde::Deserialize;
use shared::codes::jobs::batch::{self, Order};
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::MintingQueue;
use shared::table::Tables;
use shared::text::Reference;
use shared::time::Timestamp;

use super::show_batch::View;

/// What is wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BatchOrder")]
pub struct Body {
    /// What the administrators call it. The same reference again answers the same batch.
    reference: Reference,
    /// How many codes.
    #[schemars(range(min = 1, max = 100_000))]
    count: u32,
    /// The first instant at which they can no longer be redeemed.
    expires_at: Timestamp,
}

/// Orders the batch.
pub async fn handle((tables, queue): &(Tables, MintingQueue), call: Call) -> Answer {
    let act = call.admin()?;
    let product_id = call.path("product_id")?;
    let body: Body = call.body()?;
    let order = Order {
        product_id,
        reference: body.reference,
        count: body.count,
        expires_at: body.expires_at,
    };
    let batch = batch::start((tables, queue), order, &act).await?;
    Reply::accepted(&View::new(&batch))
}
