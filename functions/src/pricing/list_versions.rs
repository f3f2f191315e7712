//! `GET /admin/v1/prices/{product_id}/versions`: everything a price ever was and why, the newest version first.

use shared::id::ProductId;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::pricing::prices;
use shared::seal::Signing;
use shared::table::Tables;

/// Answers a page of versions.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let product: ProductId = call.path("product_id")?;
    let query: PageQuery = call.query()?;
    let list = format!("price-versions-{product}");
    let pages = Pages::of(keys, &list, "admin");
    let after = pages.open(query.cursor.as_deref())?;
    prices::find(tables, product).await?;
    let (versions, next) = prices::versions(tables, product, after, query.limit.get()).await?;
    Reply::ok(&pages.page(versions, next)?)
}
