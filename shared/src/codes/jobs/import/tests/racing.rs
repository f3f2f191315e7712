//! Steps that are made on what another import changes in the meantime.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::super::walk::{Pace, walk_at};
use super::super::*;
use super::world::{World, block_on, now, product};
use crate::table::{Cancelled, Item, Key, Memory, Obstacle, Page, Query, Store};

#[test]
fn imports_of_one_partner_at_the_same_time_bring_each_code_once() {
    block_on(async {
        let world = World::new();
        let lines: Vec<String> = (0..200).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let file = lines.concat();
        let one = world.started(product(1), "one", &file).await;
        let two = world.started(product(2), "two", &file).await;
        // The second reads that nothing is there; the first gets in before it writes.
        let racing = Racing {
            world: &world,
            first: one.job(),
        };
        racing.walk(two.job()).await;
        world.deliver(Pace::default(), 1).await;

        let counts = [
            world.shown(&one).await.counts,
            world.shown(&two).await.counts,
        ];
        assert_eq!(counts[0].imported + counts[1].imported, 200);
        assert_eq!(
            world.stock(product(1)).await + world.stock(product(2)).await,
            200
        );
        assert!(
            counts[0].imported > 0 && counts[1].duplicate > 0,
            "{counts:?}"
        );
    });
}

#[test]
fn an_import_goes_on_where_another_with_the_same_message_died() {
    block_on(async {
        let world = World::new();
        let lines: Vec<String> = (0..200).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let import = world.started(product(1), "one", &lines.concat()).await;
        let tables = Tables::new(Overtaken {
            memory: Arc::clone(&world.memory),
            is_over: Arc::new(Mutex::new(false)),
        });

        let tools = world.tools_of(&tables);
        let walked = walk_at(Pace::default(), tools, &world.queue, import.job(), now()).await;

        walked.unwrap();
        let shown = world.shown(&import).await;
        assert!(matches!(shown.state, State::Done { .. }), "{shown:?}");
        assert_eq!(shown.counts.imported, 200);
        assert_eq!(world.stock(product(1)).await, 200);
    });
}

/// Lets somebody else with the same message make the first step a moment before, and die then.
#[derive(Clone)]
struct Overtaken {
    memory: Arc<Memory>,
    is_over: Arc<Mutex<bool>>,
}

#[async_trait]
impl Store for Overtaken {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let is_first = !std::mem::replace(&mut *self.is_over.lock().unwrap(), true);
        if is_first {
            self.memory.commit(writes).await?;
        }
        self.memory.commit(writes).await
    }

    async fn back_off(&self, _attempt: u32) {}
}

/// Lets one import make a step between the reads and the write of another.
struct Racing<'a> {
    world: &'a World,
    first: Job,
}

impl Racing<'_> {
    async fn walk(&self, second: Job) {
        let between = Between {
            memory: Arc::clone(&self.world.memory),
            held: Arc::new(Mutex::new(None)),
        };
        let tables = Tables::new(between.clone());
        let pace = Pace {
            steps: 1,
            bytes: 4096,
        };
        let walked = walk_at(
            pace,
            self.world.tools_of(&tables),
            &self.world.queue,
            second,
            now(),
        );
        let error = walked.await.unwrap_err();
        assert!(error.retryable());
        let held: Vec<Write> = between.held.lock().unwrap().take().unwrap();
        walk_at(
            pace,
            self.world.tools(),
            &self.world.queue,
            self.first,
            now(),
        )
        .await
        .unwrap();
        let late = self.world.memory.commit(&held).await;
        let Err(Cancelled::Refused(obstacles)) = late else {
            panic!("a step was made on what was read before another import: {late:?}");
        };
        assert!(
            obstacles
                .iter()
                .any(|obstacle: &Option<Obstacle>| obstacle.is_some())
        );
        self.world
            .outbox
            .0
            .lock()
            .unwrap()
            .push(Message::job(&second).unwrap());
    }
}

/// Keeps the first commit for later.
#[derive(Clone)]
struct Between {
    memory: Arc<Memory>,
    held: Arc<Mutex<Option<Vec<Write>>>>,
}

#[async_trait]
impl Store for Between {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        *self.held.lock().unwrap() = Some(writes.to_vec());
        Err(Cancelled::Failed(Failure::unavailable("it takes its time")))
    }

    async fn back_off(&self, _attempt: u32) {}
}

#[test]
fn a_step_is_one_transaction_of_at_most_a_hundred_writes() {
    // A step with entries in every shard: what Memory refuses, DynamoDB refuses.
    block_on(async {
        let world = World::new();
        let lines: Vec<String> = (0..90).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let file = lines.concat();
        let import = world.started(product(1), "one", &file).await;
        let between = Between {
            memory: Arc::clone(&world.memory),
            held: Arc::default(),
        };
        let tables = Tables::new(between.clone());
        let _ = walk_at(
            Pace::default(),
            world.tools_of(&tables),
            &world.queue,
            import.job(),
            now(),
        )
        .await;
        let held = between.held.lock().unwrap().take().unwrap();
        assert_eq!(held.len(), 100);
    });
}
