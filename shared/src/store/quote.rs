//! Prices that were promised: a quote is a signed text in the member's hands, and is stored nowhere.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Offer, Shelf, Status, Visitor};
use crate::amount::Rjv;
use crate::catalog::{PerMemberMax, StockKind, ValidDays, code_expires_at};
use crate::error::{Error, Failure, Rejection};
use crate::id::{MemberId, PartnerId, ProductId, QuoteId};
use crate::pricing::{Applied, Priced, Quantity};
use crate::seal::{self, Signing};
use crate::table::Tables;
use crate::text::Word;
use crate::time::{Day, Timestamp};

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
    /// What one costs; if they differ, on average, to 0.01 RJV.
    pub unit_price: Rjv,
    /// What all cost.
    pub total: Rjv,
    /// The version of the price.
    pub price_version: u32,
    /// The promotions that made it what it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<QuotedPromotion>,
    /// Where the codes come from.
    pub stock: StockKind,
    /// How many codes of the product one member can buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_max: Option<PerMemberMax>,
    /// How long the codes will be valid.
    pub code_valid_days: ValidDays,
    /// The last day (in UTC) on which the codes can be redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes_valid_until: Option<Day>,
    /// Since when it is promised.
    pub issued_at: Timestamp,
    /// Until when it is promised, exclusively.
    pub expires_at: Timestamp,
}

/// A promotion of a price, as it was when it was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedPromotion {
    /// Its name.
    pub promotion_id: Word,
    /// Its version.
    pub version: u32,
}

impl Quote {
    /// When codes that are bought with it at `at` run out.
    pub fn codes_expire_at(&self, at: Timestamp) -> Timestamp {
        code_expires_at(at, self.code_valid_days, self.codes_valid_until)
    }
}

const PURPOSE: &str = "quote";

/// How long a price is promised.
pub const QUOTE_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// What a member wants to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The name of the quote.
    pub quote_id: QuoteId,
    /// Who asks.
    pub member_id: MemberId,
    /// For which product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: Quantity,
}

/// Promises a price to a member who can buy so many, and says how it came about.
pub async fn quote(
    tables: &Tables,
    shelf: &Shelf,
    ask: Ask,
    now: Timestamp,
) -> Result<(Quote, Priced), Error> {
    let offer = shelf.find(ask.product_id)?;
    let visitor = Visitor::ask(tables, ask.member_id, offer, now).await?;
    Ok(shelf.promise(ask, &visitor, now)?)
}

impl Shelf {
    /// What [`quote`] does once it is known who asks.
    pub fn promise(
        &self,
        ask: Ask,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<(Quote, Priced), Rejection> {
        let offer = self.find(ask.product_id)?;
        offer.can_be_bought(visitor, ask.quantity, now)?;
        let priced = self.price(offer, ask.quantity, now);
        let product = &offer.product;
        let promotion = |applied: &Applied| QuotedPromotion {
            promotion_id: applied.id.clone(),
            version: applied.version,
        };
        let quote = Quote {
            quote_id: ask.quote_id,
            member_id: ask.member_id,
            product_id: product.product_id,
            partner_id: product.partner_id,
            quantity: ask.quantity,
            unit_price: priced.unit_price,
            total: priced.total,
            price_version: priced.price_version,
            promotions: priced.promotions.iter().map(promotion).collect(),
            stock: product.stock.kind(),
            per_member_max: product.per_member_max,
            code_valid_days: product.code_valid_days,
            codes_valid_until: product.codes_valid_until,
            issued_at: now,
            expires_at: now.plus(QUOTE_LIFETIME),
        };
        Ok((quote, priced))
    }
}

impl Offer {
    /// Makes sure that `visitor` can buy so many. What only its purchase can know for certain, it is told again there.
    fn can_be_bought(
        &self,
        visitor: &Visitor,
        quantity: Quantity,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        let status = self.status(visitor, now);
        match status.ok_or(Rejection::ProductNotFound)? {
            Status::Available | Status::EarlyAccess => {}
            Status::Paused | Status::Ended => return Err(Rejection::ProductUnavailable),
            Status::SoldOut => return Err(Rejection::SoldOut { left: 0 }),
        }
        if let (Some(most), Some(left)) =
            (self.product.per_member_max, self.per_member_left(visitor))
            && left < quantity.get()
        {
            return Err(Rejection::PerMemberLimit {
                per_member_max: most.get(),
                left,
            });
        }
        match self.left {
            Some(left) if left < quantity.get().into() => Err(Rejection::SoldOut { left }),
            _ => Ok(()),
        }
    }
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
