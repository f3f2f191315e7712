//! `GET /admin/v1/products/{product_id}/batches`: the batches of printed codes of a product, a page at a time.

use shared::codes::jobs::batch;
use shared::id::ProductId;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

use super::show_batch::View;

/// Answers a page of batches.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let product: ProductId = call.path("product_id")?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "batches", product);
    let after = pages.open(query.cursor.as_deref())?;
    let (batches, next) = batch::list(tables, product, after, query.limit.get()).await?;
    let views = batches.iter().map(View::new).collect();
    Reply::ok(&pages.page(views, next)?)
}
