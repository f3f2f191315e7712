//! One run: a seed from its first operation to the last message.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::table::Tables;
use shared::usage;

use crate::books::Verdict;
use crate::clients::{self, import_codes, import_name};
use crate::consumer::{Feed, poll};
use crate::executor::Stall;
use crate::faults::Fault;
use crate::house::{at_once, stocked};
use crate::plan::{Errand, Plan};
use crate::stream;
use crate::world::World;

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// From which it followed.
    pub seed: u64,
    /// Operations that were carried out.
    pub operations: u64,
    /// How often each fault happened.
    pub faults: BTreeMap<Fault, u64>,
    /// Commits that were made, each a step after which the invariants were checked.
    pub commits: u64,
    /// Transactions that met another one, beside those among the faults.
    pub conflicts: u64,
    /// Requests that clients sent again.
    pub retries: u64,
    /// Messages that came again.
    pub redeliveries: u64,
    /// Definite answers that clients got, each compared with the books.
    pub answers: u64,
    /// Codes that were redeemed and given back at the same time, of which one won.
    pub contests: u64,
    /// Acts of the desk that were acknowledged.
    pub acts: u64,
    /// What became of activities, by name.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// The first violation.
    pub violation: Option<String>,
    /// The steps, if they were to be written down.
    pub trace: Vec<String>,
}

/// More steps than any run needs that comes to an end.
const STEPS_MAX: u64 = 3_000_000;

/// How many batches of each queue are at work at a time.
const POLLERS: u64 = 2;

/// Carries out a plan.
pub fn run(plan: &Plan) -> Report {
    let world = World::new(plan.clone());
    let operations = plan.operations();
    let outcome = catch_unwind(AssertUnwindSafe(|| go(&world, &operations)));
    if let Err(panic) = outcome {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("without a word").to_owned();
        world.judge(Err(format!("something panicked: {text}")));
    }
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let report = Report {
        seed: plan.seed,
        operations: u64::try_from(operations.len()).unwrap_or(u64::MAX),
        faults: world.faults.counts(),
        commits: count(&world.tally.commits),
        conflicts: count(&world.tally.conflicts),
        retries: count(&world.tally.retries),
        redeliveries: count(&world.tally.redeliveries),
        answers: count(&world.tally.answers),
        contests: count(&world.tally.contests),
        acts: count(&world.tally.acts),
        outcomes: world.books().outcomes(),
        violation: world.violation(),
        trace: world.trace(),
    };
    world.close();
    report
}

fn go(world: &Arc<World>, operations: &[crate::plan::Operation]) {
    let executor = &world.executor;
    world.busy.store(operations.len(), Ordering::Relaxed);
    let last = operations
        .last()
        .map_or(Duration::ZERO, |last| last.starts_at);
    for number in 0..POLLERS {
        for feed in [Feed::Reports, Feed::Sightings, Feed::Jobs] {
            let label = Arc::from(format!("{feed:?} {number}").to_lowercase());
            executor.spawn(&label, poll(Arc::clone(world), feed, number));
        }
    }
    for part in 0..stream::PARTS {
        let label = Arc::from(format!("stream {part}"));
        executor.spawn(&label, stream::follow(Arc::clone(world), part));
    }
    for operation in operations {
        let label = Arc::from(format!(
            "{:>3} {}",
            operation.number,
            operation.errand.verb()
        ));
        let client = clients::run(Arc::clone(world), operation.clone());
        executor.spawn(&label, client);
    }
    let calm = Arc::clone(world);
    executor.spawn(&Arc::from("calm"), async move {
        calm.executor
            .sleep_until(last + Duration::from_mins(1))
            .await;
        calm.faults.end();
        calm.note(|| "from here on nothing goes wrong any more".to_owned());
    });
    match executor.run(STEPS_MAX, || world.is_violated()) {
        Ok(()) => {}
        Err(Stall::Endless) => world.judge(Err("the run comes to no end".to_owned())),
        Err(Stall::Deadlock(tasks)) => {
            world.judge(Err(format!("these wait for ever: {}", tasks.join("; "))));
        }
    }
    if !world.is_violated() {
        world.judge(audit(world));
    }
}

/// Compares everything with everything, once nothing is under way any more.
fn audit(world: &World) -> Verdict {
    let tables = Tables::new(Arc::clone(&world.memory));
    let logged = at_once(usage::log(&tables, &world.stream.rest()));
    logged.map_err(|failure| format!("codes-log is broken: {}", failure.chain()))?;
    let books = world.books();
    books.audit(&world.memory)?;
    books.audit_usage(&world.memory)?;
    books.audit_notes(&world.memory)?;
    let ordered = world.plan.operations().into_iter();
    let ordered = ordered.filter_map(|operation| match operation.errand {
        Errand::Import { first, rows } => {
            Some((import_name(operation.number), import_codes(first, rows)))
        }
        _ => None,
    });
    let kept = (&*world.memory, &world.files);
    books.audit_imports(kept, ordered.collect(), stocked().collect())?;
    world.knowledge().audit(&books)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mutant, shrink};

    fn plan(seed: u64) -> Plan {
        Plan {
            seed,
            operations: 60,
            faults_percent: 30,
            is_traced: true,
            ..Plan::default()
        }
    }

    #[test]
    fn the_code_as_it_is_raises_no_alarm() {
        for seed in 0..12 {
            assert_eq!(run(&plan(seed)).violation, None, "seed {seed}");
        }
    }

    #[test]
    fn a_seed_runs_the_same_again_step_for_step() {
        let (first, second) = (run(&plan(7)), run(&plan(7)));

        assert!(first.trace.len() > 100);
        assert_eq!(first.trace, second.trace);
        assert_ne!(first.trace, run(&plan(8)).trace);
    }

    #[test]
    fn leaving_an_operation_out_changes_no_other() {
        let all = plan(3).operations();
        let only = Plan {
            only: Some([4, 9].into()),
            ..plan(3)
        };

        assert_eq!(only.operations(), [all[4].clone(), all[9].clone()]);
    }

    #[test]
    fn a_failing_run_shrinks_to_one_that_fails() {
        let failing = Plan {
            mutant: Some(Mutant::UnpaidPurchase),
            ..plan(0)
        };

        let smallest = shrink(&failing);

        assert!(run(&failing).violation.is_some());
        assert!(run(&smallest).violation.is_some());
        assert!(smallest.operations().len() <= 3);
        assert_eq!(smallest.faults_percent, 0);
    }
}
