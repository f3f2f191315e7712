//! Runs.

fn main() {
    let first: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let last: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    for seed in first..last {
        let traced = last - first == 1;
        let plan = simulation::Plan { seed, operations: 100, faults_percent: 30, is_traced: traced, ..Default::default() };
        let report = simulation::run(&plan);
        for line in &report.trace { println!("{line}"); } 
        if let Some(violation) = report.violation { println!("{seed}: {violation}"); }
    }
}
