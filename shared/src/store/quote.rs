//! Prices that were promised: a quote is a signed text in the member's hands, and is stored nowhere.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Offer;
use crate::amount::Rjv;
use crate::catalog::{PerMemberMax, StockKind, ValidDays, code_expires_at};
use crate::error::{Failure, Rejection};
use crate::id::{MemberId, PartnerId, ProductId, QuoteId};
use crate::pricing::Quantity;
use crate::seal::{self, Signing};
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
    /// What one costs when it is bought alone, or with as few others as no bulk price is given for.
    pub unit_price: Rjv,
    /// What all cost.
    pub total: Rjv,
    /// The version of the price.
    pub price_version: u32,
    /// The promotions that made it what it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<AppliedPromotion>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AppliedPromotion {
    /// Its name.
    pub promotion_id: Word,
    /// Its version.
    pub version: u32,
}

impl Quote {
    /// What each code costs: as nearly the same as hundredths allow, the dearer ones first. They add up to the total.
    pub fn unit_prices(&self) -> Vec<Rjv> {
        let count = u64::from(self.quantity.get());
        let hundredths = self.total.micros() / HUNDREDTH_MICROS;
        let rest = self.total.micros() % HUNDREDTH_MICROS;
        let share = |index: u64| {
            let more = u64::from(index < hundredths % count);
            let finest = if index == 0 { rest } else { 0 };
            // No share is larger than the total, which is an amount.
            Rjv::from_micros((hundredths / count + more) * HUNDREDTH_MICROS + finest)
                .unwrap_or(Rjv::MAX)
        };
        (0..count).map(share).collect()
    }

    /// When codes that are bought with it at `at` run out.
    pub fn codes_expire_at(&self, at: Timestamp) -> Timestamp {
        code_expires_at(at, self.code_valid_days, self.codes_valid_until)
    }
}

const HUNDREDTH_MICROS: u64 = 10_000;

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
    let product = &offer.product;
    let unit_price = product.token_price.amount();
    Ok(Quote {
        quote_id: id,
        member_id: member,
        product_id: product.product_id,
        partner_id: product.partner_id,
        quantity,
        unit_price,
        // At most 20 times 30 RJV, which an amount can hold.
        total: unit_price.checked_mul(quantity.get()).unwrap_or(Rjv::MAX),
        price_version: product.price_version,
        promotions: Vec::new(),
        stock: product.stock.kind(),
        per_member_max: product.per_member_max,
        code_valid_days: product.code_valid_days,
        codes_valid_until: product.codes_valid_until,
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
