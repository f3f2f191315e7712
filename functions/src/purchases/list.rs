//! `GET /v1/purchases`: what the member bought, newest first, and what has become of it.

use serde::Deserialize;
use shared::codes::State;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::purchases;
use shared::seal::Signing;
use shared::table::Tables;

use super::PurchaseView;

/// Which purchases are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Only purchases of which a code is in this state.
    state: Option<State>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of purchases.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let (member, now) = (call.member()?, call.now());
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "purchases", member);
    let (before, limit) = (pages.open(query.cursor.as_deref())?, query.limit.get());
    let wanted = (member, query.state);
    let (held, next) = purchases::list(tables, wanted, before, limit, now).await?;
    let views: Vec<_> = held
        .iter()
        .map(|(purchase, codes)| PurchaseView::current(purchase, codes, now))
        .collect();
    Reply::ok(&pages.page(views, next)?)
}
