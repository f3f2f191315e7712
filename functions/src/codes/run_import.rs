//! `POST /admin/v1/products/{product_id}/imports/{job_id}/start`: the file of an import is there, and is to be read.

use shared::codes::jobs::import;
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::ImportQueue;
use shared::objects::Objects;
use shared::table::Tables;

use super::show_import::View;

/// Has the file read. An import that is under way is woken, one that is done stays as it is.
pub async fn handle(
    (tables, objects, queue): &(Tables, Objects, ImportQueue),
    call: Call,
) -> Answer {
    let act = call.admin()?;
    let product = call.path("product_id")?;
    let id = call.path("job_id")?;
    call.empty_body()?;
    let import = import::find(tables, product, id).await?;
    let import = import::run((tables, objects, queue), import, Some(&act)).await?;
    Reply::accepted(&View::new(&import))
}
