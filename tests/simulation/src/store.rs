//! The store as a function sees it: items in memory behind a line that behaves as badly as a real one may.
//!
//! DynamoDB's rules, modelled: a request is carried out whether or not its sender still lives; a transaction holds its items
//! for a while, and whoever else writes to one of them meanwhile is turned away; a cancellation is all or nothing; the items
//! of one read are each read at an instant of their own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use shared::error::Failure;
use shared::table::{Cancelled, Item, Key, Page, Query, Store, Write};

use crate::executor::Slot;
use crate::faults::Fault;
use crate::instances::Function;
use crate::world::World;

/// A process's line to the store.
pub struct Line {
    world: Arc<World>,
    function: Function,
    dice: Mutex<Rng>,
}

/// How long the parts of a request take.
#[derive(Clone, Copy)]
struct Travel {
    there: Duration,
    /// How long a transaction holds its items.
    held: Duration,
    back: Duration,
}

/// What the service accepts in one request.
const ITEMS_MAX: usize = 100;

/// How long a function waits for the store.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

fn lost() -> Failure {
    Failure::unavailable("the store did not answer")
}

fn throttled() -> Failure {
    Failure::unavailable("the store has no capacity left")
}

fn invalid(what: &str) -> Failure {
    Failure::broken(format!("the store does not accept {what}"))
}

impl Line {
    /// A line whose faults follow from the seed.
    pub fn new(world: Arc<World>, function: Function, seed: u64) -> Self {
        Self {
            world,
            function,
            dice: Mutex::new(Rng::with_seed(seed)),
        }
    }

    fn dice(&self) -> MutexGuard<'_, Rng> {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait(&self, time: Duration) {
        self.world.executor.sleep(time).await;
    }

    /// How long a request takes, and what goes wrong with it.
    fn draw(&self, among: &[Fault]) -> (Travel, Option<Fault>) {
        let mut dice = self.dice();
        let mut millis = |most: u64| Duration::from_micros(dice.u64(200..most * 1000));
        let (there, held, back) = (millis(10), millis(30), millis(10));
        let (slow, late) = (millis(4000), millis(60_000));
        let fault = self.world.faults.draw(&mut dice, 1, among);
        let there = match fault {
            Some(Fault::Slow) => slow,
            Some(Fault::Late) => late,
            _ => there,
        };
        if let Some(fault) = fault {
            self.world
                .note(|| format!("{:?}: {fault:?}", self.function));
        }
        (Travel { there, held, back }, fault)
    }

    /// Waits for a reading request. Answers the longest pause between two of its items.
    async fn travel_to_read(&self) -> Result<Duration, Failure> {
        let among = [Fault::LostBefore, Fault::Throttled, Fault::Slow];
        let (travel, fault) = self.draw(&among);
        match fault {
            Some(Fault::Slow) => return Ok(travel.there),
            _ => self.wait(travel.there).await,
        }
        match fault {
            Some(Fault::LostBefore) => Err(lost()),
            Some(Fault::Throttled) => Err(throttled()),
            _ => Ok(travel.back * 4),
        }
    }

    /// One item, and now and then a pause, in which others may change those that are still to be read.
    async fn read(&self, key: &Key, longest: Duration) -> Option<Item> {
        let mutant = self.world.plan.mutant;
        let item = match mutant.and_then(|mutant| mutant.place(key)) {
            Some(other) => self.world.memory.item(&other),
            None => self.world.memory.item(key),
        };
        let (pauses, pause) = {
            let mut dice = self.dice();
            (dice.u32(..3) == 0, dice.u32(1..=100))
        };
        if pauses {
            self.wait(longest * pause / 100).await;
        }
        let older = || self.world.older(key);
        match mutant {
            Some(mutant) => mutant.read(self.function, key, item, older),
            None => item,
        }
    }

    async fn send(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let keys: BTreeSet<&Key> = writes.iter().map(|write| &write.key).collect();
        if keys.len() < writes.len() || writes.len() > ITEMS_MAX {
            return Err(Cancelled::Failed(invalid("these writes")));
        }
        let among = [
            Fault::LostBefore,
            Fault::LostAfter,
            Fault::Late,
            Fault::Conflict,
            Fault::Throttled,
            Fault::Slow,
        ];
        let (travel, fault) = self.draw(&among);
        match fault {
            Some(Fault::LostBefore) => {
                self.wait(travel.there).await;
                return Err(Cancelled::Failed(lost()));
            }
            Some(Fault::Throttled) => {
                self.wait(travel.there).await;
                return Err(Cancelled::Failed(throttled()));
            }
            Some(Fault::Conflict) => {
                self.wait(travel.there).await;
                return Err(Cancelled::Contended);
            }
            _ => {}
        }
        let executor = &self.world.executor;
        let slot = executor.slot();
        let request = carry_out(
            Arc::clone(&self.world),
            self.function,
            writes.to_vec(),
            travel,
            slot.clone(),
        );
        executor.spawn(&executor.label(), request);
        if fault == Some(Fault::Late) {
            self.wait(REQUEST_TIMEOUT).await;
            return Err(Cancelled::Failed(lost()));
        }
        let answer = slot.take().await;
        self.wait(travel.back).await;
        if fault == Some(Fault::LostAfter) {
            return Err(Cancelled::Failed(lost()));
        }
        answer
    }
}

/// The service's side of a commit.
async fn carry_out(
    world: Arc<World>,
    by: Function,
    writes: Vec<Write>,
    travel: Travel,
    slot: Slot<Result<Option<Item>, Cancelled>>,
) {
    world.executor.sleep(travel.there).await;
    let answer = match writes.as_slice() {
        [write] if !world.holds(&write.key) => world.commit(by, &writes),
        [_, _, ..] if !writes.iter().any(|write| world.holds(&write.key)) => {
            world.hold(&writes);
            world.executor.sleep(travel.held).await;
            world.release(&writes);
            world.commit(by, &writes)
        }
        _ => Err(Cancelled::Contended),
    };
    world.note_answer(&writes, &answer);
    slot.put(answer);
}

#[async_trait]
impl Store for Line {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let distinct: BTreeSet<&Key> = keys.iter().collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        if distinct.len() < keys.len() || keys.len() > ITEMS_MAX {
            return Err(invalid("these keys"));
        }
        let longest = self.travel_to_read().await?;
        // The items are read in any order.
        let mut order: Vec<usize> = (0..keys.len()).collect();
        self.dice().shuffle(&mut order);
        let mut items = vec![None; keys.len()];
        for place in order {
            items[place] = self.read(&keys[place], longest).await;
        }
        Ok(items)
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.travel_to_read().await?;
        let mut page = self.world.memory.run(query)?;
        if let Some(mutant) = self.world.plan.mutant {
            mutant.page(self.function, &self.world.memory, query, &mut page);
        }
        Ok(page)
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let Some(mutant) = self.world.plan.mutant else {
            return self.send(writes).await;
        };
        let mut answer = Ok(None);
        for writes in mutant.writes(&self.world.memory, writes.to_vec()) {
            answer = self.send(&writes).await;
            if let (Err(Cancelled::Failed(_)), Some(again)) = (&answer, mutant.again(&writes)) {
                answer = self.send(&again).await;
            }
            if answer.is_err() {
                break;
            }
        }
        mutant.answer(answer)
    }

    async fn back_off(&self, attempt: u32) {
        let longest = (20_u64 << attempt.min(6).saturating_sub(1)).min(640);
        let wait = self.dice().u64(..longest * 1000);
        self.world.executor.sleep(Duration::from_micros(wait)).await;
    }
}
