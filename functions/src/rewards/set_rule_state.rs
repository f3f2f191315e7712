//! `PUT /admin/v1/reward-rules/{rule_id}/state`: a rule is published, paused, resumed or ended.

use serde::Deserialize;
use shared::id::BacktestId;
use shared::lambda::{Answer, Call, Reply};
use shared::publication::{Order, Wanted};
use shared::rewards::rules;
use shared::table::Tables;
use shared::text::{Text, Word};

use super::views::RuleView;

/// What the rule is to be.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    state: Wanted,
    /// Which version is to be published, be it a new or an old one; the one that is, without.
    version: Option<u32>,
    /// A finished backtest of that version.
    backtest_id: Option<BacktestId>,
    /// Why; needed where a version is published without a backtest.
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
        backtest_id: body.backtest_id,
        reason: body.reason,
    };
    let rule = rules::set_state(tables, &id, &order, &act).await?;
    Reply::ok(&RuleView::of(&rule, call.now()))
}
