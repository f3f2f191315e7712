//! `PATCH /admin/v1/partners/{partner_id}`: the sales of a partner are paused or resumed, if it is still as the administrator
//! saw it.

use serde::Deserialize;
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Reply};
use shared::partners;
use shared::table::Tables;
use shared::text::Text;

/// What is to become of the partner.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The version that was seen.
    version: u32,
    /// Whether nothing of it can be bought for now. Codes that were sold stay what they are.
    sales_paused: bool,
    /// Why they are paused; not for resuming.
    reason: Option<Text<1, 200>>,
}

/// Pauses or resumes the sales.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id = call.path("partner_id")?;
    let body: Body = call.body()?;
    if body.sales_paused != body.reason.is_some() {
        return Err(Rejection::InvalidBody {
            pointer: "/reason".to_owned(),
            reason: "pausing takes a reason, and resuming takes none".to_owned(),
        }
        .into());
    }
    Reply::ok(&partners::set_sales(tables, id, body.version, body.reason, &act).await?)
}
