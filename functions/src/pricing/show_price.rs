//! `GET /admin/v1/prices/{product_id}`: the price of a product as it is now.

use shared::lambda::{Answer, Call, Reply};
use shared::pricing::prices;
use shared::table::Tables;

use super::views::PriceView;

/// Answers the price.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let product = call.path("product_id")?;
    let price = prices::find(tables, product).await?;
    Reply::ok(&PriceView::of(&price))
}
