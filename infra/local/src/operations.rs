//! Operations on the cloud that need signed AWS requests: `cloud.py`, run with the Python that brings the SDK.

use std::process::Command;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cloud::{Cloud, isolate};
use crate::process::Task;
use crate::python::Environment;
use crate::workspace::Workspace;

/// The stack's name in the local account.
pub const STACK: &str = "rjv";

/// Runs one operation and reads its JSON answer.
pub fn operate<T: DeserializeOwned>(
    workspace: &Workspace,
    cloud: Cloud,
    name: &str,
    input: &Value,
) -> Result<T> {
    let mut command = Command::new(Environment::Cloud.programs(workspace).join("python"));
    isolate(&mut command);
    command.arg(workspace.file("infra/local/cloud.py")).args([
        name,
        "--endpoint",
        &cloud.endpoint(),
        "--stack",
        STACK,
    ]);
    let answer = Task {
        command,
        log: &workspace.log(&format!("cloud-{name}")),
        advice: "see target/local/logs/cloud.log for the cloud's own view; `cargo local down` and `up` start over",
    }
    .output(&serde_json::to_vec(input)?)?;
    serde_json::from_slice(&answer)
        .with_context(|| format!("cloud.py {name} printed something unexpected"))
}
