//! What a run is given: how long it may take, and where the things are that it measures.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::runtime::Builder;

/// What every section is given.
pub struct Setting {
    /// Whether this is the short form, for every commit.
    pub short: bool,
    engine: Option<String>,
    functions: PathBuf,
}

impl Setting {
    /// Reads `RJV_ENGINE`, the address of DynamoDB Local, and `RJV_FUNCTIONS`, the folder of the functions' release binaries.
    pub fn read(short: bool) -> Self {
        let functions = env::var_os("RJV_FUNCTIONS").map(PathBuf::from);
        Self {
            short,
            engine: env::var("RJV_ENGINE").ok(),
            functions: functions.unwrap_or_else(|| target().join("lambda")),
        }
    }

    /// The address of DynamoDB Local.
    pub fn engine(&self) -> Result<&str> {
        self.engine.as_deref().context(
            "RJV_ENGINE does not say where DynamoDB Local answers\n\n  What to do: run `cargo local bench`, which starts it",
        )
    }

    /// Where a function's release binary is, as cargo-lambda leaves it.
    pub fn function(&self, name: &str) -> PathBuf {
        self.functions.join(name).join("bootstrap")
    }

    /// The names of all functions whose release binaries are there.
    pub fn functions(&self) -> Result<Vec<String>> {
        let folder = &self.functions;
        let unreadable = || {
            format!(
                "cannot read {}\n\n  What to do: run `cargo local bench`, which builds the functions",
                folder.display()
            )
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).with_context(unreadable)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if self.function(&name).is_file() {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// What a program prints while it is measured.
    pub fn log(&self, name: &str) -> PathBuf {
        let plain = name.replace(|letter: char| !letter.is_alphanumeric(), "-");
        self.output(&format!("{plain}.log"))
    }

    #[allow(
        clippy::unused_self,
        reason = "where things are is asked of the setting"
    )]
    /// A file of the benchmark under `target/bench/`.
    pub fn output(&self, name: &str) -> PathBuf {
        target().join("bench").join(name)
    }

    /// One of two numbers: of repetitions, of wallets.
    pub fn pick<T>(&self, short: T, long: T) -> T {
        if self.short { short } else { long }
    }
}

/// Waits for what a section does.
pub fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// A program that cargo leaves beside this one.
pub fn sibling(name: &str) -> Result<PathBuf> {
    let own = env::current_exe().context("this program does not know where it is")?;
    Ok(own.with_file_name(name))
}

/// Where a program of the comparison is installed.
pub fn installed(name: &str) -> PathBuf {
    target().join("local").join(name)
}

/// Where cargo builds.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}
