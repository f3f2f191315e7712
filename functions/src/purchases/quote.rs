//! `POST /v1/quotes`: a price the member can rely on for ten minutes, and how it came about.

use serde::{Deserialize, Serialize};
use shared::amount::Rjv;
use shared::id::{ProductId, QuoteId};
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::{Applied, Factor, Nudge, Priced, Quantity};
use shared::seal::Signing;
use shared::store::{self, Ask, Quote, Store};
use shared::table::Tables;
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
    /// What one code costs before anything is added or taken off.
    base_price: Rjv,
    /// What is added and taken off, in this order: from the base it leads to what one costs.
    factors: Vec<Factor>,
    /// What one costs; if they differ, on average, to 0.01 RJV.
    unit_price: Rjv,
    /// What all cost, and what buying them takes.
    total: Rjv,
    price_version: u32,
    /// The promotions that make them cheaper.
    promotions: Vec<Applied>,
    /// What a single code costs without the promotions, if they make it cheaper.
    token_price_before: Option<Rjv>,
    /// What a single code cost at its lowest in the 30 days before they began; without any, in the last 30 days.
    low_30d: Rjv,
    /// What a few more would save.
    nudge: Option<Nudge>,
    issued_at: Timestamp,
    expires_at: Timestamp,
    /// What to send to buy it.
    quote: String,
}

/// Quotes the price.
pub async fn handle((tables, store, keys): &(Tables, Store, Signing), call: Call) -> Answer {
    let member_id = call.member()?;
    let Body {
        product_id,
        quantity,
    } = call.body()?;
    let shelf = store.shelf(call.now()).await?;
    let ask = Ask {
        quote_id: QuoteId::new(call.fresh().id),
        member_id,
        product_id,
        quantity,
    };
    let (quote, priced) = store::quote(tables, &shelf, ask, call.now()).await?;
    let text = store::seal(keys, &quote)?;
    Reply::created(&View::new(&quote, priced, text))
}

impl View {
    fn new(quote: &Quote, priced: Priced, text: String) -> Self {
        Self {
            quote_id: quote.quote_id,
            product_id: quote.product_id,
            quantity: quote.quantity,
            base_price: priced.base,
            factors: priced.factors,
            unit_price: quote.unit_price,
            total: quote.total,
            price_version: quote.price_version,
            promotions: priced.promotions,
            token_price_before: priced.before,
            low_30d: priced.low_30d,
            nudge: priced.nudge,
            issued_at: quote.issued_at,
            expires_at: quote.expires_at,
            quote: text,
        }
    }
}
