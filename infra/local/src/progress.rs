//! What the user sees while the machine works: a spinner with the step's name, its latest line and its time on a terminal,
//! plain lines anywhere else.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// Reports steps as they start, go on and end.
pub struct Progress {
    animated: bool,
}

/// The step at work: it can show what it is busy with.
pub struct Step {
    spinner: Option<ProgressBar>,
}

impl Progress {
    /// Animated on a terminal, plain lines in a pipe and under CI.
    pub fn new() -> Self {
        Self {
            animated: io::stderr().is_terminal() && std::env::var_os("CI").is_none(),
        }
    }

    /// Runs one step and tells how long it took. A failed step says so and passes its error on.
    pub fn step<T>(&self, name: &str, work: impl FnOnce(&Step) -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let step = Step {
            spinner: self.animated.then(|| spinner(name)),
        };
        if step.spinner.is_none() {
            eprintln!("     {name} ...");
        }
        let outcome = work(&step);
        if let Some(spinner) = &step.spinner {
            spinner.finish_and_clear();
        }
        let mark = match (outcome.is_ok(), self.animated) {
            (true, true) => "\x1b[32m✓\x1b[0m   ",
            (false, true) => "\x1b[31m✗\x1b[0m   ",
            (true, false) => "ok  ",
            (false, false) => "FAIL",
        };
        eprintln!("{mark} {name} ({})", seconds(started.elapsed()));
        outcome
    }
}

impl Step {
    /// Shows what the step is busy with; the next call replaces it.
    pub fn detail(&self, line: &str) {
        if let Some(spinner) = &self.spinner {
            spinner.set_message(line.trim().to_owned());
        }
    }
}

fn spinner(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{spinner:.green}    {prefix:.bold} {elapsed:.dim} {wide_msg:.dim}",
    )
    .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let spinner = ProgressBar::new_spinner()
        .with_style(style)
        .with_prefix(name.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// `0.4 s`, `12.3 s`, `3 min 5 s`: a duration as people say it.
pub fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{}.{} s", whole, time.subsec_millis() / 100)
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(seconds(Duration::from_millis(450)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(12_345)), "12.3 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 5 s");
    }
}
