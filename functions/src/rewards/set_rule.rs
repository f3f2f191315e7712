//! `PUT /admin/v1/reward-rules/{rule_id}`: what a rule says in its next version. Nothing is awarded by it before it is published.

use shared::lambda::{Answer, Call, Reply};
use shared::rewards::rules;
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
