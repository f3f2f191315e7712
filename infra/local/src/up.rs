//! `cargo local up`, `down`, `status` and `redeploy`: the life of the local cloud.

use std::fs;

use anyhow::{Error, Result, anyhow, bail};

use crate::artifacts::{self, Fingerprint};
use crate::cloud::Cloud;
use crate::logs;
use crate::process::interrupted;
use crate::progress::Progress;
use crate::python::{self, Environment};
use crate::stack::Stack;
use crate::workspace::Workspace;
use crate::{deploy, seed, summary};

/// A running, complete cloud.
pub struct Running {
    /// Its process.
    pub cloud: Cloud,
    /// Its clients' view.
    pub stack: Stack,
    /// Whether it ran before we came, and is left alone.
    pub found: bool,
}

/// The running cloud, or a new one: deployed from the sources as they are, seeded, and fresh.
pub fn up(workspace: &Workspace, progress: &Progress) -> Result<Running> {
    let _alone = workspace.alone()?;
    if let Some((cloud, stack)) = find(workspace) {
        return Ok(Running {
            cloud,
            stack,
            found: true,
        });
    }
    // One that was interrupted halfway has no stack.json: partners' keys are shown once, so there is nothing to go on with.
    Cloud::stop_any(workspace)?;
    let fingerprint = build(workspace, progress)?;
    let cloud = progress.step("MiniStack", |_| Cloud::start(workspace))?;
    match fill(workspace, progress, cloud, &fingerprint) {
        Ok(stack) => Ok(Running {
            cloud,
            stack,
            found: false,
        }),
        Err(error) => {
            let explained = explain(workspace, cloud, error);
            Cloud::stop_any(workspace)?;
            Err(explained)
        }
    }
}

fn build(workspace: &Workspace, progress: &Progress) -> Result<Fingerprint> {
    python::ensure(workspace, progress, Environment::Tools)?;
    python::ensure(workspace, progress, Environment::Cloud)?;
    artifacts::build(workspace, progress)?;
    deploy::package(workspace, progress)
}

fn fill(
    workspace: &Workspace,
    progress: &Progress,
    cloud: Cloud,
    fingerprint: &Fingerprint,
) -> Result<Stack> {
    let outputs = deploy::deploy(workspace, progress, cloud, fingerprint)?;
    let stack = seed::seed(workspace, progress, cloud, outputs)?;
    if interrupted() {
        bail!("stopped by Ctrl-C");
    }
    stack.save(workspace)?;
    Ok(stack)
}

/// The functions' logs end with the cloud; after a failure they are kept, because they explain it.
fn explain(workspace: &Workspace, cloud: Cloud, error: Error) -> Error {
    match logs::read(workspace, cloud, None) {
        Ok(said) if !said.is_empty() && fs::write(workspace.log("functions"), &said).is_ok() => {
            anyhow!("{error:#}\n\n  What the functions said is in target/local/logs/functions.log")
        }
        _ => error,
    }
}

/// Stops the cloud; its data ends with it.
pub fn down(workspace: &Workspace) -> Result<()> {
    if Cloud::stop_any(workspace)? {
        println!("The local cloud is stopped.");
    } else {
        println!("No local cloud was running.");
    }
    Ok(())
}

/// Says whether a cloud runs, where, and whether the last build is what it runs.
pub fn status(workspace: &Workspace) -> Result<()> {
    let Some((cloud, stack)) = find(workspace) else {
        println!("No local cloud is running. `cargo local up` starts one.");
        return Ok(());
    };
    summary::print(&stack);
    println!("\n  Process   {}", cloud.pid());
    let behind = Fingerprint::of(workspace)?.changed_since(&deploy::deployed(workspace));
    if !behind.is_empty() {
        println!(
            "  Behind    {} (`cargo local redeploy` updates them)",
            behind.join(", ")
        );
    }
    Ok(())
}

/// Rebuilds, and gives the functions of the running cloud their new code.
pub fn redeploy(workspace: &Workspace, progress: &Progress, only: &[String]) -> Result<()> {
    let Some((cloud, _)) = find(workspace) else {
        bail!("no local cloud is running\n\n  What to do: `cargo local up`");
    };
    let _alone = workspace.alone()?;
    let names = artifacts::names(workspace)?;
    if let Some(unknown) = only.iter().find(|name| !names.contains(name)) {
        bail!(
            "there is no function {unknown:?}\n\n  What to do: choose among {}",
            names.join(", ")
        );
    }
    python::ensure(workspace, progress, Environment::Tools)?;
    artifacts::build(workspace, progress)?;
    let now = Fingerprint::of(workspace)?;
    let before = deploy::deployed(workspace);
    if now.templates != before.templates && only.is_empty() {
        bail!(
            "a template changed, and MiniStack cannot update nested stacks in place\n\n  \
             What to do: `cargo local down`, then `cargo local up`; the binaries are built already"
        );
    }
    let mut changed = now.changed_since(&before);
    changed.retain(|name| only.is_empty() || only.contains(name));
    if changed.is_empty() {
        println!("Nothing changed.");
        return Ok(());
    }
    let title = match changed.as_slice() {
        [one] => format!("New code for {one}"),
        many => format!("New code for {} functions", many.len()),
    };
    progress.step(&title, |_| deploy::update_code(workspace, cloud, &changed))
}

/// The complete cloud that runs, if one does.
pub fn find(workspace: &Workspace) -> Option<(Cloud, Stack)> {
    Some((Cloud::find(workspace)?, Stack::load(workspace)?))
}
