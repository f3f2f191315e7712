//! The real `template.yaml`, built and deployed by SAM to the local cloud.

use std::fs;
use std::process::Command;

use anyhow::{Context, Error, Result, anyhow};
use serde_json::{Map, Value, json};

use crate::artifacts::{self, Fingerprint, with_tools};
use crate::cloud::{Cloud, REGION};
use crate::operations::{STACK, operate};
use crate::process::Task;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// `sam build`: it copies each fresh binary next to the template. The copy is kept as long as nothing it is made of changes.
pub fn package(workspace: &Workspace, progress: &Progress) -> Result<Fingerprint> {
    let fingerprint = Fingerprint::of(workspace)?;
    let folder = workspace.local("sam/build");
    let stamp = workspace.local("sam/made-of.json");
    if recorded(&stamp).as_ref() == Some(&fingerprint) && folder.join("template.yaml").exists() {
        return Ok(fingerprint);
    }
    // Should this build fail halfway, what it leaves must not pass for the last complete one.
    if stamp.exists() {
        fs::remove_file(&stamp).with_context(|| format!("cannot remove {}", stamp.display()))?;
    }
    progress.step("sam build", |step| {
        let mut command = Command::new("sam");
        command
            .args(["build", "--no-cached", "--build-dir"])
            .arg(&folder);
        command.args(["--parameter-overrides", &parameters()]);
        Task {
            command: with_tools(workspace, command),
            log: &workspace.log("sam-build"),
            advice: "`cargo local test lint` explains mistakes in template.yaml",
        }
        .run(step)
    })?;
    record(&stamp, &fingerprint)?;
    Ok(fingerprint)
}

/// `sam deploy` and the routes of the HTTP API; answers the stack's outputs.
pub fn deploy(
    workspace: &Workspace,
    progress: &Progress,
    cloud: Cloud,
    fingerprint: &Fingerprint,
) -> Result<Map<String, Value>> {
    progress.step("sam deploy", |step| {
        let mut command = Command::new("sam");
        command
            .args(["deploy", "--stack-name", STACK, "--region", REGION, "--resolve-s3", "--template-file"])
            .arg(workspace.local("sam/build/template.yaml"))
            .args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"])
            .args(["--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"])
            .args(["--parameter-overrides", &parameters()]);
        let mut command = with_tools(workspace, command);
        command.env("AWS_ENDPOINT_URL", cloud.endpoint());
        Task {
            command,
            log: &workspace.log("sam-deploy"),
            advice: "mend the resource that failed; target/local/logs/cloud.log has the cloud's own view of it",
        }
        .run(step)
        .map_err(|error| explain(workspace, error))
    })?;
    progress.step("HTTP routes", |_| {
        operate::<Value>(workspace, cloud, "routes", &Value::Null)
    })?;
    record(&workspace.local("deployed.json"), fingerprint)?;
    operate(workspace, cloud, "outputs", &Value::Null)
}

/// Gives functions of the running cloud their new code.
pub fn update_code(workspace: &Workspace, cloud: Cloud, functions: &[String]) -> Result<()> {
    let code: Map<String, Value> = functions
        .iter()
        .map(|name| (name.clone(), json!(artifacts::binary(workspace, name))))
        .collect();
    operate::<Value>(workspace, cloud, "update-code", &Value::Object(code))?;
    let stamp = workspace.local("deployed.json");
    let mut deployed = recorded(&stamp).unwrap_or_default();
    let now = Fingerprint::of(workspace)?;
    for name in functions {
        if let Some(hash) = now.functions.get(name) {
            deployed.functions.insert(name.clone(), hash.clone());
        }
    }
    record(&stamp, &deployed)
}

/// What the running cloud was last given.
pub fn deployed(workspace: &Workspace) -> Fingerprint {
    recorded(&workspace.local("deployed.json")).unwrap_or_default()
}

/// Here all partners share few keys, and tests show many wrong codes with them.
const GUESSES_MAX: &str = "5,20,1000000";

/// The machine's own processor, and the plain password sign-in that `curl` needs.
fn parameters() -> String {
    let architecture = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x86_64"
    };
    format!(
        "Architecture={architecture} PasswordSignIn=true LogRetentionInDays=1 GuessesMax={GUESSES_MAX}"
    )
}

/// SAM ends a failed deployment with pages about the rollback; what caused it stands in the cloud's log.
fn explain(workspace: &Workspace, error: Error) -> Error {
    let log = fs::read_to_string(workspace.log("cloud")).unwrap_or_default();
    let causes: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("Failed to provision"))
        .collect();
    if causes.is_empty() {
        return error;
    }
    anyhow!("{error:#}\n\n  The cause:\n    {}", causes.join("\n    "))
}

fn recorded(stamp: &std::path::Path) -> Option<Fingerprint> {
    serde_json::from_slice(&fs::read(stamp).ok()?).ok()
}

fn record(stamp: &std::path::Path, fingerprint: &Fingerprint) -> Result<()> {
    fs::write(stamp, serde_json::to_vec_pretty(fingerprint)?)
        .with_context(|| format!("cannot write {}", stamp.display()))
}
