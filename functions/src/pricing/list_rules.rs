//! `GET /admin/v1/price-rules`: all price rules, by name, each with the version that holds.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::rules;
use shared::table::Tables;

use super::views::PriceRuleView;

/// All price rules.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<PriceRuleView>,
}

/// Answers all price rules.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let rules = rules::list(tables).await?;
    let views = rules.iter().map(|rule| PriceRuleView::of(rule, call.now()));
    Reply::ok(&View {
        items: views.collect(),
    })
}
