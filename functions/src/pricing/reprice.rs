//! By the clock, every quarter of an hour: prices follow the rules. A beat that is delivered twice moves nothing twice.

use shared::error::Error;
use shared::lambda::Tick;
use shared::repricing;
use shared::table::Tables;

/// Moves the prices.
pub async fn handle(tables: &Tables, tick: Tick) -> Result<(), Error> {
    repricing::reprice(tables, tick.time).await?;
    Ok(())
}
