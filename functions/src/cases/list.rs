//! `GET /admin/v1/cases`: problems with codes that no rule decides, the oldest first.

use serde::Deserialize;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::purchases::{self, CaseStage};
use shared::seal::Signing;
use shared::table::Tables;

/// Which cases are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Only in this state; those that wait to be decided, without.
    #[serde(default)]
    state: CaseStage,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of cases.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let query: Query = call.query()?;
    let list = format!("cases-{}", query.state.as_str());
    let pages = Pages::of(keys, &list, "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let (cases, next) = purchases::cases(tables, query.state, after, query.limit.get()).await?;
    Reply::ok(&pages.page(cases, next)?)
}
