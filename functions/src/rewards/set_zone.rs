//! `PUT /v1/time-zone`: the member's clock shows another zone, from the end of the present local day on.

use serde::Deserialize;
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards;
use shared::table::Tables;
use shared::zone::Zone;

use super::show_zone::ZoneView;

/// Which zone.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Its name in the IANA database, such as `Pacific/Auckland`.
    #[schemars(length(min = 1, max = 64))]
    time_zone: String,
}

/// Sets the zone.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let member = call.member()?;
    let body: Body = call.body()?;
    let zone = Zone::named(&body.time_zone, call.now());
    let zone = zone.map_err(|unknown| Rejection::InvalidBody {
        pointer: "/time_zone".to_owned(),
        reason: unknown.to_string(),
    })?;
    let profile = rewards::set_zone(tables, member, &zone, call.now()).await?;
    Reply::ok(&ZoneView::new(&profile, call.now()))
}
