//! `GET /admin/v1/reward-programme`: what holds for all rules together.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::programme::{self, ProgrammeTerms};
use shared::table::Tables;

/// What holds for all rules.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    terms: ProgrammeTerms,
    /// Counts the changes; 0 as long as nobody said anything.
    version: u32,
}

/// Answers the programme.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    call.no_query()?;
    let programme = programme::show(tables).await?;
    Reply::ok(&View {
        terms: programme.written(),
        version: programme.version,
    })
}
