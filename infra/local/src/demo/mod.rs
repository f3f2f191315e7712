//! `cargo local demo`: the whole journey of a token, told step by step and checked at each: from an empty wallet to a code
//! that a partner accepts exactly once. The first surprise ends it.

mod answers;
mod audit;
mod buying;
mod earning;
mod journey;
mod story;

use anyhow::Result;

use crate::http::Http;
use crate::people;
use crate::progress::Progress;
use crate::up::{Running, up};
use crate::workspace::Workspace;

/// Starts the cloud if needed and goes through the journey with a new member.
pub fn demo(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let Running { cloud, stack, .. } = up(workspace, progress)?;
    let email = format!("demo-{}@rjv.example", milliseconds_now()?);
    let member = people::member(workspace, cloud, &email)?;
    journey::Journey::begin(&Http::new(), &stack, &member)?.travel()
}

fn milliseconds_now() -> Result<u128> {
    Ok(std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)?
        .as_millis())
}
