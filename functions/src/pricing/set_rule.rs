//! `PUT /admin/v1/price-rules/{rule_id}`: what a price rule says in its next version. It moves no price before it is published.

use shared::lambda::{Answer, Call, Reply};
use shared::pricing::rules;
use shared::table::Tables;
use shared::text::Word;

use super::views::VersionView;

/// Makes the next version of the rule.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id: Word = call.path("rule_id")?;
    let terms = call.body()?;
    let version = rules::set(tables, &id, terms, &act).await?;
    Reply::ok(&VersionView::of(&version))
}
