//! What a million of each operation cost, computed from what section `units` measures and from documented prices.

use anyhow::Result;

use crate::prices;
use crate::report::{Budget, Row, Section, Unit};
use crate::setting::{Setting, wait};
use crate::units::{self, Operation, read_units, write_units};

/// What a function is given, by `Globals` of `template.yaml`.
const MEMORY_MB: u32 = 256;

/// The section.
pub fn run(setting: &Setting) -> Result<Section> {
    let operations = wait(units::measure(setting))?;
    Ok(Section {
        name: "cost",
        title: "what a million of an operation cost, beside the textbook's".to_owned(),
        rows: operations.iter().flat_map(rows).collect(),
        notes: vec![
            "Prices, with date and source: tests/bench/src/prices.rs.".to_owned(),
            format!(
                "In all: with the gateway or queue and the invocation. A function's time comes on top: each millisecond of {MEMORY_MB} MB \
                 is ${:.4} per million.",
                f64::from(MEMORY_MB) / 1024.0 / 1000.0 * prices::GIGABYTE_SECOND * 1e6
            ),
        ],
    })
}

fn rows(operation: &Operation) -> [Row; 2] {
    let Operation {
        name,
        spent,
        textbook,
        share,
        ..
    } = operation;
    let (ours, theirs) = (tables(spent) / share, tables(textbook) / share);
    let around = around(name);
    let row = Row::new(format!("{name}: DynamoDB"), ours, Unit::DollarsPerMillion);
    let row = row.beside("textbook", theirs);
    let all = Row::new(
        format!("{name}: in all"),
        ours + around,
        Unit::DollarsPerMillion,
    );
    [
        match budget(name) {
            Some(limit) => row.within(Budget::at_most(limit)),
            None => row,
        },
        all.beside("textbook", theirs + around),
    ]
}

/// What DynamoDB may cost.
fn budget(operation: &str) -> Option<f64> {
    match operation {
        "buy one code" => Some(4.0),
        "balance" => Some(0.125),
        _ => None,
    }
}

fn tables(spent: &engine::capacity::Spent) -> f64 {
    write_units(spent) * prices::WRITE_UNITS + read_units(spent) * prices::READ_UNITS
}

/// What stands in front of the tables: partners come through the REST API, activities through the queue, the app through the
/// HTTP API.
fn around(operation: &str) -> f64 {
    let queued = 3.0 * prices::FIFO_QUEUE + prices::INVOCATIONS;
    match operation {
        "credit one of ten together" => {
            prices::FIFO_QUEUE + (2.0 * prices::FIFO_QUEUE + prices::INVOCATIONS) / 10.0
        }
        name if name.starts_with("credit") => queued,
        name if name.contains("redeem") || name.contains("refuse") => {
            prices::REST_API + prices::INVOCATIONS
        }
        _ => prices::HTTP_API + prices::INVOCATIONS,
    }
}
