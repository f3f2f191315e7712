//! One run's world: the items, the books beside them, the queue, the processes, and what clients were told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use shared::objects::InMemory;
use shared::table::{Cancelled, Item, Key, Memory, Table, Tables, Write};
use shared::time::Timestamp;

use crate::books::{Books, Verdict};
use crate::executor::{Bell, Executor, dice};
use crate::faults::Faults;
use crate::house::{House, start};
use crate::instances::{Function, Instances};
use crate::knowledge::Knowledge;
use crate::plan::Plan;
use crate::queue::Queue;
use crate::stream::Stream;
use crate::trace::{Trace, place, short};

/// Everything of one run.
pub struct World {
    /// What is to happen.
    pub plan: Plan,
    /// The scheduler.
    pub executor: Executor,
    /// The items.
    pub memory: Arc<Memory>,
    /// What goes wrong.
    pub faults: Faults,
    /// Catalogue, rules and secrets.
    pub house: House,
    /// The processes.
    pub instances: Instances,
    /// The queue of what apps reported.
    pub reports: Queue,
    /// The queue of what services and partners saw.
    pub sightings: Queue,
    /// The queue of stretches of jobs.
    pub jobs: Queue,
    /// The images of codes.
    pub stream: Stream,
    /// Files, which do not change by themselves.
    pub files: InMemory,
    /// Rings when there is something to do for those who wait for work.
    pub bell: Bell,
    /// Rings when there are new images of codes, or will be no more.
    pub stream_bell: Bell,
    /// Operations that have not ended.
    pub busy: AtomicUsize,
    /// What was counted.
    pub tally: Tally,
    books: Mutex<Books>,
    knowledge: Mutex<Knowledge>,
    trace: Trace,
    held: Mutex<BTreeSet<Key>>,
    older: Mutex<BTreeMap<Key, Item>>,
    violation: Mutex<Option<String>>,
}

/// What is counted beside the faults.
#[derive(Default)]
pub struct Tally {
    /// Commits that were made.
    pub commits: AtomicU64,
    /// Transactions that met another one in the store.
    pub conflicts: AtomicU64,
    /// Requests that clients sent again.
    pub retries: AtomicU64,
    /// Messages that came more than once.
    pub redeliveries: AtomicU64,
    /// Answers of any kind that clients got.
    pub answers: AtomicU64,
    /// Codes that were redeemed and given back at the same time, of which one won.
    pub contests: AtomicU64,
    /// Acts of the desk that were acknowledged.
    pub acts: AtomicU64,
}

