//! The store: which products are on offer, to whom, at what price, and how many are left.
//!
//! All offers of a moment are the [`Shelf`], which a process keeps for a few seconds; what is about one member is the
//! [`Visitor`], read beside it. Whether an offer is there for a visitor, what it costs and in which list it stands are functions
//! of the two and the instant. A product comes into the catalogue with its first price and its stock, in one transaction.

mod listing;
mod offer;
mod products;
mod quote;
mod shelf;
mod visitor;

pub use self::listing::{Filters, Place, Shown, Sort};
pub use self::offer::{Availability, Offer, RemainingBand, Status};
pub use self::products::{Kept, NewProduct, create, show, update};
pub use self::quote::{Ask, QUOTE_LIFETIME, Quote, QuotedPromotion, open, quote, seal};
pub use self::shelf::{Shelf, Store};
pub use self::visitor::Visitor;
