//! The store: which products are on offer, to whom, at what price, and how many are left.
//!
//! Members read the shelf, which a process keeps for a few seconds; what is about one member is read beside it.
//! A product comes into the catalogue with its first price and its stock, in one transaction.

mod products;
mod quote;
mod shelf;

pub use self::products::{create, update};
pub use self::quote::{AppliedPromotion, QUOTE_LIFETIME, Quote, open, quote, seal};
pub use self::shelf::{Offer, Rank, Shelf, Store};