/// After so many commits everything is read and compared.
const AUDIT_EVERY: u64 = 64;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// The world in which `plan` takes its course.
    pub fn new(plan: Plan) -> Arc<Self> {
        let memory = Arc::new(Memory::default());
        let house = House::open(&Tables::new(Arc::clone(&memory)));
        let mut books = Books::default();
        let opening = memory.items().into_iter();
        let opening: Vec<_> = opening
            .map(|(key, item)| Write::create(key, item))
            .collect();
        let opened = books.post(None, &opening, &memory, Duration::ZERO);
        let executor = Executor::new(dice(plan.seed, &[0]).u64(..));
        let world = Self {
            bell: executor.bell(),
            stream_bell: executor.bell(),
            executor,
            faults: Faults::new(plan.faults_percent, plan.without.clone()),
            house,
            instances: Instances::default(),
            reports: Queue::default(),
            sightings: Queue::default(),
            jobs: Queue::default(),
            stream: Stream::default(),
            files: InMemory::default(),
            busy: AtomicUsize::new(0),
            tally: Tally::default(),
            books: Mutex::new(books),
            knowledge: Mutex::default(),
            trace: Trace::new(plan.is_traced),
            held: Mutex::default(),
            older: Mutex::default(),
            violation: Mutex::default(),
            memory,
            plan,
        };
        world.judge(opened);
        Arc::new(world)
    }

    /// The true time.
    pub fn now(&self) -> Timestamp {
        let elapsed = self.executor.now();
        start().plus(TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX))
    }

    /// The books.
    pub fn books(&self) -> MutexGuard<'_, Books> {
        locked(&self.books)
    }

    /// What clients were told.
    pub fn knowledge(&self) -> MutexGuard<'_, Knowledge> {
        locked(&self.knowledge)
    }

    /// Takes note of a step of the task at work.
    pub fn note(&self, what: impl FnOnce() -> String) {
        if self.plan.is_traced {
            self.trace
                .note(self.executor.now(), &self.executor.label(), what);
        }
    }

    /// The steps so far.
    pub fn trace(&self) -> Vec<String> {
        self.trace.lines()
    }

    /// Ends the run if the verdict is a bad one.
    pub fn judge(&self, verdict: Verdict) {
        if let Err(sentence) = verdict {
            self.note(|| format!("VIOLATION: {sentence}"));
            locked(&self.violation).get_or_insert(sentence);
        }
    }

    /// The first violation.
    pub fn violation(&self) -> Option<String> {
        locked(&self.violation).clone()
    }

    /// Whether the run is over before its end.
    pub fn is_violated(&self) -> bool {
        locked(&self.violation).is_some()
    }

    /// Whether a transaction holds this item.
    pub fn holds(&self, key: &Key) -> bool {
        locked(&self.held).contains(key)
    }

    /// Lets a transaction hold its items.
    pub fn hold(&self, writes: &[Write]) {
        let keys = writes.iter().map(|write| write.key.clone());
        locked(&self.held).extend(keys);
    }

    /// Lets go of them.
    pub fn release(&self, writes: &[Write]) {
        let mut held = locked(&self.held);
        for write in writes {
            held.remove(&write.key);
        }
    }

    /// What a wallet or a standing was before it changed last.
    pub fn older(&self, key: &Key) -> Option<Item> {
        locked(&self.older).get(key).cloned()
    }

    /// Makes the writes of a function, and checks every invariant they touch.
    pub fn commit(&self, by: Function, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let changing = writes
            .iter()
            .filter(|write| write.key.table == Table::Ledger || write.key.sk.starts_with("tally#"));
        let before: Vec<_> = changing
            .filter_map(|write| Some((write.key.clone(), self.memory.item(&write.key)?)))
            .collect();
        let answer = self.memory.make(writes)?;
        self.note(|| format!("commits {}", short(writes)));
        locked(&self.older).extend(before);
        let commits = self.tally.commits.fetch_add(1, Ordering::Relaxed) + 1;
        let mut books = self.books();
        let mut verdict = books.post(Some(by), writes, &self.memory, self.executor.now());
        if commits.is_multiple_of(AUDIT_EVERY) {
            verdict = verdict.and_then(|()| books.audit(&self.memory));
        }
        drop(books);
        self.judge(verdict);
        if self.stream.note(writes, &self.memory) {
            self.stream_bell.ring();
        }
        Ok(answer)
    }

    /// Takes note of what a request to write came to.
    pub fn note_answer(&self, writes: &[Write], answer: &Result<Option<Item>, Cancelled>) {
        match answer {
            Ok(_) | Err(Cancelled::Failed(_)) => {}
            Err(Cancelled::Contended) => {
                self.tally.conflicts.fetch_add(1, Ordering::Relaxed);
                self.note(|| format!("meets another transaction: {}", short(writes)));
            }
            Err(Cancelled::Refused(obstacles)) => {
                let mut refused = writes.iter().zip(obstacles);
                let first = refused.find(|(_, obstacle)| obstacle.is_some());
                let first = first.map_or_else(String::new, |(write, _)| place(&write.key));
                self.note(|| format!("is refused for {first}: {}", short(writes)));
            }
        }
    }

    /// Lets everything go, so that nothing keeps the world alive.
    pub fn close(&self) {
        self.instances.close();
        self.executor.close();
    }
}
