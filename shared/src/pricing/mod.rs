//! Prices: what a code costs and why.
//!
//! What a code costs is a function of values: the price that administrators set, the rules and promotions that hold, how many
//! are bought and when. Quotes, previews and calendars all call [`price`].

pub mod prices;
pub mod promotions;
pub mod rules;

mod book;
mod bulk;
mod calendar;
mod cents;
mod keys;
mod lows;
mod price;
mod priced;
mod promotion;
mod quantity;
mod reprice;
mod rule;
mod selection;
mod signals;
mod split;
mod stacking;
mod standing;
mod steps;

pub use self::book::{PriceBook, PriceBooks, read_book};
pub use self::bulk::{Bulk, BulkMode, Tier};
pub use self::calendar::{Calendar, Span, calendar};
pub use self::lows::Lows;
pub use self::price::{Dynamic, Measured, Part, Price, PriceTerms};
pub use self::priced::{Applied, Change, Factor, Nudge, Priced, Published, Step, price};
pub use self::prices::{first_price_writes, is_price, price_from, price_key, subject};
pub use self::promotion::{
    Discount, PricePromotion, PricePromotionTerms, PublishedPromotion, Stacking,
};
pub use self::quantity::{InvalidQuantity, Quantity};
pub use self::reprice::{Cause, Repriced, reprice, reset};
pub use self::rule::{
    Band, DAYS_MAX, InvalidYearDay, PriceRule, PriceRuleTerms, PublishedRule, RuleEffect, YearDay,
};
pub use self::selection::{Selection, Subject};
pub use self::signals::Signals;
pub use self::split::paid;

#[cfg(test)]
mod tests;
