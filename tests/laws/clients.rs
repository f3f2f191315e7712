//! Clients that try again until they know, over a good line or a bad one.

use std::sync::Arc;

use shared::error::{Error, Failure, Rejection};
use shared::id::MemberId;
use shared::table::Memory;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use super::store::BadLine;
use super::world::{World, activity, start};

/// Runs the tasks of a test on one thread, so that the seed alone decides who goes first.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(LocalSet::new().run_until(test))
}

pub async fn quiet() -> Arc<World> {
    let memory = Arc::new(Memory::default());
    Arc::new(World::new(Arc::clone(&memory), memory).await)
}

pub async fn over(seed: u64, faults_percent: u64) -> Arc<World> {
    let line = BadLine::new(seed, faults_percent);
    let memory = Arc::clone(&line.memory);
    Arc::new(World::new(line, memory).await)
}

/// What a client does: tries again until it gets an answer that is not about the line.
macro_rules! insist {
    ($attempt:expr) => {
        loop {
            match $attempt {
                Err(Error::Failed(failure)) if failure.retryable() => {
                    tokio::task::yield_now().await
                }
                Err(Error::Failed(failure)) => panic!("{}", failure.chain()),
                Ok(done) => break Ok(done),
                Err(Error::Rejected(rejection)) => break Err(rejection),
            }
        }
    };
}

pub fn unwrapped<T>(result: Result<T, Failure>) -> Result<T, Error> {
    result.map_err(Error::Failed)
}

pub async fn earn(world: &World, owner: MemberId, events: std::ops::Range<u32>) {
    for event in events {
        let activity = activity(
            owner,
            &format!("survey-{event}"),
            "survey_completed",
            start(),
        );
        let done: Result<(), Rejection> = insist!(unwrapped(
            world.award(std::slice::from_ref(&activity), start()).await
        ));
        done.unwrap();
    }
}

pub(crate) use insist;
