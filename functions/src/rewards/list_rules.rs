//! `GET /admin/v1/reward-rules`: all rules, by name, each with the version that holds.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::rules;
use shared::table::Tables;

use super::views::RuleView;

/// All rules.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<RuleView>,
}

/// Answers all rules.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let rules = rules::list(tables).await?;
    let views = rules.iter().map(|rule| RuleView::of(rule, call.now()));
    Reply::ok(&View {
        items: views.collect(),
    })
}
