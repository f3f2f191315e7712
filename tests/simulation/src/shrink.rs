//! Making a failing run small: what can be left out while it still fails is left out.

use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::faults::Fault;
use crate::plan::Plan;
use crate::run::run;

/// More attempts than this take longer than the reader's patience.
const ATTEMPTS_MAX: u32 = 600;

/// A plan that fails as well, with fewer operations and fewer kinds of faults. It fails in its own way, which need not be the
/// first one: any violation is one too many.
pub fn shrink(plan: &Plan) -> Plan {
    let mut attempts = 0;
    let mut fails = |plan: &Plan| {
        attempts += 1;
        attempts <= ATTEMPTS_MAX && run(plan).violation.is_some()
    };
    let mut smallest = plan.clone();
    let without_faults = Plan {
        faults_percent: 0,
        ..plan.clone()
    };
    if fails(&without_faults) {
        smallest = without_faults;
    } else {
        for fault in Fault::value_variants() {
            let mut candidate = smallest.clone();
            if candidate.without.insert(*fault) && fails(&candidate) {
                smallest = candidate;
            }
        }
    }
    let operations = smallest.operations();
    let mut kept: Vec<usize> = operations
        .iter()
        .map(|operation| operation.number)
        .collect();
    let mut size = kept.len().div_ceil(2);
    while size > 0 {
        let mut place = 0;
        while place < kept.len() {
            let end = (place + size).min(kept.len());
            let without: Vec<usize> = [&kept[..place], &kept[end..]].concat();
            let candidate = Plan {
                only: Some(without.iter().copied().collect::<BTreeSet<_>>()),
                ..smallest.clone()
            };
            if fails(&candidate) {
                (kept, smallest) = (without, candidate);
            } else {
                place = end;
            }
        }
        size /= 2;
    }
    for percent in [2, 5, 10, 20] {
        let candidate = Plan {
            faults_percent: percent,
            ..smallest.clone()
        };
        if percent < smallest.faults_percent && fails(&candidate) {
            return candidate;
        }
    }
    smallest
}
