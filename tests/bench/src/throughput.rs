//! Throughput when everybody wants the same, by the simulation's clock, which depends on no machine.

use anyhow::Result;

use crate::report::{Budget, Row, Section, Unit};
use crate::setting::Setting;

/// The seed of the simulation. Any other gives the same within a percent.
const SEED: u64 = 1;

const CLIENTS: u64 = 32;

/// What everybody's buying from one partner may cost against members with nothing in common.
const ONE_PARTNER_BUDGET_RATIO: f64 = 0.95;

/// Lets clients buy as fast as they can, a transaction taking 20 ms.
pub fn run(setting: &Setting) -> Result<Section> {
    let seconds = setting.pick(5, 60);
    let bought = simulation::throughput(SEED, CLIENTS, seconds);
    let a_second = |purchases: u64| -> Result<f64> {
        Ok(f64::from(u32::try_from(purchases / bought.seconds)?))
    };
    let own = a_second(bought.own_partners)?;
    let row = |name, purchases| -> Result<Row> {
        let row = Row::new(name, a_second(purchases)?, Unit::PerSimulatedSecond);
        Ok(row.beside("each from a partner of their own", own))
    };
    Ok(Section {
        name: "throughput",
        title: format!("Purchases a second of {CLIENTS} clients, one transaction taking 20 ms"),
        rows: vec![
            row("all from one partner", bought.one_partner)?
                .within(Budget::ratio_at_least(ONE_PARTNER_BUDGET_RATIO)),
            row(
                "all from one partner whose balance is stored (textbook)",
                bought.stored_house,
            )?,
        ],
        notes: vec![format!(
            "{seconds} simulated seconds; an item is held by one transaction at a time, as DynamoDB holds it"
        )],
    })
}
