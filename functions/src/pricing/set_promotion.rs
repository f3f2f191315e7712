//! `PUT /admin/v1/price-promotions/{promotion_id}`: what a price promotion says in its next version. Nothing is taken off by it before it is published.

use shared::lambda::{Answer, Call, Reply};
use shared::pricing::promotions;
use shared::table::Tables;
use shared::text::Word;

use super::views::VersionView;

/// Makes the next version of the promotion.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id: Word = call.path("promotion_id")?;
    let terms = call.body()?;
    let version = promotions::set(tables, &id, terms, &act).await?;
    Reply::ok(&VersionView::of(&version))
}
