//! From the queue on the topic: news reach the member's inbox, each once however often they come.

use shared::error::Error;
use shared::notifications::{self, News};
use shared::table::Tables;
use shared::time::Timestamp;

/// Puts the news into the inbox.
pub async fn handle(tables: &Tables, news: News, _now: Timestamp) -> Result<(), Error> {
    Ok(notifications::deliver(tables, &news).await?)
}
