//! From the codes' stream: what became of codes is counted, each step of each once.

use shared::codes::Code;
use shared::error::Error;
use shared::table::Tables;
use shared::usage;

/// Logs the codes of a batch.
pub async fn handle(tables: &Tables, codes: Vec<Code>) -> Result<(), Error> {
    Ok(usage::log(tables, &codes).await?)
}
