//! Parity: the store in memory and Amazon's own engine answer every command alike. `cargo local test parity` starts the engine.
//!
//! Where the engine is not like DynamoDB, the tests go by DynamoDB's guide:
//!
//! - It does one thing at a time, so it answers no conflicts of transactions and no throttles, and it leaves no key of a batch
//!   unprocessed. The simulation is where those happen.
//! - It looks at conditions before it notices that a transaction writes one item twice (`pair.rs`).
//! - It counts transactions wrong, so their writes are weighed one by one (`engine::Weighed`), and it counts nothing for keys of
//!   a batch without an item and for empty pages (`engine::capacity::Spent::absent_units`).
//! - It says nothing of what a refused write consumes, and neither does DynamoDB, which charges it (`refused_units`).

mod capacity;
mod conditions;
mod operations;
mod pair;
mod queries;
mod reads;
mod sequences;
mod stocks;
mod validity;
