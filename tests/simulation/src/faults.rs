//! What goes wrong, and how often.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::ValueEnum;
use fastrand::Rng;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Fault {
    /// A request to the store or the queue is lost on its way
    LostBefore,
    /// A request is carried out, and its answer is lost
    LostAfter,
    /// A request is given up, and carried out up to a minute later
    Late,
    /// A transaction meets another one
    Conflict,
    /// The store or the queue has no capacity left
    Throttled,
    /// A request takes seconds
    Slow,
    /// The process of a function dies at a wait
    Crash,
    /// A function works on after its caller gave up
    AnswerLost,
    /// That a batch of messages was handled is not taken note of
    Unacknowledged,
    /// A batch of messages is handed out twice at a time
    Redelivered,
    /// A message comes days after it was sent
    Delayed,
    /// A message overtakes those in front of it
    Reordered,
    /// The clock of a process is wrong by minutes
    Skewed,
}

/// The faults of a run.
pub struct Faults {
    percent: u32,
    without: BTreeSet<Fault>,
    is_over: AtomicBool,
    counts: Mutex<BTreeMap<Fault, u64>>,
}

impl Faults {
    /// Each request goes wrong with a chance of `percent`, in none of the ways of `without`.
    pub fn new(percent: u32, without: BTreeSet<Fault>) -> Self {
        Self {
            percent,
            without,
            is_over: AtomicBool::new(false),
            counts: Mutex::default(),
        }
    }

    /// From now on nothing goes wrong any more.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// How often each kind happened.
    pub fn counts(&self) -> BTreeMap<Fault, u64> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Fault, u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of these faults, or none. `share` divides the chance, for what happens less often than a request.
    /// It throws the dice equally often whatever comes of it, so that leaving a fault out changes no other.
    pub fn draw(&self, dice: &mut Rng, share: u32, among: &[Fault]) -> Option<Fault> {
        let (chance, kind) = (dice.u32(..100 * share), dice.usize(..among.len()));
        let hit = chance < self.percent && !self.is_over.load(Ordering::Relaxed);
        let fault = *among.get(kind).filter(|_| hit)?;
        if self.without.contains(&fault) {
            return None;
        }
        *self.lock().entry(fault).or_default() += 1;
        Some(fault)
    }
}

/// The name of a value as the command line has it.
pub fn name(value: &impl ValueEnum) -> String {
    let possible = value.to_possible_value();
    possible.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// The sentence that explains a value.
pub fn sentence(value: &impl ValueEnum) -> String {
    let possible = value.to_possible_value();
    let help = possible.and_then(|value| value.get_help().map(ToString::to_string));
    help.unwrap_or_default()
}
