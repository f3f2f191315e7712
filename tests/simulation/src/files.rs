//! The place for files as a function sees it: slow, and now and then without an answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use shared::error::Failure;
use shared::objects::{Errand, Facts, Keep, Range};

use crate::faults::Fault;
use crate::world::World;

/// A process's way to the files.
pub struct Files {
    world: Arc<World>,
    dice: Mutex<Rng>,
}

impl Files {
    /// A way whose faults follow from the seed.
    pub fn new(world: Arc<World>, seed: u64) -> Self {
        Self {
            world,
            dice: Mutex::new(Rng::with_seed(seed)),
        }
    }

    /// Does something with the files, unless its request or its answer is lost.
    async fn ask<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let (wait, fault) = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            let among = [Fault::LostBefore, Fault::LostAfter];
            let fault = self.world.faults.draw(&mut dice, 1, &among);
            (Duration::from_micros(dice.u64(500..20_000)), fault)
        };
        self.world.executor.sleep(wait).await;
        let lost = || Failure::unavailable("the files did not answer");
        if fault == Some(Fault::LostBefore) {
            return Err(lost());
        }
        let answer = work.await;
        if fault == Some(Fault::LostAfter) {
            return Err(lost());
        }
        answer
    }
}

#[async_trait]
impl Keep for Files {
    async fn facts(&self, name: &str) -> Result<Option<Facts>, Failure> {
        self.ask(self.world.files.facts(name)).await
    }

    async fn read(&self, name: &str, mark: &str, range: Range) -> Result<Option<Vec<u8>>, Failure> {
        self.ask(self.world.files.read(name, mark, range)).await
    }

    async fn write(&self, name: &str, content: Vec<u8>) -> Result<(), Failure> {
        self.ask(self.world.files.write(name, content)).await
    }

    async fn delete(&self, name: &str) -> Result<(), Failure> {
        self.ask(self.world.files.delete(name)).await
    }

    async fn link(&self, errand: Errand, name: &str, seconds: u32) -> Result<String, Failure> {
        self.ask(self.world.files.link(errand, name, seconds)).await
    }
}
