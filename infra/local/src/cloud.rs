//! The MiniStack process: started on a free port, found again by a later command, stopped with everything it started.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::http::Http;
use crate::process::failure;
use crate::python::Environment;
use crate::workspace::Workspace;

/// The region of everything local.
pub const REGION: &str = "us-east-1";

/// Becomes the program it is given, after letting go of every file that this process inherited: a detached cloud must not
/// keep a caller's pipe or lock open.
const RELEASE: &str = "import os, sys; os.closerange(3, 4096); os.execv(sys.argv[1], sys.argv[1:])";

const START_DEADLINE: Duration = Duration::from_mins(1);
const STOP_DEADLINE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);

/// A running MiniStack, as remembered in `target/local/cloud.json`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Cloud {
    pid: i32,
    port: u16,
}

impl Cloud {
    /// Starts one on a free port and waits until it answers.
    pub fn start(workspace: &Workspace) -> Result<Self> {
        let port = free_port()?;
        forget(workspace)?;
        let state = workspace.local("cloud");
        fs::create_dir_all(&state).with_context(|| format!("cannot create {}", state.display()))?;
        let log = workspace.log("cloud");
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let programs = Environment::Cloud.programs(workspace);
        let mut command = Command::new(programs.join("python"));
        command
            .args(["-c", RELEASE])
            .arg(programs.join("ministack"));
        command
            // It hands its environment on to the functions, and on Lambda they would not see this user's.
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &state)
            .env("AWS_DEFAULT_REGION", REGION)
            // Enforces the functions' IAM policies and the resource policies: a missing permission fails here as on AWS.
            .env("AUTH", "true")
            .env("AWS_ENDPOINT_URL", endpoint(port))
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("TMPDIR", &state)
            .env("STATE_DIR", state.join("state"))
            .env("S3_DATA_DIR", state.join("s3"))
            .current_dir(&state)
            // A group of its own: Ctrl-C in the terminal must reach us and not the cloud, and stopping reaches its children.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let mut child = command.spawn().context("cannot start MiniStack")?;
        let cloud = Self {
            pid: i32::try_from(child.id())?,
            port,
        };
        fs::write(memory(workspace), serde_json::to_vec(&cloud)?)?;
        let deadline = Instant::now() + START_DEADLINE;
        while !cloud.answers() {
            if child.try_wait()?.is_some() || Instant::now() > deadline {
                cloud.stop(workspace)?;
                bail!(failure(
                    "MiniStack",
                    "did not get ready",
                    &log,
                    "if the log names a port or a package, free or repair it; otherwise remove target/local and run again",
                ));
            }
            sleep(POLL);
        }
        Ok(cloud)
    }

    /// The running cloud, if there is one.
    pub fn find(workspace: &Workspace) -> Option<Self> {
        Self::remembered(workspace).filter(|cloud| cloud.runs() && cloud.answers())
    }

    /// Stops the cloud of this checkout, with whatever it started. Answers whether there was one.
    pub fn stop_any(workspace: &Workspace) -> Result<bool> {
        match Self::remembered(workspace) {
            Some(cloud) => cloud.stop(workspace),
            None => Ok(false),
        }
    }

    /// The address of its AWS APIs.
    pub fn endpoint(self) -> String {
        endpoint(self.port)
    }

    /// The process that answers there.
    pub fn pid(self) -> i32 {
        self.pid
    }

    fn remembered(workspace: &Workspace) -> Option<Self> {
        serde_json::from_slice(&fs::read(memory(workspace)).ok()?).ok()
    }

    fn stop(self, workspace: &Workspace) -> Result<bool> {
        let ran = self.runs();
        if ran {
            let group = Pid::from_raw(self.pid);
            killpg(group, Signal::SIGTERM).context("cannot stop MiniStack")?;
            let deadline = Instant::now() + STOP_DEADLINE;
            while self.runs() && Instant::now() < deadline {
                sleep(POLL);
            }
            // Functions that ignored the polite signal, or outlived their parent. An empty group is what we hope for.
            let _ = killpg(group, Signal::SIGKILL);
        }
        forget(workspace)?;
        Ok(ran)
    }

    /// Whether the remembered process is still there and still is MiniStack: numbers of ended processes are used again.
    fn runs(self) -> bool {
        command_line(self.pid).is_some_and(|line| line.contains("ministack"))
    }

    fn answers(self) -> bool {
        Http::new()
            .send(
                "GET",
                &format!("{}/_ministack/ready", self.endpoint()),
                &[],
                None,
            )
            .is_ok_and(|reply| reply.status == 200)
    }
}

/// Removes what a cloud leaves behind, of which the functions' unpacked code is the largest part.
fn forget(workspace: &Workspace) -> Result<()> {
    let state = workspace.local("cloud");
    if state.exists() {
        fs::remove_dir_all(&state).with_context(|| format!("cannot remove {}", state.display()))?;
    }
    for file in [memory(workspace), workspace.local("stack.json")] {
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// Gives a program the credentials of MiniStack's account owner and hides the user's own: nothing here may ever reach a
/// real account.
pub fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("NO_PROXY", "127.0.0.1,localhost");
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn memory(workspace: &Workspace) -> PathBuf {
    workspace.local("cloud.json")
}

/// A port that nobody listens on right now.
pub fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("this machine has no free port")?;
    Ok(listener.local_addr()?.port())
}

fn command_line(pid: i32) -> Option<String> {
    if Path::new("/proc/self/cmdline").exists() {
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&line).replace('\0', " "));
    }
    let output = Command::new("ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_port_can_be_listened_on() {
        let port = free_port().unwrap();

        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    }

    #[test]
    fn a_remembered_number_that_now_is_another_program_does_not_count_as_the_cloud() {
        let ours = i32::try_from(std::process::id()).unwrap();

        assert!(command_line(ours).is_some());
        assert!(!Cloud { pid: ours, port: 1 }.runs());
    }
}
