//! `GET /v1/time-zone`: by which clock the member's days are counted.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::profile::Profile;
use shared::rewards::{self, Books};
use shared::table::Tables;
use shared::time::{Day, Timestamp};

/// A member's clock.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "MemberTimeZone")]
pub struct ZoneView {
    /// The zone that holds.
    time_zone: String,
    /// The day that the member's clock shows.
    local_day: Day,
    /// When the next day begins.
    day_ends_at: Timestamp,
    /// The zone that comes next, if one was named.
    next: Option<NextZone>,
}

/// A zone that does not hold yet.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "NextTimeZone")]
pub struct NextZone {
    time_zone: String,
    /// From when on it holds.
    from: Timestamp,
}

/// Answers the clock.
pub async fn handle((tables, books): &(Tables, Books), call: Call) -> Answer {
    let member = call.member()?;
    call.no_query()?;
    let book = books.read(call.now()).await?;
    let profile = rewards::profile(tables, &book, member).await?;
    Reply::ok(&ZoneView::new(&profile, call.now()))
}

impl ZoneView {
    pub(super) fn new(profile: &Profile, now: Timestamp) -> Self {
        let zone = profile.zone_at(now);
        Self {
            time_zone: zone.name().to_owned(),
            local_day: zone.day(now),
            day_ends_at: zone.end_of_day(now),
            next: profile.next_zone(now).map(|stay| NextZone {
                time_zone: stay.zone.name().to_owned(),
                from: stay.from,
            }),
        }
    }
}
