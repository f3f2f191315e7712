//! From the import queue: one stretch of an import. The last one writes its report.

use shared::codes::Lookup;
use shared::codes::jobs::import::{self, Job, Tools};
use shared::error::Error;
use shared::messaging::ImportQueue;
use shared::objects::Objects;
use shared::seal::Vault;
use shared::table::Tables;
use shared::time::Timestamp;

/// Reads the stretch.
pub async fn handle(
    ((tables, objects), queue, (vault, lookup)): &((Tables, Objects), ImportQueue, (Vault, Lookup)),
    job: Job,
    now: Timestamp,
) -> Result<(), Error> {
    let tools = Tools {
        tables,
        objects,
        vault,
        lookup,
    };
    Ok(import::walk(tools, queue, job, now).await?)
}
