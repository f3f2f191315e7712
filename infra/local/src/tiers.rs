//! `cargo local test`: everything that can prove this system wrong, cheapest first.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::artifacts::{self, templates_of, with_tools};
use crate::bench::bench;
use crate::cloud::Cloud;
use crate::demo::demo;
use crate::engine::{ENGINE_VARIABLE, Engine};
use crate::process::interrupted;
use crate::progress::{Progress, seconds};
use crate::python::{self, Environment};
use crate::simulate;
use crate::up::{find, redeploy, up};
use crate::workspace::Workspace;

/// A kind of proof. Each can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// Formatting
    Fmt,
    /// Lints of all code, warnings are errors
    Clippy,
    /// Unit tests beside the code
    Unit,
    /// Laws, sample events through every handler, tidiness
    Tests,
    /// Documentation builds without warnings, its examples run
    Doc,
    /// sam validate and cfn-lint
    Lint,
    /// Every binary
    Build,
    /// Whole operations under 400 seeds of faults; planted bugs
    Simulate,
    /// The store in memory against Amazon's own engine, and what operations cost there
    Parity,
    /// The short form of `cargo local bench`
    Bench,
    /// End to end on the running cloud, IAM enforced
    E2e,
    /// The journey of `cargo local demo`
    Demo,
}

enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// Runs one tier or all of them, and counts. A cloud that was started for them is stopped at the end.
pub fn test(workspace: &Workspace, progress: &Progress, only: Option<Tier>) -> Result<()> {
    let tiers = only.map_or_else(|| Tier::value_variants().to_vec(), |tier| vec![tier]);
    let was_running = find(workspace).is_some();
    let results = run_all(workspace, progress, &tiers);
    if !was_running {
        Cloud::stop_any(workspace)?;
    }
    report(&results)
}

fn run_all(
    workspace: &Workspace,
    progress: &Progress,
    tiers: &[Tier],
) -> Vec<(Tier, Outcome, Duration)> {
    let mut results = Vec::new();
    let mut built = true;
    for tier in tiers.iter().copied() {
        let started = Instant::now();
        println!("\n=== {} ===", tier.name());
        let outcome = if interrupted() || (tier.needs_binaries() && !built) {
            println!("skipped");
            Outcome::Skipped
        } else if let Err(error) = tier.run(workspace, progress) {
            println!("{error:#}");
            Outcome::Failed
        } else {
            Outcome::Passed
        };
        if tier == Tier::Build {
            built = matches!(outcome, Outcome::Passed);
        }
        results.push((tier, outcome, started.elapsed()));
    }
    results
}

fn report(results: &[(Tier, Outcome, Duration)]) -> Result<()> {
    println!("\n=== summary ===");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (tier, outcome, time) in results {
        let (count, word) = match outcome {
            Outcome::Passed => (&mut passed, "passed"),
            Outcome::Failed => (&mut failed, "FAILED"),
            Outcome::Skipped => (&mut skipped, "skipped"),
        };
        *count += 1;
        println!("  {:<8} {word:<8} {}", tier.name(), seconds(*time));
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed + skipped > 0 {
        bail!(
            "not everything passed\n\n  What to do: `cargo local test <tier>` repeats one of them"
        );
    }
    Ok(())
}

impl Tier {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn needs_binaries(self) -> bool {
        matches!(self, Self::E2e | Self::Demo)
    }

    /// All cargo calls but one name the whole workspace: with the same packages, cargo unifies features the same way and
    /// compiles each dependency once.
    fn run(self, workspace: &Workspace, progress: &Progress) -> Result<()> {
        match self {
            Self::Fmt => cargo(workspace, &["fmt", "--all", "--check"], &[]),
            // All targets are all but those that a plain `cargo test` leaves out.
            Self::Clippy => cargo(
                workspace,
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--test",
                    "end_to_end",
                    "--test",
                    "parity",
                    "--",
                    "-D",
                    "warnings",
                ],
                &[],
            ),
            Self::Unit => cargo(
                workspace,
                &[
                    "test",
                    "--workspace",
                    "--lib",
                    "--bin",
                    "local",
                    "--bin",
                    "bench",
                ],
                &[],
            ),
            Self::Tests => cargo(workspace, &["test", "--workspace", "--test", "tests"], &[]),
            Self::Doc => {
                cargo(
                    workspace,
                    &["doc", "--workspace", "--no-deps"],
                    &[("RUSTDOCFLAGS", "-D warnings")],
                )?;
                cargo(workspace, &["test", "--workspace", "--doc"], &[])
            }
            Self::Lint => lint(workspace, progress),
            Self::Build => {
                let _alone = workspace.alone()?;
                python::ensure(workspace, progress, Environment::Tools)?;
                artifacts::build(workspace, progress)
            }
            Self::Simulate => simulate::test(workspace),
            Self::Parity => parity(workspace, progress),
            Self::Bench => bench(workspace, progress, true, None),
            Self::E2e => end_to_end(workspace, progress),
            Self::Demo => {
                current_cloud(workspace, progress)?;
                demo(workspace, progress)
            }
        }
    }
}

fn parity(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let engine = Engine::start(workspace, progress)?;
    cargo(
        workspace,
        &["test", "--workspace", "--test", "parity"],
        &[(ENGINE_VARIABLE, &engine.address())],
    )
}

fn end_to_end(workspace: &Workspace, progress: &Progress) -> Result<()> {
    current_cloud(workspace, progress)?;
    let stack = workspace.local("stack.json");
    let stack = stack.to_str().context("the checkout's path is not text")?;
    cargo(
        workspace,
        &["test", "--workspace", "--test", "end_to_end"],
        &[("RJV_STACK", stack)],
    )
}

/// A cloud that runs the sources as they are: a fresh one, or the running one brought up to date.
fn current_cloud(workspace: &Workspace, progress: &Progress) -> Result<()> {
    if up(workspace, progress)?.found {
        redeploy(workspace, progress, &[])?;
    }
    Ok(())
}

fn lint(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let _alone = workspace.alone()?;
    python::ensure(workspace, progress, Environment::Tools)?;
    let mut sam = Command::new("sam");
    sam.args(["validate", "--lint", "--template-file", "template.yaml"]);
    run(with_tools(workspace, sam))?;
    let mut cfn_lint = Command::new("cfn-lint");
    cfn_lint.args(templates_of(workspace)?);
    run(with_tools(workspace, cfn_lint))
}

fn cargo(workspace: &Workspace, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(workspace.root());
    command.envs(environment.iter().copied());
    run(command)
}

/// Runs a program whose output is the tier's output.
pub fn run(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}
