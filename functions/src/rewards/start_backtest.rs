//! `POST /admin/v1/reward-rules/{rule_id}/backtests`: tries a version of a rule on the activities of the last days.

use serde::Deserialize;
use shared::id::BacktestId;
use shared::lambda::{Answer, Call, Reply};
use shared::messaging::BacktestQueue;
use shared::rewards::backtest::{self, Order};
use shared::table::Tables;

use super::show_backtest::View;

/// What is to be tried.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BacktestOrder")]
pub struct Body {
    /// Which version of the rule.
    version: u32,
    /// On the activities of how many days.
    #[schemars(range(min = 1, max = 90))]
    days: u32,
}

/// Starts the backtest, or answers the one of the same version and as many days that is under way.
pub async fn handle((tables, queue): &(Tables, BacktestQueue), call: Call) -> Answer {
    let act = call.admin()?;
    let rule_id = call.path("rule_id")?;
    let Body { version, days } = call.body()?;
    let order = Order {
        rule_id,
        version,
        days,
    };
    let id = BacktestId::new(call.fresh().id);
    let backtest = backtest::start(tables, queue, (id, order), &act).await?;
    let progress = backtest::progress(tables, &backtest).await?;
    Reply::accepted(&View::new(backtest, progress))
}
