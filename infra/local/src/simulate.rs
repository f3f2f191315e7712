//! `cargo local simulate`: the simulation, which is a program of its own because it is made of everything that is shared.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process::interrupted;
use crate::workspace::Workspace;

/// What the tests run: every kind of fault under 400 seeds, every planted bug, and some seeds twice.
const TESTED: [&[&str]; 3] = [
    &["--seeds", "400"],
    &["--mutants"],
    &["--twice", "--seeds", "20"],
];

/// Runs what the tests run of it.
pub fn test(workspace: &Workspace) -> Result<()> {
    TESTED
        .iter()
        .try_for_each(|arguments| simulate(workspace, arguments))
}

/// Builds the simulation as it is fast and runs it with these arguments.
pub fn simulate(workspace: &Workspace, arguments: &[impl AsRef<str>]) -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["run", "--quiet", "--release", "--package", "simulation"])
        .args(["--bin", "simulate", "--"])
        .args(arguments.iter().map(AsRef::as_ref))
        .current_dir(workspace.root())
        .stdin(Stdio::null());
    let status = command.status().context("cannot start cargo")?;
    // A program that Ctrl-C ended has no exit code.
    if interrupted() || status.code().is_none() {
        bail!("stopped by Ctrl-C");
    }
    if !status.success() {
        bail!("the simulation did not pass; what it says above repeats what it found");
    }
    Ok(())
}
