//! `GET /admin/v1/adjustments`: adjustments in one state, the newest proposal first.

use serde::Deserialize;
use shared::adjustments::{self, Stage};
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

/// Which adjustments are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Only in this state; those that wait for another administrator, without.
    #[serde(default)]
    state: Stage,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of adjustments.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: Query = call.query()?;
    let list = format!("adjustments-{}", query.state.as_str());
    let pages = Pages::of(keys, &list, "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let (adjustments, next) =
        adjustments::list(tables, query.state, after, query.limit.get()).await?;
    Reply::ok(&pages.page(adjustments, next)?)
}
