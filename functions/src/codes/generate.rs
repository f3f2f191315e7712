//! From the minting queue: one stretch of a batch of printed codes. The last one writes their file.

use shared::codes::jobs::batch::{self, Job, Tools};
use shared::error::Error;
use shared::messaging::MintingQueue;
use shared::objects::Objects;
use shared::purchases::Secrets;
use shared::table::Tables;
use shared::time::Timestamp;

/// Mints the stretch.
pub async fn handle(
    ((tables, objects), queue, secrets): &((Tables, Objects), MintingQueue, Secrets),
    job: Job,
    now: Timestamp,
) -> Result<(), Error> {
    let tools = Tools {
        tables,
        objects,
        mint: &secrets.mint,
        lookup: &secrets.lookup,
    };
    Ok(batch::walk(tools, queue, job, now).await?)
}
