//! Hunting planted bugs: how many seeds it takes until one is noticed.

use std::time::Duration;

use crate::many::run_many;
use crate::mutants::Mutant;
use crate::plan::Plan;

/// How a planted bug was noticed.
#[derive(Clone, Debug)]
pub struct Catch {
    /// Which.
    pub mutant: Mutant,
    /// Runs until the first alarm, or in vain.
    pub runs: u64,
    /// How long they took.
    pub elapsed: Duration,
    /// The seed that noticed it, and what it noticed.
    pub alarm: Option<(u64, String)>,
}

/// A planted bug that is not noticed by then was missed.
pub const HUNT_TIME_MAX: Duration = Duration::from_mins(1);

/// Runs seed after seed with the bug planted, until one raises the alarm.
pub fn hunt(plan: &Plan, mutant: Mutant) -> Catch {
    let plan = Plan {
        mutant: Some(mutant),
        ..plan.clone()
    };
    let (mut runs, mut elapsed, mut first) = (0, Duration::ZERO, plan.seed);
    while elapsed < HUNT_TIME_MAX {
        let left = HUNT_TIME_MAX.saturating_sub(elapsed);
        let totals = run_many(&plan, first..first + 8, Some(left), |_| {});
        first += 8;
        runs += totals.runs;
        elapsed += totals.elapsed;
        if let Some(alarm) = totals.violations.into_iter().next() {
            return Catch {
                mutant,
                runs,
                elapsed,
                alarm: Some(alarm),
            };
        }
    }
    Catch {
        mutant,
        runs,
        elapsed,
        alarm: None,
    }
}
