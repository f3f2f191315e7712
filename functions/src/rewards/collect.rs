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
    let seen = sightings.into_iter();
    let activities: Vec<Activity> = seen.map(|sighting| sighting.activity(now)).collect();
    let kinds: Vec<_> = activities.iter().map(|activity| activity.kind).collect();
    let book = books.read_about(&kinds, now).await?;
    Ok(rewards::award(tables, &book, &activities, now).await?)
}
