//! `GET /v1/purchases/{purchase_id}`: one purchase, and what has become of its codes.

use shared::id::PurchaseId;
use shared::lambda::{Answer, Call, Reply};
use shared::purchases;
use shared::table::Tables;

use super::PurchaseView;

/// Answers the purchase. Another member's is as if it did not exist.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let (member, id) = (call.member()?, call.path::<PurchaseId>("purchase_id")?);
    call.no_query()?;
    let purchase = [purchases::find(tables, member, id).await?];
    let codes = purchases::codes(tables, &purchase).await?;
    let [purchase] = purchase;
    Reply::ok(&PurchaseView::current(
        &purchase,
        &codes.concat(),
        call.now(),
    ))
}
