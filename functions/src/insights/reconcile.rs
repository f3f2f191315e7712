//! From the reconciliation queue: one stretch of a reconciliation. The last one writes the report and the metrics.

use shared::error::Error;
use shared::insights::{self, Job};
use shared::lambda::Metrics;
use shared::messaging::ReconciliationQueue;
use shared::table::{Tables, WholeTables};
use shared::time::Timestamp;

/// Walks the stretch.
pub async fn handle(
    ((tables, whole), queue, metrics): &((Tables, WholeTables), ReconciliationQueue, Metrics),
    job: Job,
    now: Timestamp,
) -> Result<(), Error> {
    let run = insights::walk(tables, whole, queue, job, now).await?;
    // A message that comes twice counts twice, which says the same.
    if let Some(counts) = run.as_ref().and_then(insights::Run::counts) {
        let counts = [
            ("Reconciled", 1),
            ("Drift", counts.findings),
            ("Wallets", counts.wallets),
            ("Entries", counts.entries),
        ];
        metrics.count(&counts, now);
    }
    Ok(())
}
