//! `GET /admin/v1/price-promotions/{promotion_id}`: a price promotion and its versions, the newest first.

use serde::Serialize;
use shared::lambda::{Answer, Call, PageQuery, Pages, Reply};
use shared::pricing::PricePromotionTerms;
use shared::pricing::promotions;
use shared::seal::Signing;
use shared::table::Tables;
use shared::text::Word;

use super::views::{PricePromotionView, VersionView};

/// A promotion and a page of its versions.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    promotion: PricePromotionView,
    /// Its versions, the newest first.
    items: Vec<VersionView<PricePromotionTerms>>,
    /// What to ask for older versions with; none on the last page.
    next_cursor: Option<String>,
}

/// Answers the promotion.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    call.staff()?;
    let id: Word = call.path("promotion_id")?;
    let query: PageQuery = call.query()?;
    let list = format!("price-promotion-versions-{id}");
    let pages = Pages::of(keys, &list, "admin");
    let after = pages.open(query.cursor.as_deref())?;
    let promotion = promotions::find(tables, &id).await?;
    let (versions, next) = promotions::versions(tables, &id, after, query.limit.get()).await?;
    let versions = versions.iter().map(VersionView::of).collect();
    let page = pages.page(versions, next)?;
    Reply::ok(&View {
        promotion: PricePromotionView::of(&promotion, call.now()),
        items: page.items,
        next_cursor: page.next_cursor,
    })
}
