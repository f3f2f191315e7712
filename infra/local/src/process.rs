//! Other programs: run with their output in a log, stopped by Ctrl-C, and explained when they fail.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

use crate::progress::Step;

/// Lines of a log that are worth showing when its step fails.
const TAIL_LINES: usize = 20;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (or a polite kill) is noted instead of ending this process, so that what was started can be stopped.
pub fn watch_interrupt() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst))
        .context("cannot listen for Ctrl-C")
}

/// Whether the user asked us to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program that is part of a step: where its output goes, and what a reader can do when it fails.
pub struct Task<'a> {
    /// What runs.
    pub command: Command,
    /// Receives both output streams.
    pub log: &'a Path,
    /// What to do when it fails.
    pub advice: &'a str,
}

impl Task<'_> {
    /// Runs the program to its end, showing each line it prints.
    pub fn run(mut self, step: &Step) -> Result<()> {
        let name = program(&self.command);
        let (output, input) = io::pipe().context("cannot create a pipe")?;
        self.command
            .stdin(Stdio::null())
            .stdout(input.try_clone()?)
            .stderr(input);
        let mut log = File::create(self.log)
            .with_context(|| format!("cannot write {}", self.log.display()))?;
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        // The command holds the writing end of the pipe; reading ends when the child is the last to hold it.
        drop(self.command);
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            log.write_all(&line)?;
            log.write_all(b"\n")?;
            step.detail(&String::from_utf8_lossy(&line));
        }
        let status = child
            .wait()
            .with_context(|| format!("cannot wait for {name}"))?;
        if interrupted() {
            bail!("stopped by Ctrl-C");
        }
        if !status.success() {
            bail!(failure(&name, &status.to_string(), self.log, self.advice));
        }
        Ok(())
    }

    /// Runs the program with `input` on its standard input and returns what it prints; its errors go to the log.
    pub fn output(mut self, input: &[u8]) -> Result<Vec<u8>> {
        let name = program(&self.command);
        let log = File::create(self.log)
            .with_context(|| format!("cannot write {}", self.log.display()))?;
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin
                .write_all(input)
                .with_context(|| format!("cannot write to {name}"))?;
        }
        let output = child
            .wait_with_output()
            .with_context(|| format!("cannot wait for {name}"))?;
        if !output.status.success() {
            bail!(failure(
                &name,
                &output.status.to_string(),
                self.log,
                self.advice
            ));
        }
        Ok(output.stdout)
    }
}

fn program(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    let arguments: Vec<_> = command
        .get_args()
        .map(|each| each.to_string_lossy())
        .collect();
    let line = format!("{name} {}", arguments.join(" "));
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.trim_end().to_owned(),
    }
}

/// What failed, the end of its log, and what to do.
pub fn failure(what: &str, how: &str, log: &Path, advice: &str) -> String {
    let tail = tail(log);
    let shown = if tail.is_empty() {
        "    (it printed nothing)".to_owned()
    } else {
        tail
    };
    format!(
        "{what}: {how}\n\n  The end of {}:\n{shown}\n\n  What to do: {advice}",
        log.display()
    )
}

fn tail(log: &Path) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let start = lines.len().saturating_sub(TAIL_LINES);
    let indented: Vec<String> = lines
        .iter()
        .skip(start)
        .map(|line| format!("    {line}"))
        .collect();
    indented.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_the_end_of_the_log_and_what_to_do() {
        let log = std::env::temp_dir().join(format!("local-failure-{}.log", std::process::id()));
        let lines: Vec<String> = (1..=30).map(|n| format!("line {n}")).collect();
        std::fs::write(&log, lines.join("\n")).unwrap();

        let message = failure("sam build", "exit status: 1", &log, "read on");
        std::fs::remove_file(&log).unwrap();

        assert!(message.starts_with("sam build: exit status: 1"));
        assert!(!message.contains("line 10\n"));
        assert!(message.contains("    line 11\n"));
        assert!(message.contains("    line 30\n"));
        assert!(message.ends_with("What to do: read on"));
    }

    #[test]
    fn a_long_command_is_named_by_its_beginning() {
        let mut command = Command::new("/usr/bin/true");
        command.arg("é".repeat(200));

        assert!(program(&command).starts_with("true éé"));
        assert!(program(&command).ends_with(" ..."));
    }
}
