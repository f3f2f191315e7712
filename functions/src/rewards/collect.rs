//! From the queue of sightings: what services and partners saw a member do becomes tokens, each at most once.

use shared::error::Error;
use shared::rewards::{self, Activity, Books, Sighting};
use shared::table::Tables;
use shared::time::Timestamp;

/// Awards what was seen of one member and arrived together.
pub async fn handle(
    (tables, books): &(Tables, Books),
    sightings: Vec<Sighting>,
    now: Timestamp,
) -> Result<(), Error> {
    let book = books.read(now).await?;
    let seen = sightings.into_iter();
    let activities: Vec<Activity> = seen.map(|sighting| sighting.activity(now)).collect();
    Ok(rewards::award(tables, &book, &activities, now).await?)
}
