//! `PUT /admin/v1/reward-programme`: what holds for all rules together, from a few seconds from now on.

use serde::Serialize;
use shared::lambda::{Answer, Call, Reply};
use shared::rewards::programme::{self, ProgrammeTerms};
use shared::table::Tables;

/// What holds for all rules.
#[derive(Serialize, schemars::JsonSchema)]
pub struct View {
    terms: ProgrammeTerms,
    /// Counts the changes.
    version: u32,
}

/// Sets the programme.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let terms: ProgrammeTerms = call.body()?;
    let programme = programme::set(tables, terms, &act).await?;
    Reply::ok(&View {
        terms: programme.written(),
        version: programme.version,
    })
}
