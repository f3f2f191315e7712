//! The whole of RJV in one process, under a seeded scheduler and a fault plan, with every invariant checked after every step.
//!
//! Reports, awards, quotes, purchases, reveals and redemptions run through the same shared code as in production, for many
//! members and partners at a time. A run follows from its seed alone: no threads, no real clock, no order of hashes. What it
//! replaces is below the shared code (the store, the queue) and above it (the gateways, the clients).
//!
//! Deliberately absent: the edge (JSON, HTTP, identity), which other tests have; and stale reads of an index, because nothing
//! reads one.

mod books;
mod clients;
mod consumer;
mod executor;
mod faults;
mod files;
mod house;
mod hunt;
mod instances;
mod knowledge;
mod many;
mod mutants;
mod plan;
mod queue;
mod run;
mod shrink;
mod store;
mod stream;
mod throughput;
mod trace;
mod world;

pub use self::books::{Books, Verdict};
pub use self::faults::{Fault, name, sentence};
pub use self::house::{House, act, activity, at_once, member, start, text, varied, word};
pub use self::hunt::{Catch, HUNT_TIME_MAX, hunt};
pub use self::many::{Totals, run_many};
pub use self::mutants::Mutant;
pub use self::plan::Plan;
pub use self::run::{Report, run};
pub use self::shrink::shrink;
pub use self::throughput::{Throughput, throughput};
