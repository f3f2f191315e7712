//! The functions' binaries: built in one cargo call, and told apart by their content.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::cloud::isolate;
use crate::process::Task;
use crate::progress::Progress;
use crate::python::Environment;
use crate::workspace::Workspace;

/// Everything a deployment is made of, by content: what equals the last one needs no work.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Fingerprint {
    /// Of `template.yaml` and the nested templates.
    pub templates: String,
    /// Of each function's binary, by its name.
    pub functions: BTreeMap<String, String>,
}

impl Fingerprint {
    /// Reads it off the templates and the binaries of the last build.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let mut templates = Sha256::new();
        for template in templates_of(workspace)? {
            templates.update(read(&template)?);
        }
        let mut functions = BTreeMap::new();
        for name in names(workspace)? {
            let binary = read(&binary(workspace, &name))?;
            functions.insert(name, HEXLOWER.encode(&Sha256::digest(binary)));
        }
        Ok(Self {
            templates: HEXLOWER.encode(&templates.finalize()),
            functions,
        })
    }

    /// The functions whose code differs from `before`.
    pub fn changed_since(&self, before: &Self) -> Vec<String> {
        let changed = self
            .functions
            .iter()
            .filter(|(name, hash)| before.functions.get(*name) != Some(hash));
        changed.map(|(name, _)| name.clone()).collect()
    }
}

/// Builds every binary for this machine's processor in one cargo call; `sam build` then finds all of them fresh.
pub fn build(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let title = if workspace.file("target/lambda").exists() {
        "Rust binaries"
    } else {
        "Rust binaries (minutes the first time)"
    };
    progress.step(title, |step| {
        let mut command = Command::new("cargo");
        command.args(["lambda", "build", "--release"]);
        let mut command = with_tools(workspace, command);
        // Where `sam build` will run it: from another folder cargo would choose other packages, with them other features
        // of dependencies, and everything would be compiled a second time.
        command.current_dir(workspace.file("functions"));
        Task {
            command,
            log: &workspace.log("build"),
            advice: "mend what the compiler says above, then run again",
        }
        .run(step)
    })
}

/// Where the build leaves a function's binary.
pub fn binary(workspace: &Workspace, function: &str) -> PathBuf {
    workspace
        .file("target/lambda")
        .join(function)
        .join("bootstrap")
}

/// The functions' names: one small file each.
pub fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.file("functions/src/bin");
    let files = files_with_extension(&folder, "rs")?;
    Ok(files
        .iter()
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect())
}

/// The template and the nested ones.
pub fn templates_of(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut templates = files_with_extension(&workspace.file("infra"), "yaml")?;
    templates.push(workspace.file("template.yaml"));
    Ok(templates)
}

/// Puts the tools of our environment first on the path, and makes cargo-lambda use this machine's own compiler and linker:
/// what is built here runs here.
pub fn with_tools(workspace: &Workspace, mut command: Command) -> Command {
    isolate(&mut command);
    let before = std::env::var_os("PATH").unwrap_or_default();
    let mut path = Environment::Tools.programs(workspace).into_os_string();
    path.push(":");
    path.push(before);
    command
        .current_dir(workspace.root())
        .env("PATH", path)
        .env("CARGO_LAMBDA_COMPILER", "cargo")
        .env("CARGO_TARGET_DIR", workspace.file("target"))
        .env("SAM_CLI_TELEMETRY", "0");
    command
}

fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new(extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(functions: &[(&str, &str)]) -> Fingerprint {
        let functions = functions
            .iter()
            .map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned()));
        Fingerprint {
            templates: "t".to_owned(),
            functions: functions.collect(),
        }
    }

    #[test]
    fn new_and_different_binaries_count_as_changed_and_equal_ones_do_not() {
        let before = fingerprint(&[("codes-redeem", "1"), ("wallet-show", "1")]);
        let after = fingerprint(&[
            ("codes-redeem", "1"),
            ("store-list", "1"),
            ("wallet-show", "2"),
        ]);

        assert_eq!(after.changed_since(&before), ["store-list", "wallet-show"]);
        assert!(after.changed_since(&after).is_empty());
    }
}
