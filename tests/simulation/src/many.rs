//! Many runs, on all cores. Each is in a world of its own, so how they are spread over threads changes none of them.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::faults::Fault;
use crate::plan::Plan;
use crate::run::{Report, run};

/// What came of many runs.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// How many there were.
    pub runs: u64,
    /// Operations that were carried out.
    pub operations: u64,
    /// How often each fault happened.
    pub faults: BTreeMap<Fault, u64>,
    /// Commits, each a step after which the invariants were checked.
    pub commits: u64,
    /// Transactions that met another one, beside those among the faults.
    pub conflicts: u64,
    /// Requests that clients sent again.
    pub retries: u64,
    /// Messages that came again.
    pub redeliveries: u64,
    /// Definite answers, each compared with the books.
    pub answers: u64,
    /// Codes that were redeemed and given back at the same time, of which one won.
    pub contests: u64,
    /// Acts of the desk that were acknowledged.
    pub acts: u64,
    /// What became of activities, by name.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Seeds that failed, and how.
    pub violations: BTreeMap<u64, String>,
    /// How long all took.
    pub elapsed: Duration,
}

/// After so many violations nobody needs another one.
const VIOLATIONS_MAX: usize = 4;

impl Totals {
    fn add(&mut self, report: Report) {
        self.runs += 1;
        self.operations += report.operations;
        self.commits += report.commits;
        self.conflicts += report.conflicts;
        self.retries += report.retries;
        self.redeliveries += report.redeliveries;
        self.answers += report.answers;
        self.contests += report.contests;
        self.acts += report.acts;
        for (fault, count) in report.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        for (outcome, count) in report.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        if let Some(violation) = report.violation {
            self.violations.insert(report.seed, violation);
        }
    }

    /// All faults.
    pub fn faults(&self) -> u64 {
        self.faults.values().sum()
    }
}

/// Carries out `plan` under each of these seeds, telling `progress` after each how many runs there were. Ends early when
/// there are enough violations or `time` is up.
pub fn run_many(
    plan: &Plan,
    seeds: Range<u64>,
    time: Option<Duration>,
    progress: impl Fn(u64) + Sync,
) -> Totals {
    let started = Instant::now();
    let (next, is_over) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let totals = Mutex::new(Totals::default());
    let work = || {
        while !is_over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let report = run(&Plan {
                seed,
                ..plan.clone()
            });
            let mut totals = totals.lock().unwrap_or_else(PoisonError::into_inner);
            totals.add(report);
            let late = time.is_some_and(|time| started.elapsed() > time);
            if late || totals.violations.len() >= VIOLATIONS_MAX {
                is_over.store(true, Ordering::Relaxed);
            }
            progress(totals.runs);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let totals = totals.into_inner();
    Totals {
        elapsed: started.elapsed(),
        ..totals.unwrap_or_else(PoisonError::into_inner)
    }
}
