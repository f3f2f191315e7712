//! `GET /v1/streaks`: the member's days in a row, as the member's own clock counts them.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::{self, Books, Days};
use shared::table::Tables;
use shared::time::{Day, Timestamp};

/// Streaks, and the clock that counts their days.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    time_zone: String,
    /// The day that the member's clock shows.
    local_day: Day,
    /// When the next day begins.
    day_ends_at: Timestamp,
    /// One for each rule that counts days.
    items: Vec<Days>,
}

/// Answers the streaks.
pub async fn handle((tables, books): &(Tables, Books), call: Call) -> Answer {
    let (member, now) = (call.member()?, call.now());
    call.no_query()?;
    let book = books.read(now).await?;
    let (profile, items) = rewards::streaks(tables, &book, member, now).await?;
    let zone = profile.zone_at(now);
    Reply::ok(&View {
        time_zone: zone.name().to_owned(),
        local_day: zone.day(now),
        day_ends_at: zone.end_of_day(now),
        items,
    })
}
