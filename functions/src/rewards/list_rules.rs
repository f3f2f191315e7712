//! `GET /admin/v1/reward-rules`: all rules, by kind.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::{self, Rule};
use shared::table::Tables;

/// All rules.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    items: Vec<Rule>,
}

/// Answers all rules.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let rules = rewards::rules(tables).await?;
    Reply::ok(&View {
        items: rules.into_values().collect(),
    })
}
