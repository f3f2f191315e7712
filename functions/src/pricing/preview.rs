//! `GET /admin/v1/prices/{product_id}/preview`: what so many codes cost at an instant, step by step, as a quote would say it.

use serde::Deserialize;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::{self, Quantity, prices};
use shared::table::Tables;
use shared::time::Timestamp;

/// What is to be priced.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// How many codes; one, without.
    quantity: Option<Quantity>,
    /// When; now, without. Rules look at how the product sells now.
    at: Option<Timestamp>,
}

/// Answers what they cost.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let product = call.path("product_id")?;
    let query: Query = call.query()?;
    let subjected = prices::find_subjected(tables, product).await?;
    let book = pricing::read_book(tables, call.now()).await?;
    let priced = pricing::price(
        &subjected.price,
        book.published(),
        &subjected.subject(),
        query.quantity.unwrap_or(Quantity::ONE),
        query.at.unwrap_or(call.now()),
    );
    Reply::ok(&priced)
}
