//! `GET /admin/v1/products`: all products, a page at a time.

use serde::Deserialize;
use shared::catalog;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

/// Which products are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of products.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.admin()?;
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "admin-products", "admin");
    let (products, more) = catalog::products(
        tables,
        pages.open(query.cursor.as_deref())?,
        query.limit.get(),
    )
    .await?;
    let next = products
        .last()
        .filter(|_| more)
        .map(|product| product.product_id);
    Reply::ok(&pages.page(products, next)?)
}
