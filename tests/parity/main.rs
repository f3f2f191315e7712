//! Parity: the store in memory and Amazon's own engine answer every command alike. `cargo local test parity` starts the engine.
//!
//! Known limits of the engine, which the simulation covers instead: it does one thing at a time, so it answers no conflicts of
//! transactions and no throttles, and it leaves no key of a batch unprocessed.

mod capacity;
mod conditions;
mod operations;
mod pair;
mod queries;
mod reads;
mod sequences;
mod validity;
