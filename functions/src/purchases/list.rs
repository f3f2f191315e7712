//! `GET /v1/purchases`: what the member bought, newest first, and what has become of it.

use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::purchases;
use shared::seal::Signing;
use shared::table::Tables;

use super::PurchaseView;

/// Answers a page of purchases.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "purchases", member);
    let before = pages.open(query.cursor.as_deref())?;
    let (purchases, next) = purchases::list(tables, member, before, query.limit.get()).await?;
    let codes = purchases::codes(tables, &purchases).await?;
    Reply::ok(&pages.page(PurchaseView::current(&purchases, codes, call.now()), next)?)
}
