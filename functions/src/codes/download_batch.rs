//! `POST /admin/v1/products/{product_id}/batches/{job_id}/download`: a link to the codes of a batch. That it was asked for is noted.

use shared::codes::jobs::DOWNLOAD_SECONDS;
use shared::codes::jobs::batch;
use shared::lambda::{Answer, Call, Reply};
use shared::objects::Objects;
use shared::table::Tables;

use super::show_import::Link;

/// Answers the link.
pub async fn handle((tables, objects): &(Tables, Objects), call: Call) -> Answer {
    let act = call.admin()?;
    let product = call.path("product_id")?;
    let id = call.path("job_id")?;
    call.empty_body()?;
    let batch = batch::find(tables, product, id).await?;
    let url = batch::download((tables, objects), &batch, &act).await?;
    Reply::ok(&Link::new(url, call.now(), DOWNLOAD_SECONDS))
}
