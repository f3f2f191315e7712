//! `GET /admin/v1/price-promotions`: all price promotions, by name, each with the version that holds.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::promotions;
use shared::table::Tables;

use super::views::PricePromotionView;

/// All price promotions.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<PricePromotionView>,
}

/// Answers all price promotions.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let promotions = promotions::list(tables).await?;
    let views = promotions
        .iter()
        .map(|promotion| PricePromotionView::of(promotion, call.now()));
    Reply::ok(&View {
        items: views.collect(),
    })
}
