//! From the ledger's stream: every new entry is news on the topic. An entry may be told of twice, never not at all.

use shared::error::Error;
use shared::ledger::Entry;
use shared::messaging::NewsTopic;
use shared::notifications::News;

/// Publishes the news of an entry.
pub async fn handle(topic: &NewsTopic, entry: Entry) -> Result<(), Error> {
    Ok(topic.0.send(News::of(&entry).message()?).await?)
}
