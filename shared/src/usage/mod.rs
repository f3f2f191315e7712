//! Usage: what becomes of codes, each step of each code once, counted by product and day.
//!
//! Codes come from their table's stream in any order and any number of times. What is known of a code is kept beside the counts
//! and only grows; the transaction that adds to what is known adds the difference to the counts. So what arrives again adds
//! nothing, and the counts are at any time those of the codes as they are known.

mod counts;
mod customers;
mod expire;
mod followed;
mod keys;
mod log;
mod own;
mod search;
mod walk;

pub use self::counts::{Counts, of, sold_since};
pub use self::customers::{customer_key, is_customer};
pub use self::expire::expire;
pub use self::log::log;
pub use self::own::of_partner;
pub use self::search::{Search, search};

#[cfg(test)]
mod tests;
