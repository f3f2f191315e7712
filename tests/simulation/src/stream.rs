//! The stream of codes: every image of every code, at least once, to the log that counts what becomes of them.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use shared::codes::Code;
use shared::error::Failure;
use shared::table::{self, Memory, Table, Write};
use shared::usage;

use crate::executor::dice;
use crate::faults::Fault;
use crate::instances::{Function, invoke};
use crate::world::World;

/// Into how many parts the stream is cut; the images of one code are in one of them.
pub const PARTS: usize = 2;

/// Images in the order in which they were written.
#[derive(Default)]
pub struct Stream([Mutex<VecDeque<Code>>; PARTS]);

/// The most images of one batch.
const BATCH_MAX: usize = 25;

impl Stream {
    fn lock(&self, part: usize) -> MutexGuard<'_, VecDeque<Code>> {
        let part = &self.0[part % PARTS];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what a commit wrote to codes. Whether it wrote to any.
    pub fn note(&self, writes: &[Write], memory: &Memory) -> bool {
        let of_codes = writes
            .iter()
            .filter(|write| write.key.table == Table::Codes && write.key.sk == "code");
        let images = of_codes.filter_map(|write| memory.item(&write.key));
        let codes = images.filter_map(|image| table::read::<Code>(image).ok());
        let mut is_any = false;
        for code in codes {
            is_any = true;
            let [.., last] = code.code_id.uuid().into_bytes();
            self.lock(usize::from(last)).push_back(code);
        }
        is_any
    }

    fn batch(&self, part: usize, most: usize) -> Vec<Code> {
        self.lock(part).iter().take(most).cloned().collect()
    }

    fn advance(&self, part: usize, count: usize) {
        self.lock(part).drain(..count);
    }

    /// Everything that was not handed on.
    pub fn rest(&self) -> Vec<Code> {
        let parts = (0..PARTS).map(|part| std::mem::take(&mut *self.lock(part)));
        parts.flatten().collect()
    }
}

/// Hands on the images of a part until there are none left and nobody who could write more.
pub async fn follow(world: Arc<World>, part: usize) {
    let number = u64::try_from(part).unwrap_or_default();
    let mut dice = dice(world.plan.seed, &[6, number]);
    loop {
        if world.stream.lock(part).is_empty() {
            if world.busy.load(Ordering::Relaxed) == 0 {
                return;
            }
            world.stream_bell.heard_or(None).await;
            continue;
        }
        // A batch waits for others to join it.
        let window = Duration::from_millis(dice.u64(..2_000));
        world.executor.sleep(window).await;
        let batch = world.stream.batch(part, dice.usize(1..=BATCH_MAX));
        if hand_on(&world, &mut dice, batch.clone()).await {
            world.stream.advance(part, batch.len());
        }
    }
}

/// Hands on a batch, perhaps twice and in another order. Whether it counts as done.
async fn hand_on(world: &Arc<World>, dice: &mut Rng, mut batch: Vec<Code>) -> bool {
    world.note(|| format!("hands on {} images of codes", batch.len()));
    let among = [Fault::Unacknowledged, Fault::Redelivered, Fault::Reordered];
    let fault = world.faults.draw(dice, 1, &among);
    let twin_after = Duration::from_micros(dice.u64(..50_000));
    let mut others = batch.clone();
    dice.shuffle(&mut others);
    match fault {
        Some(Fault::Redelivered) => {
            let (world, mut dice) = (Arc::clone(world), dice.fork());
            let label = world.executor.label();
            world.executor.clone().spawn(&label, async move {
                world.executor.sleep(twin_after).await;
                log(&world, &mut dice, others).await;
            });
        }
        Some(Fault::Reordered) => batch = others,
        _ => {}
    }
    let is_done = log(world, dice, batch).await;
    is_done && fault != Some(Fault::Unacknowledged)
}

/// Invokes the function `codes-log`.
async fn log(world: &Arc<World>, dice: &mut Rng, images: Vec<Code>) -> bool {
    let outcome = invoke(world, dice, Function::Log, move |instance, _| async move {
        usage::log(&instance.tables, &images).await
    });
    match outcome.await {
        Some(Ok(())) => true,
        Some(Err(failure)) if !failure.retryable() => {
            broken(world, &failure);
            false
        }
        _ => false,
    }
}

fn broken(world: &World, failure: &Failure) {
    let sentence = format!("codes-log is broken: {}", failure.chain());
    world.judge(Err(sentence));
}
