//! The catalogue: partners, and their products.
//!
//! It is small and read on every visit to the store, so the store reads it whole, at most once in a few seconds per process.
//! Administrators read and write single items, always the newest.

mod change;
mod image;
mod keys;
mod offering;
mod partner;
mod product;
mod state;
mod token_price;
mod whole;

pub use self::change::Change;
pub use self::image::Image;
pub use self::offering::{EarlyAccess, Remedy, ReturnDays, Returns, Stock, StockKind, StockTotal};
pub use self::partner::{
    Class, Partner, PausedBy, SalesPause, partner, partner_change, partner_key, partner_write,
    partners,
};
pub use self::product::{
    Changes, PerMemberMax, Product, ValidDays, code_expires_at, product, product_change,
    product_write, products,
};
pub use self::state::ProductState;
pub use self::token_price::{InvalidPrice, TokenPrice};
pub use self::whole::{Whole, whole};
