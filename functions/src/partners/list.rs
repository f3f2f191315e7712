//! `GET /admin/v1/partners`: all partners, a page at a time.

use serde::Deserialize;
use shared::catalog;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;

/// Which partners are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of partners.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.admin()?;
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "partners", "admin");
    let (partners, more) = catalog::partners(
        tables,
        pages.open(query.cursor.as_deref())?,
        query.limit.get(),
    )
    .await?;
    let next = partners
        .last()
        .filter(|_| more)
        .map(|partner| partner.partner_id);
    Reply::ok(&pages.page(partners, next)?)
}
