//! `GET /v1/products/{product_id}`: one product, and whether the caller has enough for it.

use shared::catalog::Store;
use shared::id::ProductId;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger;
use shared::table::Tables;

use super::ProductView;

/// Answers the product.
pub async fn handle((tables, store): &(Tables, Store), call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<ProductId>("product_id")?);
    call.no_query()?;
    let shelf = store.shelf(call.now()).await?;
    let offer = shelf.find(id)?;
    let funds = ledger::wallet(tables, member).await?.available(call.now());
    Reply::ok(&ProductView::new(offer, funds))
}
