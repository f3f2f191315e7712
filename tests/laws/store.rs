//! A store that behaves as badly as a real one may: calls interleave, transactions collide, answers get lost.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{Cancelled, Item, Key, Memory, Page, Query, Store, Write};

/// The store in memory behind a bad line. Which calls go wrong follows from the seed alone.
#[derive(Clone)]
pub struct BadLine {
    pub memory: Arc<Memory>,
    dice: Arc<Mutex<fastrand::Rng>>,
    faults_percent: u64,
}

enum Fault {
    LostBefore,
    LostAfter,
    Contended,
}

impl BadLine {
    pub fn new(seed: u64, faults_percent: u64) -> Self {
        Self {
            memory: Arc::default(),
            dice: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))),
            faults_percent,
        }
    }

    fn draw(&self) -> u64 {
        self.dice.lock().unwrap().u64(..)
    }

    /// Lets others go first for a while, then says whether this call goes wrong.
    async fn wait(&self) -> Option<Fault> {
        let drawn = self.draw();
        for _ in 0..drawn % 4 {
            tokio::task::yield_now().await;
        }
        if (drawn >> 8) % 100 >= self.faults_percent {
            return None;
        }
        Some(match (drawn >> 16) % 3 {
            0 => Fault::LostBefore,
            1 => Fault::LostAfter,
            _ => Fault::Contended,
        })
    }
}

fn lost() -> Failure {
    Failure::unavailable("the line is bad")
}

#[async_trait]
impl Store for BadLine {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        if self.wait().await.is_some() {
            return Err(lost());
        }
        // Each item is as it is at some instant of the call, not all at the same.
        let mut items = Vec::new();
        for key in keys {
            items.extend(self.memory.get_many(std::slice::from_ref(key)).await?);
            if self.draw().is_multiple_of(2) {
                tokio::task::yield_now().await;
            }
        }
        Ok(items)
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        match self.wait().await {
            Some(_) => Err(lost()),
            None => self.memory.query(query).await,
        }
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        match self.wait().await {
            None => self.memory.commit(writes).await,
            Some(Fault::Contended) => Err(Cancelled::Contended),
            Some(Fault::LostBefore) => Err(Cancelled::Failed(lost())),
            Some(Fault::LostAfter) => {
                self.memory.commit(writes).await?;
                Err(Cancelled::Failed(lost()))
            }
        }
    }

    async fn back_off(&self, _attempt: u32) {
        for _ in 0..self.draw() % 8 {
            tokio::task::yield_now().await;
        }
    }
}
