//! `GET /v1/rewards`: what the member can do to earn now, what it gives, and what is in the way.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::Books;
use shared::rewards::ways::{self, Way};
use shared::table::Tables;

/// Ways to earn, those that are open first.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<Way>,
}

/// Answers the ways.
pub async fn handle((tables, books): &(Tables, Books), call: Call) -> Answer {
    let member = call.member()?;
    call.no_query()?;
    let book = books.read(call.now()).await?;
    let items = ways::list(tables, &book, member, call.now()).await?;
    Reply::ok(&View { items })
}
