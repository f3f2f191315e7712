//! Functions as they run: processes with clocks and caches of their own, that die at any wait.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;
use shared::messaging::{ImportQueue, RewardQueue, Sender};
use shared::objects::Objects;
use shared::rewards::Books;
use shared::store::Store;
use shared::table::Tables;
use shared::time::Timestamp;

use crate::executor::{Fragile, dice};
use crate::faults::Fault;
use crate::files::Files;
use crate::queue::Intake;
use crate::store::Line;
use crate::world::World;

/// The functions of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Takes reports.
    Report,
    /// Awards activities that apps reported.
    Award,
    /// Awards activities that services and partners saw.
    Collect,
    /// Quotes prices.
    Quote,
    /// Executes quotes.
    Buy,
    /// Shows codes to their holder.
    Reveal,
    /// Lists a member's entries, purchases and codes.
    List,
    /// Redeems codes.
    Redeem,
    /// Changes rules and prices.
    Administer,
    /// Sets a member's clock.
    SetClock,
    /// Takes codes back, and hears what is wrong with them.
    Return,
    /// Reads files of codes.
    Import,
    /// Looks at prices.
    Reprice,
    /// Counts what becomes of codes.
    Log,
}

impl Function {
    /// Whether it awards activities.
    pub fn awards(self) -> bool {
        matches!(self, Self::Award | Self::Collect)
    }
}

/// A process of a function.
pub struct Instance {
    /// Its view of the tables.
    pub tables: Tables,
    /// Its view of the rules.
    pub books: Books,
    /// Its view of the catalogue.
    pub store: Store,
    /// Its way to the reward queue.
    pub queue: RewardQueue,
    /// Its way to the queue of imports.
    pub imports: ImportQueue,
    /// Its way to the files.
    pub objects: Objects,
    skew: TimeDelta,
}

/// The processes that wait for work.
#[derive(Default)]
pub struct Instances {
    idle: Mutex<BTreeMap<Function, Vec<Arc<Instance>>>>,
    started: Mutex<u64>,
}

/// How long a gateway waits for a function.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(29);

/// A process that dies does so within so many waits.
const WAITS_MAX: u32 = 24;

impl Instances {
    /// A process of `function` that waits for work, or a new one.
    fn take(&self, world: &Arc<World>, function: Function) -> Arc<Instance> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle.entry(function).or_default().pop();
        waiting.unwrap_or_else(|| {
            let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
            *started += 1;
            Arc::new(Instance::start(world, function, *started))
        })
    }

    /// Ends all that wait.
    pub fn close(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.clear();
    }

    fn give_back(&self, function: Function, instance: Arc<Instance>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.entry(function).or_default().push(instance);
    }
}

impl Instance {
    fn start(world: &Arc<World>, function: Function, number: u64) -> Self {
        let mut dice = dice(world.plan.seed, &[1, number]);
        let (drift, far) = (dice.i64(-1500..1500), dice.i64(-180_000..180_000));
        let skew = match world.faults.draw(&mut dice, 1, &[Fault::Skewed]) {
            Some(_) => far,
            None => drift,
        };
        let tables = Tables::new(Line::new(Arc::clone(world), function, dice.u64(..)));
        let mut sender = || Sender::new(Intake::new(Arc::clone(world), dice.u64(..)));
        let (queue, imports) = (sender(), sender());
        Self {
            books: Books::new(tables.clone()),
            store: Store::new(tables.clone()),
            tables,
            queue: RewardQueue(queue),
            imports: ImportQueue(imports),
            objects: Objects::new(Files::new(Arc::clone(world), dice.u64(..))),
            skew: TimeDelta::milliseconds(skew),
        }
    }
}

/// Calls `function`. None means that no answer came: it may have done its work, do it yet, or never.
pub async fn invoke<T, F>(
    world: &Arc<World>,
    dice: &mut Rng,
    function: Function,
    work: impl FnOnce(Arc<Instance>, Timestamp) -> F,
) -> Option<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let executor = &world.executor;
    let instance = world.instances.take(world, function);
    let now = world.now().plus(instance.skew);
    let (dies_at, patience) = (dice.u32(..WAITS_MAX), dice.u64(..20_000));
    let fault = world
        .faults
        .draw(dice, 3, &[Fault::Crash, Fault::AnswerLost]);
    let work = work(Arc::clone(&instance), now);
    let dies_at = (fault == Some(Fault::Crash)).then_some(dies_at);
    let (answer, world_of_task) = (executor.slot(), Arc::clone(world));
    let put = answer.clone();
    executor.spawn(&executor.label(), async move {
        let outcome = Fragile::new(work, dies_at).await;
        match &outcome {
            Some(_) => world_of_task.instances.give_back(function, instance),
            None => world_of_task.note(|| format!("{function:?} dies")),
        }
        put.put(outcome);
    });
    if fault == Some(Fault::AnswerLost) {
        world.note(|| format!("the answer of {function:?} is lost"));
        // The answer is thrown away whenever it comes; the function knows nothing of it.
        let _ = answer.take_within(Duration::from_millis(patience)).await;
        return None;
    }
    answer.take_within(GATEWAY_TIMEOUT).await.flatten()
}
