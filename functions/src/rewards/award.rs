//! From the reward queue: a member's activities become tokens, each at most once.

use shared::error::Error;
use shared::rewards::{self, Activity, Books};
use shared::table::Tables;
use shared::time::Timestamp;

/// Awards the activities of one member that arrived together.
pub async fn handle(
    (tables, books): &(Tables, Books),
    activities: Vec<Activity>,
    now: Timestamp,
) -> Result<(), Error> {
    let kinds: Vec<_> = activities.iter().map(|activity| activity.kind).collect();
    let book = books.read_about(&kinds, now).await?;
    Ok(rewards::award(tables, &book, &activities, now).await?)
}
