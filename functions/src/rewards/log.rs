//! From the members' stream: what became of activities is logged and counted, each once.

use shared::error::Error;
use shared::rewards::{self, Record};
use shared::table::Tables;

/// Logs the records of a batch.
pub async fn handle(tables: &Tables, records: Vec<Record>) -> Result<(), Error> {
    Ok(rewards::log(tables, &records).await?)
}
