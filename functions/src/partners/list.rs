//! `GET /admin/v1/partners`: all partners, a page at a time.

use shared::catalog;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

/// Answers a page of partners.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: PageQuery = call.query()?;
    let pages = Pages::of(keys, "partners", "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let (partners, next) = catalog::partners(tables, after, query.limit.get()).await?;
    Reply::ok(&pages.page(partners, next)?)
}
