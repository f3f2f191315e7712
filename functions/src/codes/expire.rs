//! By the clock, every hour: holders are told before their codes run out, and codes that ran out are counted.

use shared::error::Error;
use shared::lambda::Tick;
use shared::messaging::NewsTopic;
use shared::table::Tables;
use shared::usage;

/// Goes on up to this beat. One that is delivered twice finds everything done.
pub async fn handle((tables, topic): &(Tables, NewsTopic), tick: Tick) -> Result<(), Error> {
    Ok(usage::expire(tables, topic, tick.time).await?)
}
