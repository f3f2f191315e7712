//! What the operating system knows about a running process, read from Linux's `/proc`.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// What a process has used since its start.
#[derive(Clone, Copy)]
pub struct Usage {
    /// The processor's time of all its threads that still run.
    pub processor: Duration,
    /// The most memory it had at a time, in bytes.
    pub memory_peak_bytes: u64,
}

impl Usage {
    /// The most memory it had at a time.
    #[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
    pub fn memory_peak_megabytes(&self) -> f64 {
        self.memory_peak_bytes as f64 / 1e6
    }

    /// Of the process with this id.
    pub fn of(process: u32) -> Result<Self> {
        let folder = format!("/proc/{process}");
        let unreadable = || {
            format!(
                "cannot read {folder}\n\n  What to do: run this section on Linux, where the system tells what a process uses"
            )
        };
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("{folder}/task")).with_context(unreadable)? {
            let path = thread?.path();
            match fs::read_to_string(path.join("schedstat")) {
                Ok(text) => nanoseconds += first_number(&text)?,
                // A thread may end between being listed and being read, and then it is gone.
                Err(_) if !path.exists() => {}
                Err(error) => return Err(error).with_context(unreadable),
            }
        }
        let status = fs::read_to_string(format!("{folder}/status")).with_context(unreadable)?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .with_context(unreadable)?;
        Ok(Self {
            processor: Duration::from_nanos(nanoseconds),
            memory_peak_bytes: first_number(peak)? * 1024,
        })
    }
}

fn first_number(text: &str) -> Result<u64> {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.parse()
        .with_context(|| format!("expected a number, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_the_processor_and_memory() -> Result<()> {
        let usage = Usage::of(std::process::id())?;

        assert!(usage.processor > Duration::ZERO);
        assert!(usage.memory_peak_bytes > 100_000);
        Ok(())
    }
}
