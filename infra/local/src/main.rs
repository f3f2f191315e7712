//! `cargo local`: the whole system on this machine, with real HTTP, JWTs, queues, streams, topics and IAM, from one command.
//!
//! MiniStack stands in for AWS; everything above it is the real thing, deployed by SAM from the real template. The private
//! environments, the logs and the state of the cloud are in `target/local/`.

mod amount;
mod artifacts;
mod bench;
mod chain;
mod client;
mod cloud;
mod demo;
mod deploy;
mod engine;
mod http;
mod logs;
mod operations;
mod people;
mod process;
mod progress;
mod python;
mod seed;
mod sightings;
mod simulate;
mod stack;
mod summary;
mod tiers;
mod up;
mod verify;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::progress::Progress;
use crate::tiers::Tier;
use crate::workspace::Workspace;

/// Runs the RJV token system on this machine.
#[derive(Parser)]
#[command(
    name = "cargo local",
    bin_name = "cargo local",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the cloud, deploy everything and seed demo data
    Up {
        /// Return when it is up instead of following the logs until Ctrl-C
        #[arg(long)]
        detach: bool,
    },
    /// Go through a member's whole journey, checking every step
    Demo,
    /// Stop the cloud; its data ends with it
    Down,
    /// Say what runs and where
    Status,
    /// Show what the functions said
    Logs {
        /// One function, like `purchases-buy`; all when absent
        function: Option<String>,
        /// Go on until Ctrl-C
        #[arg(long, short)]
        follow: bool,
    },
    /// Run whole operations with everything going wrong that may, and check every invariant after every step
    #[command(disable_help_flag = true)]
    Simulate {
        /// `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the tests: all tiers in order, or one
    Test {
        /// Which
        tier: Option<Tier>,
    },
    /// Measure what operations cost and how fast they are, beside baselines of the same run
    Bench {
        /// Fewer repetitions and smaller data: for every commit
        #[arg(long)]
        short: bool,
        /// Only this section
        #[arg(long, value_name = "SECTION")]
        only: Option<String>,
    },
    /// Check a downloaded history of a wallet, offline
    Verify {
        /// A file with whole transactions or receipts, as the API answered them: a JSON array, JSON lines or a page
        file: PathBuf,
    },
    /// Rebuild, and update what changed on the running cloud
    Redeploy {
        /// Only these functions
        functions: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    process::watch_interrupt()?;
    let workspace = Workspace::open()?;
    let progress = Progress::new();
    match command {
        Command::Up { detach } => start(&workspace, &progress, *detach),
        Command::Demo => demo::demo(&workspace, &progress),
        Command::Down => up::down(&workspace),
        Command::Status => up::status(&workspace),
        Command::Logs { function, follow } => {
            let (cloud, _) = up::find(&workspace)
                .context("no local cloud is running; `cargo local up` starts one")?;
            if *follow {
                logs::follow(&workspace, cloud, function.as_deref(), 0)
            } else {
                print!("{}", logs::read(&workspace, cloud, function.as_deref())?);
                Ok(())
            }
        }
        Command::Simulate { arguments } => simulate::simulate(&workspace, arguments),
        Command::Test { tier } => tiers::test(&workspace, &progress, *tier),
        Command::Bench { short, only } => {
            bench::bench(&workspace, &progress, *short, only.as_deref())
        }
        Command::Verify { file } => verify::verify(file),
        Command::Redeploy { functions } => up::redeploy(&workspace, &progress, functions),
    }
}

/// Starts the cloud and, unless detached, stays with it: what was started here is stopped here.
fn start(workspace: &Workspace, progress: &Progress, detach: bool) -> Result<()> {
    let running = up::up(workspace, progress)?;
    summary::print(&running.stack);
    if detach || running.found {
        return Ok(());
    }
    println!("\nFollowing the functions' logs. Ctrl-C stops the cloud.\n");
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let followed = logs::follow(workspace, running.cloud, None, u64::try_from(now)?);
    up::down(workspace)?;
    followed
}
