//! `cargo local simulate`: the whole system under a seeded scheduler and a fault plan.
//!
//! A failing seed prints the shortest trace that could be found, and the command that replays it.

mod tables;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use simulation::{Catch, Fault, Mutant, Plan, hunt, name, run, run_many, shrink, throughput};

/// Runs whole operations of many members and partners in one process, with everything going wrong that may, and checks every
/// invariant after every step. The same seed always runs the same.
#[derive(Parser)]
#[command(name = "cargo local simulate", bin_name = "cargo local simulate")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct Arguments {
    /// How many seeds [default: 1000, or 1 with --seed]
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// How many operations in each
    #[arg(long, default_value_t = 100, value_name = "N")]
    ops: usize,
    /// The first seed [default: 0]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// The chance in percent that a request goes wrong
    #[arg(long, default_value_t = 30, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=90))]
    faults: u32,
    /// Kinds of faults that do not happen
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    without: Vec<Fault>,
    /// Only the operations with these numbers
    #[arg(long, value_delimiter = ',', value_name = "NUMBER")]
    only: Option<Vec<usize>>,
    /// Plant a bug
    #[arg(long, value_enum, hide_possible_values = true, value_name = "NAME")]
    mutant: Option<Mutant>,
    /// Print every step of the seed, failing or not
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Plant each bug of the list, and see whether it is noticed within a minute
    #[arg(long, conflicts_with_all = ["mutant", "throughput"])]
    mutants: bool,
    /// Compare purchases per second with one partner for everybody, with none in common, and with a stored house balance
    #[arg(long)]
    throughput: bool,
    /// Run each seed twice, and compare every step
    #[arg(long, conflicts_with_all = ["mutants", "throughput"])]
    twice: bool,
}

fn main() -> ExitCode {
    // A panic is a finding like any other: the report tells it.
    std::panic::set_hook(Box::new(|_| {}));
    let arguments = Arguments::parse();
    let plan = Plan {
        seed: arguments.seed.unwrap_or(0),
        operations: arguments.ops,
        only: arguments.only.clone().map(BTreeSet::from_iter),
        faults_percent: arguments.faults,
        without: arguments.without.iter().copied().collect(),
        mutant: arguments.mutant,
        is_traced: false,
    };
    let seeds = arguments.seeds.unwrap_or(match arguments.seed {
        Some(_) => 1,
        None => 1000,
    });
    let passed = if arguments.throughput {
        tables::throughput(&throughput(plan.seed, 32, 10))
    } else if arguments.mutants {
        mutants(&plan)
    } else if arguments.twice {
        twice(&plan, seeds)
    } else if arguments.trace {
        traced(&plan)
    } else {
        many(&plan, seeds)
    };
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A bar on a terminal, nothing anywhere else.
fn bar(length: u64, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = format!("{{bar:40.green}} {{pos}}/{{len}} {what}, {{eta}} left {{msg}}");
    let style = ProgressStyle::with_template(&template);
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

fn many(plan: &Plan, seeds: u64) -> bool {
    let bar = bar(seeds, "seeds");
    let totals = run_many(plan, plan.seed..plan.seed + seeds, None, |runs| {
        bar.set_position(runs);
    });
    bar.finish_and_clear();
    tables::totals(&totals);
    let Some((seed, violation)) = totals.violations.iter().next() else {
        return true;
    };
    println!("\nSeed {seed} fails: {violation}");
    println!("Looking for a shorter way to fail ...");
    let failing = Plan {
        seed: *seed,
        ..plan.clone()
    };
    let smallest = shrink(&failing);
    println!();
    traced(&smallest);
    println!("\nThe seed as it was: {}", command(&failing));
    false
}

/// Runs one plan and prints its steps.
fn traced(plan: &Plan) -> bool {
    let report = run(&Plan {
        is_traced: true,
        ..plan.clone()
    });
    println!("step  time since the start   who                     what");
    for line in &report.trace {
        println!("{line}");
    }
    match &report.violation {
        Some(violation) => println!("\nSeed {} fails: {violation}", plan.seed),
        None => println!("\nSeed {}: no violation", plan.seed),
    }
    println!(
        "\n  What to do: the same again, step for step, with\n    {} --trace",
        command(plan)
    );
    report.violation.is_none()
}

/// The command that replays a plan.
fn command(plan: &Plan) -> String {
    let mut command = format!(
        "cargo local simulate --seed {} --ops {} --faults {}",
        plan.seed, plan.operations, plan.faults_percent
    );
    let mut add = |flag: &str, values: Vec<String>| {
        if !values.is_empty() {
            command.extend([" --", flag, " ", &values.join(",")]);
        }
    };
    add("without", plan.without.iter().map(name).collect());
    add("mutant", plan.mutant.iter().map(name).collect());
    let only = plan.only.iter().flatten().map(ToString::to_string);
    add("only", only.collect());
    command
}

/// Runs each seed twice; the two runs must not differ in a single step.
fn twice(plan: &Plan, seeds: u64) -> bool {
    let bar = bar(seeds, "seeds");
    let mut steps = 0;
    for seed in plan.seed..plan.seed + seeds {
        let plan = Plan {
            seed,
            is_traced: true,
            ..plan.clone()
        };
        let (first, second) = (run(&plan).trace, run(&plan).trace);
        if first != second {
            let step = first
                .iter()
                .zip(&second)
                .take_while(|(a, b)| a == b)
                .count();
            bar.finish_and_clear();
            println!(
                "Seed {seed} does not run twice the same, from step {} on:",
                step + 1
            );
            println!("{:?}\n{:?}", first.get(step), second.get(step));
            return false;
        }
        steps += first.len();
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{seeds} seeds ran twice, {steps} steps each time, and no step differed");
    true
}

fn mutants(plan: &Plan) -> bool {
    let mutants = Mutant::value_variants();
    let bar = bar(
        u64::try_from(mutants.len()).unwrap_or_default(),
        "planted bugs",
    );
    let catches: Vec<Catch> = mutants
        .iter()
        .map(|mutant| {
            bar.set_message(name(mutant));
            let catch = hunt(plan, *mutant);
            bar.inc(1);
            catch
        })
        .collect();
    bar.finish_and_clear();
    tables::catches(&catches)
}
