//! Clients that try again until they know, over a line that loses answers, for what the simulation does not do.

use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::task::LocalSet;

use super::store::BadLine;
use super::world::World;

/// Runs the tasks of a test on one thread, so that the seed alone decides who goes first.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(LocalSet::new().run_until(test))
}

pub fn quiet() -> Arc<World> {
    Arc::new(World::quiet())
}

pub fn over(seed: u64, faults_percent: u64) -> Arc<World> {
    let line = BadLine::new(seed, faults_percent);
    let memory = Arc::clone(&line.memory);
    Arc::new(World::new(line, memory))
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

pub(crate) use insist;
