//! `PUT /admin/v1/price-rules/{rule_id}/state`: a price rule is published, paused, resumed or ended.

use serde::Deserialize;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::rules;
use shared::publication::{Order, Wanted};
use shared::table::Tables;
use shared::text::{Text, Word};

use super::views::PriceRuleView;

/// What the rule is to be.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    state: Wanted,
    /// Which version is to be published, be it a new or an old one; the one that is, without.
    version: Option<u32>,
    /// Why.
    reason: Option<Text<1, 400>>,
}

/// Sets the state of the rule.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id: Word = call.path("rule_id")?;
    let body: Body = call.body()?;
    let order = Order {
        state: body.state,
        version: body.version,
        backtest_id: None,
        reason: body.reason,
    };
    let rule = rules::set_state(tables, &id, &order, &act).await?;
    Reply::ok(&PriceRuleView::of(&rule, call.now()))
}
