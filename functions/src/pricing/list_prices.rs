//! `GET /admin/v1/prices`: all prices, a page at a time.

use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::pricing::prices;
use shared::seal::Signing;
use shared::table::Tables;

use super::views::PriceView;

/// Answers a page of prices.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "prices", "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let (prices, next) = prices::list(tables, after, query.limit.get()).await?;
    let views = prices.iter().map(PriceView::of).collect();
    Reply::ok(&pages.page(views, next)?)
}
