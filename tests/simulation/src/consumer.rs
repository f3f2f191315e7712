//! What hands the queues' messages to the functions that award them, as Lambda does for an ordered queue.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use fastrand::Rng;
use shared::codes::jobs::import;
use shared::error::Error;
use shared::lambda::{deliver, deliver_groups};
use shared::rewards::{self, Activity, Sighting};
use shared::time::Timestamp;

use crate::executor::dice;
use crate::faults::Fault;
use crate::instances::{Function, Instance, invoke};
use crate::mutants::Mutant;
use crate::queue::{Letter, Queue, VISIBILITY};
use crate::world::World;

/// What stands in a message that nobody can read.
pub const JUNK: &str = "not an activity";

/// The most messages of one batch.
const BATCH_MAX: usize = 10;

/// At least so long passes between two looks at an empty queue.
const PAUSE: Duration = Duration::from_millis(1);

/// Where messages come from.
#[derive(Clone, Copy, Debug)]
pub enum Feed {
    /// From apps, through the function that takes reports.
    Reports,
    /// From services and partners.
    Sightings,
    /// From jobs.
    Jobs,
}

impl Feed {
    fn queue(self, world: &World) -> &Queue {
        match self {
            Self::Reports => &world.reports,
            Self::Sightings => &world.sightings,
            Self::Jobs => &world.jobs,
        }
    }
}

/// Receives and hands on until there is nothing left and nobody who could send more.
pub async fn poll(world: Arc<World>, feed: Feed, number: u64) {
    let queue = feed.queue(&world);
    let mut dice = dice(world.plan.seed, &[3, number, feed as u64]);
    loop {
        let now = world.executor.now();
        let hopeless = queue.redrive(now, world.plan.mutant == Some(Mutant::NoDeadLetters));
        if let Some(letter) = hopeless {
            world.judge(Err(format!("a message is never handled: {}", letter.body)));
        }
        let (most, first) = (dice.usize(1..=BATCH_MAX), dice.usize(..64));
        let batch = queue.receive(now, most, first, VISIBILITY);
        if !batch.is_empty() {
            hand_on(&world, feed, &mut dice, batch).await;
            continue;
        }
        let next = queue.next();
        if next.is_none() && world.busy.load(Ordering::Relaxed) == 0 {
            world.bell.ring();
            return;
        }
        let next = next.map(|next| next.max(now + PAUSE));
        world.bell.heard_or(next).await;
    }
}

async fn hand_on(world: &Arc<World>, feed: Feed, dice: &mut Rng, batch: Vec<Letter>) {
    let (queue, now) = (feed.queue(world), world.executor.now());
    let again = batch.iter().filter(|letter| letter.receipt > 1).count();
    let again = u64::try_from(again).unwrap_or_default();
    world.tally.redeliveries.fetch_add(again, Ordering::Relaxed);
    world.note(|| {
        format!(
            "hands on {:?}",
            batch.iter().map(|letter| letter.id).collect::<Vec<_>>()
        )
    });
    let days = Duration::from_secs(dice.u64(3600..13 * 86_400));
    let twin_after = Duration::from_micros(dice.u64(..50_000));
    let among = [
        Fault::Unacknowledged,
        Fault::Redelivered,
        Fault::Redelivered,
        Fault::Delayed,
    ];
    let fault = world.faults.draw(dice, 2, &among);
    if let Some(fault) = fault {
        world.note(|| format!("the batch: {fault:?}"));
    }
    if fault == Some(Fault::Redelivered) {
        queue.hide(&batch, now + twin_after);
        world.bell.ring();
    }
    if world.plan.mutant == Some(Mutant::EarlyAcknowledgement) {
        queue.delete(&batch);
    }
    let done = match carry(world, feed, dice, &batch).await {
        Some(response) => handled(world.plan.mutant, &batch, &response),
        None => Vec::new(),
    };
    match fault {
        Some(Fault::Unacknowledged) => {}
        Some(Fault::Delayed) => queue.hide(&batch, now + days),
        _ => queue.delete(&done),
    }
    world.bell.ring();
}

/// Invokes the function with a batch.
async fn carry(
    world: &Arc<World>,
    feed: Feed,
    dice: &mut Rng,
    batch: &[Letter],
) -> Option<SqsBatchResponse> {
    let mut event = SqsEvent::default();
    for letter in batch {
        if world.plan.mutant == Some(Mutant::StoppedAtPoison) && letter.body == JUNK {
            break;
        }
        let mut message = SqsMessage::default();
        message.message_id = Some(letter.id.to_string());
        message.body = Some(letter.body.clone());
        event.records.push(message);
    }
    let function = match feed {
        Feed::Reports => Function::Award,
        Feed::Sightings => Function::Collect,
        Feed::Jobs => Function::Import,
    };
    let house = Arc::clone(world);
    invoke(world, dice, function, move |instance, now| async move {
        let award = |activities| award(Arc::clone(&instance), activities, now);
        match feed {
            Feed::Reports => deliver_groups(event, award).await,
            Feed::Sightings => {
                let seen = |seen: Vec<Sighting>| {
                    let seen = seen.into_iter();
                    award(seen.map(|sighting| sighting.activity(now)).collect())
                };
                deliver_groups(event, seen).await
            }
            Feed::Jobs => {
                let walk = |job| read_on(Arc::clone(&house), Arc::clone(&instance), job, now);
                deliver(event, walk).await
            }
        }
    })
    .await
}

/// What the functions `rewards-award` and `rewards-collect` do.
async fn award(
    instance: Arc<Instance>,
    activities: Vec<Activity>,
    now: Timestamp,
) -> Result<(), Error> {
    let book = instance.books.read(now).await?;
    Ok(rewards::award(&instance.tables, &book, &activities, now).await?)
}

/// What the function `codes-import` does.
async fn read_on(
    world: Arc<World>,
    instance: Arc<Instance>,
    job: import::Job,
    now: Timestamp,
) -> Result<(), Error> {
    let tools = import::Tools {
        tables: &instance.tables,
        objects: &instance.objects,
        vault: &world.house.vault,
        lookup: &world.house.secrets.lookup,
    };
    Ok(import::walk(tools, &instance.imports, job, now).await?)
}

/// The messages that need not come again.
fn handled(mutant: Option<Mutant>, batch: &[Letter], response: &SqsBatchResponse) -> Vec<Letter> {
    let failed = |letter: &Letter| {
        let mut failures = response.batch_item_failures.iter();
        failures.any(|failure| failure.item_identifier == letter.id.to_string())
    };
    let done = batch.iter().filter(|letter| {
        let stopped = mutant == Some(Mutant::StoppedAtPoison) && letter.body == JUNK;
        mutant == Some(Mutant::FailedBatch) || !(failed(letter) || stopped)
    });
    done.cloned().collect()
}
