//! Prices: what a code costs and why, and what was promised.
//!
//! What a code costs is a function of values: the price that administrators set, the rules and promotions that hold, how many
//! are bought and when. Quotes, previews and calendars all call [`price`]. A quote is a signed text in the member's hands, and
//! is stored nowhere.

mod bulk;
mod calendar;
mod cents;
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

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::bulk::{Bulk, BulkMode, Tier};
pub use self::calendar::{Calendar, Span, calendar};
pub use self::lows::Lows;
pub use self::price::{Dynamic, Measured, Part, Price, PriceTerms};
pub use self::priced::{Applied, Change, Factor, Nudge, Priced, Published, Step, price};
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
use crate::amount::Rjv;
use crate::catalog::{Offer, ValidDays};
use crate::error::{Failure, Rejection};
use crate::id::{MemberId, PartnerId, ProductId, QuoteId};
use crate::seal::{self, Signing};
use crate::time::Timestamp;

/// A price promised to a member. Everything its purchase needs is in it, so the catalogue is not read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Its name, and the seed of the codes that it buys.
    pub quote_id: QuoteId,
    /// To whom it is promised.
    pub member_id: MemberId,
    /// What is bought.
    pub product_id: ProductId,
    /// Whose codes these are.
    pub partner_id: PartnerId,
    /// How many.
    pub quantity: Quantity,
    /// What one costs.
    pub unit_price: Rjv,
    /// What all cost.
    pub total: Rjv,
    /// The version of the price.
    pub price_version: u32,
    /// How long the codes will be valid.
    pub code_valid_days: ValidDays,
    /// Since when it is promised.
    pub issued_at: Timestamp,
    /// Until when it is promised, exclusively.
    pub expires_at: Timestamp,
}

const PURPOSE: &str = "quote";

/// How long a price is promised.
pub const QUOTE_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Prices `quantity` codes of `offer` for a member.
pub fn quote(
    id: QuoteId,
    member: MemberId,
    offer: &Offer,
    quantity: Quantity,
    now: Timestamp,
) -> Result<Quote, Rejection> {
    if !offer.is_available() {
        return Err(Rejection::ProductUnavailable);
    }
    let unit_price = offer.product.token_price.amount();
    Ok(Quote {
        quote_id: id,
        member_id: member,
        product_id: offer.product.product_id,
        partner_id: offer.product.partner_id,
        quantity,
        unit_price,
        // At most 20 times 30 RJV, which an amount can hold.
        total: unit_price.checked_mul(quantity.get()).unwrap_or(Rjv::MAX),
        price_version: offer.product.price_version,
        code_valid_days: offer.product.code_valid_days,
        issued_at: now,
        expires_at: now.plus(QUOTE_LIFETIME),
    })
}

/// Signs a quote.
pub fn seal(keys: &Signing, quote: &Quote) -> Result<String, Failure> {
    seal::seal(&keys.0, PURPOSE, quote)
        .map_err(|error| Failure::broken("sealing a quote").because(error))
}

/// Reads a signed quote, and the version of the secrets in whose time it was promised.
/// Its codes are minted with that version, so that the same quote mints the same codes after the secrets were rotated.
pub fn open(keys: &Signing, text: &str) -> Result<(Quote, u32), Rejection> {
    let (version, quote) = seal::open(&keys.0, PURPOSE, text).ok_or(Rejection::QuoteInvalid)?;
    Ok((quote, version))
}

#[cfg(test)]
mod tests;
