//! Where the other purchases are installed: made once, and made anew when what they are made of changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::lambda::Program;
use crate::setting::installed;

/// A file of a package, by its name.
type File = (&'static str, &'static str);

const PYTHON: [File; 3] = [
    ("purchase.py", include_str!("python/purchase.py")),
    ("runtime.py", include_str!("python/runtime.py")),
    ("requirements.txt", include_str!("python/requirements.txt")),
];

const NODE: [File; 4] = [
    ("purchase.mjs", include_str!("node/purchase.mjs")),
    ("runtime.mjs", include_str!("node/runtime.mjs")),
    ("package.json", include_str!("node/package.json")),
    ("package-lock.json", include_str!("node/package-lock.json")),
];

/// The purchase in Python, and the size of what it needs.
pub fn python(variables: &[(String, String)]) -> Result<(Program, f64)> {
    let folder = installed("purchase-python");
    let packages = folder.join("packages");
    let arguments: &[&str] = &[
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        "packages",
        "--requirement",
        "requirements.txt",
    ];
    install(&folder, &PYTHON, "python3", arguments)?;
    let mut variables = variables.to_vec();
    variables.push(("PYTHONPATH".to_owned(), packages.display().to_string()));
    let program = program("Python, boto3", "python3", &folder, "runtime.py", variables)?;
    Ok((program, megabytes(&packages)?))
}

/// The purchase in Node, and the size of what it needs.
pub fn node(variables: &[(String, String)]) -> Result<(Program, f64)> {
    let folder = installed("purchase-node");
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
    ];
    install(&folder, &NODE, "npm", &arguments)?;
    let program = program(
        "Node, SDK v3",
        "node",
        &folder,
        "runtime.mjs",
        variables.to_vec(),
    )?;
    Ok((program, megabytes(&folder.join("node_modules"))?))
}

/// Writes the files and runs the installer, unless this very installation is there.
fn install(folder: &Path, files: &[File], installer: &str, arguments: &[&str]) -> Result<()> {
    let stamp = folder.join("installed");
    let lines = files.iter().flat_map(|(name, text)| [*name, "\n", *text]);
    let wanted: String = lines.collect();
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    let output = Command::new(installer)
        .args(arguments)
        .current_dir(folder)
        .output()
        .with_context(|| format!("{installer} cannot be run"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{installer} failed in {}: {}",
            folder.display(),
            said.trim()
        );
    }
    Ok(fs::write(stamp, wanted)?)
}

/// An interpreter that runs this file.
fn program(
    name: &'static str,
    interpreter: &str,
    folder: &Path,
    file: &str,
    variables: Vec<(String, String)>,
) -> Result<Program> {
    Ok(Program {
        name,
        path: interpreter_itself(interpreter)?,
        arguments: vec![folder.join(file).display().to_string()],
        variables,
    })
}

/// The interpreter behind whatever script may stand in its place on the path, so that only the interpreter is measured.
fn interpreter_itself(name: &str) -> Result<PathBuf> {
    let question: &[&str] = if name == "node" {
        &["-p", "process.execPath"]
    } else {
        &["-c", "import sys; print(sys.executable)"]
    };
    let output = Command::new(name)
        .args(question)
        .output()
        .with_context(|| format!("{name} cannot be run"))?;
    Ok(PathBuf::from(
        String::from_utf8_lossy(&output.stdout).trim(),
    ))
}

/// The size of a file, or of all files below a folder.
#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
pub fn megabytes(path: &Path) -> Result<f64> {
    let found =
        fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !found.is_dir() {
        return Ok(found.len() as f64 / 1e6);
    }
    let mut sum = 0.0;
    for entry in fs::read_dir(path)? {
        sum += megabytes(&entry?.path())?;
    }
    Ok(sum)
}
