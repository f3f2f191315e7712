//! By the clock, every night: starts a reconciliation. A beat that is delivered twice starts one.

use shared::error::Error;
use shared::id::RunId;
use shared::insights::{self, Run, Starter};
use shared::lambda::Tick;
use shared::messaging::ReconciliationQueue;
use shared::table::Tables;

/// Starts it.
pub async fn handle(
    (tables, queue): &(Tables, ReconciliationQueue),
    tick: Tick,
) -> Result<(), Error> {
    let run = Run::new(RunId::new(tick.id()), Starter::Schedule {}, tick.time);
    insights::start(tables, queue, run, Vec::new()).await?;
    Ok(())
}
