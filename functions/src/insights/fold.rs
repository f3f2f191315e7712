//! From the ledger's stream: new entries become totals of the house's accounts, each once.

use shared::error::Error;
use shared::insights;
use shared::ledger::Entry;
use shared::table::Tables;

/// Folds the entries of a batch.
pub async fn handle(tables: &Tables, entries: Vec<Entry>) -> Result<(), Error> {
    Ok(insights::fold(tables, &entries).await?)
}
