//! Where things are: the checkout, and the one folder (`target/local/`) in which the local cloud keeps everything it makes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The checkout this binary was compiled in.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the checkout from the place of this crate and makes sure that the folder for our files exists.
    pub fn open() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("the crate is not at infra/local of a checkout")?
            .to_path_buf();
        let workspace = Self { root };
        let logs = workspace.local("logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
        Ok(workspace)
    }

    /// The folder of the root `Cargo.toml` and `template.yaml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of the checkout, by its path from the root.
    pub fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// A file that the local cloud makes, by its path from `target/local/`.
    pub fn local(&self, path: &str) -> PathBuf {
        self.root.join("target/local").join(path)
    }

    /// The log of one step.
    pub fn log(&self, step: &str) -> PathBuf {
        self.local("logs").join(format!("{step}.log"))
    }

    /// Keeps other `cargo local` processes of this checkout waiting for as long as the answer lives: two of them building
    /// or starting at once would take each other's files away.
    pub fn alone(&self) -> Result<File> {
        let path = self.local("lock");
        let lock =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        if lock.try_lock().is_err() {
            eprintln!("     another `cargo local` is at work in this checkout; waiting for it");
            lock.lock()
                .with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(lock)
    }
}
