//! `GET /admin/v1/reward-promotions`: all promotions, by name, each with the version that holds.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::promotions;
use shared::table::Tables;

use super::views::PromotionView;

/// All promotions.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<PromotionView>,
}

/// Answers all promotions.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let promotions = promotions::list(tables).await?;
    let views = promotions
        .iter()
        .map(|promotion| PromotionView::of(promotion, call.now()));
    Reply::ok(&View {
        items: views.collect(),
    })
}
