//! `PUT /admin/v1/reward-rules/{kind}`: what activities of a kind are worth from now on.

use serde::Deserialize;
use shared::amount::Rjv;
use shared::lambda::{Answer, Call, Reply};
use shared::ledger::Category;
use shared::rewards::{self, ActivityKind, Rule};
use shared::table::Tables;

/// What activities of the kind are worth.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    category: Category,
    /// What one activity is worth.
    amount: Rjv,
    /// What all of a member's on one day can earn.
    daily_cap: Rjv,
    /// After how many months the tokens expire; they do not, without.
    #[schemars(range(min = 1, max = 120))]
    expires_after_months: Option<u32>,
}

/// Sets the rule.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let kind: ActivityKind = call.path("kind")?;
    let Body {
        category,
        amount,
        daily_cap,
        expires_after_months,
    } = call.body()?;
    let rule = Rule {
        kind,
        category,
        amount,
        daily_cap,
        expires_after_months,
        version: 0,
    };
    Reply::ok(&rewards::set_rule(tables, rule, &act).await?)
}
