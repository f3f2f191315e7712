//! `GET /admin/v1/products/{product_id}`: one product, what its codes cost and how many are left.

use shared::lambda::{Answer, Call, Reply};
use shared::store;
use shared::table::Tables;

/// Answers the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let id = call.path("product_id")?;
    call.no_query()?;
    Reply::ok(&store::show(tables, id).await?)
}
