//! `GET /admin/v1/audit`: what administrators did in a month, newest first.

use serde::Deserialize;
use shared::audit;
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;
use shared::time::Month;

/// Which acts are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Only of this month; of the current one, or of that of the cursor, without.
    month: Option<Month>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Where a page goes on: in which month, and behind which record.
type Place = (Month, String);

/// Answers a page of the log.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "audit", "admin");
    let place: Option<Place> = pages.open(query.cursor.as_deref())?;
    let (month, after) = match place {
        None => (query.month.unwrap_or(call.now().month()), None),
        Some((month, _)) if query.month.is_some_and(|other| other != month) => {
            return Err(Rejection::InvalidCursor.into());
        }
        Some((month, after)) => (month, Some(after)),
    };
    let (records, next) = audit::records(tables, month, after, query.limit.get()).await?;
    Reply::ok(&pages.page(records, next.map(|next| (month, next)))?)
}
