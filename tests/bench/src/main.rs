//! `cargo local bench`: what operations cost and how fast they are, every figure beside a baseline of the same run.
//!
//! A count (requests, units, bytes) that exceeds its budget makes the run fail; a time never does, because machines differ.

mod comparison;
mod cost;
mod lambda;
mod prices;
mod pricing;
mod process;
mod report;
mod rules;
mod scale;
mod setting;
mod stage;
mod startup;
mod textbook;
mod throughput;
mod unit;
mod units;
mod warm;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;

use crate::report::{Report, Section};
use crate::setting::Setting;

/// Measures the system and prints what was found beside its baselines and budgets.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// Fewer repetitions and smaller data: for every commit
    #[arg(long)]
    short: bool,
    /// Only this section
    #[arg(long, value_name = "SECTION")]
    only: Option<String>,
}

/// A part of the benchmark.
type Run = fn(&Setting) -> Result<Section>;

/// All parts, in the order in which they run, under the names that `--only` takes.
const SECTIONS: [(&str, Run); 8] = [
    ("units", units::run),
    ("rules", rules::run),
    ("pricing", pricing::run),
    ("startup", startup::run),
    ("warm", warm::run),
    ("scale", scale::run),
    ("throughput", throughput::run),
    ("cost", cost::run),
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Answers whether every binding budget was kept.
fn run(arguments: &Arguments) -> Result<bool> {
    let setting = Setting::read(arguments.short);
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| only == name);
    let chosen: Vec<&(&str, Run)> = SECTIONS.iter().filter(|(name, _)| wanted(name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        bail!(
            "there is no such section\n\n  What to do: name one of {}",
            names.join(", ")
        );
    }
    let mut report = Report::new(arguments.short);
    for (name, measure) in chosen {
        let section =
            measure(&setting).map_err(|error| error.context(format!("section {name}")))?;
        print!("{}", section.table());
        report.sections.push(section);
    }
    report.write(&setting)?;
    print!("{}", report.summary());
    Ok(report.keeps_binding_budgets())
}
