//! Private Python environments under `target/local/python/`: what the local cloud needs is installed there, at exact
//! versions, once, and nothing on the machine is touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::process::Task;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// MiniStack pins its own SDK, so it lives apart from the tools.
#[derive(Clone, Copy)]
pub enum Environment {
    /// MiniStack, and the SDK that `cloud.py` uses.
    Cloud,
    /// SAM CLI, cargo-lambda and cfn-lint.
    Tools,
    /// A Java runtime, for DynamoDB Local.
    Java,
}

impl Environment {
    fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Tools => "tools",
            Self::Java => "java",
        }
    }

    /// Where the environment's programs are.
    pub fn programs(self, workspace: &Workspace) -> PathBuf {
        self.folder(workspace).join("bin")
    }

    fn folder(self, workspace: &Workspace) -> PathBuf {
        workspace.local("python").join(self.name())
    }
}

/// Makes the environment if it is missing or its requirements changed.
pub fn ensure(workspace: &Workspace, progress: &Progress, environment: Environment) -> Result<()> {
    let name = environment.name();
    let requirements = workspace.file(&format!("infra/local/requirements-{name}.txt"));
    let wanted = fs::read_to_string(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = environment.folder(workspace);
    let stamp = folder.join("made-for");
    if fs::read_to_string(&stamp).is_ok_and(|made_for| made_for == fingerprint(&wanted)) {
        return Ok(());
    }
    progress.step(&format!("Python packages ({name})"), |step| {
        let python = interpreter()?;
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        let mut venv = Command::new(&python);
        venv.args(["-m", "venv"]).arg(&folder);
        Task {
            command: venv,
            log: &workspace.log(&format!("python-{name}")),
            advice: "install Python's venv module (on Debian and Ubuntu: apt-get install python3-venv), then run again",
        }
        .run(step)?;
        let mut install = Command::new(folder.join("bin/python"));
        install
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"])
            .args(["--progress-bar", "off", "--requirement"])
            .arg(&requirements);
        Task {
            command: install,
            log: &workspace.log(&format!("python-{name}")),
            advice: "check that this machine reaches the Python package index, then run again: it starts over cleanly",
        }
        .run(step)?;
        fs::write(&stamp, fingerprint(&wanted)).with_context(|| format!("cannot write {}", stamp.display()))
    })
}

/// The environment is made anew when this changes: any word of the requirements, or the place of the checkout, because
/// scripts in an environment name their interpreter by its full path.
fn fingerprint(requirements: &str) -> String {
    let digest = Sha256::new()
        .chain_update(env!("CARGO_MANIFEST_DIR"))
        .chain_update([0])
        .chain_update(requirements)
        .finalize();
    HEXLOWER.encode(&digest)
}

/// The first Python on the path that is new enough.
fn interpreter() -> Result<PathBuf> {
    let candidates = ["python3", "python3.13", "python3.12", "python3.11"];
    let found = candidates.into_iter().map(Path::new).find(|candidate| {
        Command::new(candidate)
            .args([
                "-c",
                "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))",
            ])
            .output()
            .is_ok_and(|output| output.status.success())
    });
    match found {
        Some(python) => Ok(python.to_path_buf()),
        None => bail!(
            "no Python 3.11 or newer with venv and pip was found on the path (tried {})\n\n  What to do: install it \
             (on Debian and Ubuntu: apt-get install python3 python3-venv), then run again",
            candidates.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_made_anew_when_its_requirements_change() {
        let before = fingerprint("ministack==1.5.33\n");

        assert_eq!(before, fingerprint("ministack==1.5.33\n"));
        assert_ne!(before, fingerprint("ministack==1.5.34\n"));
        assert_eq!(before.len(), 64);
    }
}
