//! `GET /admin/v1/reconciliations`: all reconciliations, newest first, and whether each found anything.

use shared::insights;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

use super::RunView;

/// Answers a page of the list.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "reconciliations", "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let (runs, next) = insights::list(tables, after, query.limit.get()).await?;
    Reply::ok(&pages.page(runs.iter().map(RunView::from).collect(), next)?)
}
