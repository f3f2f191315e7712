//! `GET /v1/products`: what can be bought, exclusive partners first, and whether the caller has enough for it.

use serde::Deserialize;
use shared::catalog::{Class, Store};
use shared::id::ProductId;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::ledger;
use shared::seal::Signing;
use shared::table::Tables;

use super::ProductView;

/// Which products are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    partner_class: Option<Class>,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// Answers a page of the store.
pub async fn handle((tables, store, keys): &(Tables, Store, Signing), call: Call) -> Answer {
    let member = call.member()?;
    let query: Query = call.query()?;
    let pages = Pages::of(keys, "products", member);
    let after: Option<(bool, String, ProductId)> = pages.open(query.cursor.as_deref())?;
    let funds = ledger::wallet(tables, member).await?.available(call.now());
    let shelf = store.shelf(call.now()).await?;
    let behind = after
        .as_ref()
        .map(|(shared, title, id)| (*shared, title.as_str(), *id));
    let (offers, next) = shelf.page(query.partner_class, behind, query.limit.get());
    Reply::ok(
        &pages.page(
            offers
                .into_iter()
                .map(|offer| ProductView::new(offer, funds))
                .collect(),
            next,
        )?,
    )
}
