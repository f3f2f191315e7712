//! What every function of the RJV system shares, one folder per bounded context.
//!
//! Read from the top: a context may call those below it, never those above.
//! Nothing but [`aws`] and [`table::Dynamo`] names an SDK, and nothing but [`lambda`] knows of HTTP or events.
//! The clock, fresh ids, randomness and the environment enter in [`lambda`] and travel as arguments.

mod schema;

pub mod lambda;

pub mod aws;

pub mod insights;

pub mod purchases;

pub mod store;

pub mod adjustments;

pub mod rewards;

pub mod repricing;

pub mod usage;

pub mod notifications;

pub mod codes;

pub mod guesses;

pub mod stock;

pub mod pricing;

pub mod partners;

pub mod catalog;

pub mod publication;

pub mod audit;

pub mod ledger;

pub mod messaging;

pub mod objects;

pub mod table;

pub mod seal;

pub mod error;

pub mod id;

pub mod text;

pub mod recurrence;

pub mod zone;

pub mod ratio;

pub mod time;

pub mod amount;

pub mod count;

pub mod invalid;
