//! `POST /v1/quotes`: a price the member can rely on for ten minutes.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::catalog::Store;
use shared::id::{ProductId, QuoteId};
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::{self, Quantity};
use shared::seal::Signing;
use shared::time::Timestamp;

/// What is to be bought.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    product_id: ProductId,
    quantity: Quantity,
}

/// A quote, and the text that executes it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    quote_id: QuoteId,
    product_id: ProductId,
    quantity: Quantity,
    unit_price: Rjv,
    total: Rjv,
    price_version: u32,
    issued_at: Timestamp,
    expires_at: Timestamp,
    /// What to send to buy it.
    quote: String,
}

/// Quotes the price.
pub async fn handle((store, keys): &(Store, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let Body {
        product_id,
        quantity,
    } = call.body()?;
    let shelf = store.shelf(call.now()).await?;
    let id = QuoteId::new(call.fresh().id);
    let quote = pricing::quote(id, member, shelf.find(product_id)?, quantity, call.now())?;
    Reply::created(&View {
        quote_id: quote.quote_id,
        product_id,
        quantity,
        unit_price: quote.unit_price,
        total: quote.total,
        price_version: quote.price_version,
        issued_at: quote.issued_at,
        expires_at: quote.expires_at,
        quote: pricing::seal(keys, &quote)?,
    })
}
