//! `GET /v1/products/{product_id}`: one product, what several of its codes cost, and whether the caller can buy and pay for it.

use serde::Serialize;
use shared::amount::Rjv;
use shared::id::ProductId;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::{Factor, Nudge, Quantity};
use shared::store::{Shelf, Shown, Store, Visitor};
use shared::table::Tables;
use shared::time::Timestamp;

use super::ProductView;

/// A product, and what several of its codes cost.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    #[serde(flatten)]
    product: ProductView,
    /// How what one code costs came about.
    factors: Vec<Factor>,
    /// What more of them cost, for each quantity from which on they cost less.
    bulk: Vec<BulkPrice>,
    /// What a few more would save.
    nudge: Option<Nudge>,
}

/// What several codes cost at once.
#[derive(Serialize, schemars::JsonSchema)]
pub struct BulkPrice {
    quantity: Quantity,
    /// What one costs; if they differ, on average, to 0.01 RJV.
    unit_price: Rjv,
    /// What all cost.
    total: Rjv,
}

/// Answers the product.
pub async fn handle((tables, store): &(Tables, Store), call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<ProductId>("product_id")?);
    call.no_query()?;
    let now = call.now();
    let shelf = store.shelf(now).await?;
    let visitor = Visitor::look(tables, member, shelf.find(id)?, now).await?;
    let shown = shelf.show(id, &visitor, now)?;
    Reply::ok(&view(&shelf, shown, &visitor, now))
}

fn view(shelf: &Shelf, shown: Shown<'_>, visitor: &Visitor, now: Timestamp) -> View {
    let tiers = shelf.bulk_prices(shown.offer, now);
    let bulk = tiers.into_iter().map(|priced| BulkPrice {
        quantity: priced.quantity,
        unit_price: priced.unit_price,
        total: priced.total,
    });
    View {
        bulk: bulk.collect(),
        factors: shown.priced.factors.clone(),
        nudge: shown.priced.nudge,
        product: ProductView::new(shown, visitor),
    }
}
