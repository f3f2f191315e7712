//! The catalogue: partners, their products, and what a code of each costs.
//!
//! It is small and read on every visit to the store, so the store reads it whole, at most once in a few seconds per process.
//! Administrators read and write single items, always the newest.

mod keys;
mod partner;
mod product;
mod shelf;

pub use self::partner::{Class, Partner, partner, partner_key, partner_write, partners};
pub use self::product::{
    Changes, Product, ProductState, TokenPrice, ValidDays, create, product, products, update,
};
pub use self::shelf::{Offer, Shelf, Store};
