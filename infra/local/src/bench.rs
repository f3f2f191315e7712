//! `cargo local bench`: starts what the benchmark measures, and the benchmark itself in the release profile.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::artifacts;
use crate::engine::{ENGINE_VARIABLE, Engine};
use crate::process::interrupted;
use crate::progress::Progress;
use crate::python::{self, Environment};
use crate::tiers;
use crate::workspace::Workspace;

/// Runs the benchmark or one section of it. It fails when a count exceeds its budget.
pub fn bench(
    workspace: &Workspace,
    progress: &Progress,
    short: bool,
    only: Option<&str>,
) -> Result<()> {
    {
        let _alone = workspace.alone()?;
        python::ensure(workspace, progress, Environment::Tools)?;
        artifacts::build(workspace, progress)?;
    }
    // On its own: built beside others, the smallest function would get the features that they ask of its dependencies.
    let mut hello = Command::new("cargo");
    hello.args(["build", "--quiet", "--release", "--package", "hello"]);
    tiers::run(in_checkout(workspace, hello))?;
    let engine = Engine::start(workspace, progress)?;
    let mut command = Command::new("cargo");
    command
        .args(["run", "--quiet", "--release", "--package", "bench"])
        .args(["--bin", "bench", "--"])
        .args(short.then_some("--short"))
        .args(only.map(|section| format!("--only={section}")))
        .env(ENGINE_VARIABLE, engine.address());
    let ran = tiers::run(in_checkout(workspace, command));
    if interrupted() {
        bail!("stopped by Ctrl-C");
    }
    ran.context(
        "the benchmark failed\n\n  What to do: a count above its budget is marked EXCEEDED in the tables above; anything else is \
         said in its own words there",
    )
}

fn in_checkout(workspace: &Workspace, mut command: Command) -> Command {
    command.current_dir(workspace.root());
    command
}
