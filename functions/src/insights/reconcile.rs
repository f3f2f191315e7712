//! From the reconciliation queue: one stretch of a reconciliation. The last one writes the report and the metrics.

use shared::error::Error;
use shared::insights::{self, Job};
use shared::lambda::Metrics;
use shared::messaging::ReconciliationQueue;
use shared::table::Tables;
use shared::time::Timestamp;

/// Walks the stretch.
pub async fn handle(
    (tables, queue, metrics): &(Tables, ReconciliationQueue, Metrics),
    job: Job,
    now: Timestamp,
) -> Result<(), Error> {
    let run = insights::walk(tables, queue, job, now).await?;
    // A message that comes twice counts twice, which says the same.
    if let Some(report) = run.as_ref().and_then(insights::Run::report) {
        let counts = [
            ("Reconciled", 1),
            ("Drift", report.counts.findings),
            ("Wallets", report.counts.wallets),
            ("Entries", report.counts.entries),
        ];
        metrics.count(&counts, now);
    }
    Ok(())
}
