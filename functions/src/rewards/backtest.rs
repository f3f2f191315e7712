//! From the backtest queue: one stretch of a backtest. The last one of all writes its result.

use shared::error::Error;
use shared::messaging::BacktestQueue;
use shared::rewards::Books;
use shared::rewards::backtest::{self, Job};
use shared::table::{Tables, WholeTables};
use shared::time::Timestamp;

/// Walks the stretch.
pub async fn handle(
    (tables, queue, books): &((Tables, WholeTables), BacktestQueue, Books),
    job: Job,
    now: Timestamp,
) -> Result<(), Error> {
    let book = books.read(now).await?;
    backtest::walk(tables, queue, &book, &job, now).await
}
