//! `GET /admin/v1/products/{product_id}/imports`: the imports of a product, a page at a time.

use shared::codes::jobs::import;
use shared::id::ProductId;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

use super::show_import::View;

/// Answers a page of imports.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let product: ProductId = call.path("product_id")?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "imports", product);
    let after = pages.open(query.cursor.as_deref())?;
    let (imports, next) = import::list(tables, product, after, query.limit.get()).await?;
    let views = imports.iter().map(View::new).collect();
    Reply::ok(&pages.page(views, next)?)
}
