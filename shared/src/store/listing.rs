//! Lists of offers: which are wanted, in which order, and where a page ends.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{Offer, Shelf, Status, Visitor};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::id::{PartnerId, ProductId};
use crate::pricing::{Priced, Quantity};
use crate::text::Word;
use crate::time::Timestamp;

/// Which offers are wanted: those that fit all that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filters {
    /// Of partners of this class.
    pub partner_class: Option<Class>,
    /// Of this partner.
    pub partner_id: Option<PartnerId>,
    /// Of this category.
    pub category: Option<Word>,
    /// Of which codes can be used in this region. What can be used anywhere can be used there.
    pub region: Option<Word>,
    /// That cost at least so much.
    pub price_min: Option<Rjv>,
    /// That cost at most so much.
    pub price_max: Option<Rjv>,
    /// Of which the member can pay for one, or cannot.
    pub affordable: Option<bool>,
    /// That the member can buy, or cannot.
    pub available: Option<bool>,
}

/// In which order offers are listed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OfferSort")]
pub enum Sort {
    /// Featured ones first, then those of exclusive partners, then by title.
    #[default]
    Featured,
    /// The cheapest first.
    Price,
    /// The newest first.
    Newest,
}

/// A place in a list; no two offers have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Whether it is not featured, whether its partner is not exclusive, its title.
    Featured(bool, bool, String, ProductId),
    /// What one costs.
    Price(Rjv, ProductId),
    /// Since when it is in the catalogue.
    Newest(Reverse<Timestamp>, ProductId),
}

/// An offer as it is shown to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// What the member can do about it.
    pub status: Status,
    /// What one costs.
    pub priced: Priced,
}

impl Filters {
    /// Whether the bounds of the price leave room for one.
    pub fn is_possible(&self) -> bool {
        match (self.price_min, self.price_max) {
            (Some(least), Some(most)) => least <= most,
            _ => true,
        }
    }

    /// A name that no list with other filters or another order has.
    pub fn name(&self, sort: Sort) -> Result<String, serde_json::Error> {
        serde_json::to_string(&("products", sort, self))
    }

    /// Whether an offer with this status fits all that is not about its price.
    fn cover(&self, offer: &Offer, status: Status) -> bool {
        let Offer {
            product, partner, ..
        } = offer;
        fits(self.partner_class.as_ref(), &partner.class)
            && fits(self.partner_id.as_ref(), &partner.partner_id)
            && fits(self.category.as_ref(), &product.category)
            && product
                .region
                .as_ref()
                .is_none_or(|region| fits(self.region.as_ref(), region))
            && fits(self.available.as_ref(), &status.is_for_sale())
    }

    /// Whether a price fits what a member with these funds wants.
    fn cover_price(&self, price: Rjv, funds: Rjv) -> bool {
        self.price_min.is_none_or(|least| least <= price)
            && self.price_max.is_none_or(|most| price <= most)
            && fits(self.affordable.as_ref(), &(price <= funds))
    }

    fn are_about_prices(&self) -> bool {
        self.price_min.is_some() || self.price_max.is_some() || self.affordable.is_some()
    }
}

fn fits<T: PartialEq>(wanted: Option<&T>, there: &T) -> bool {
    wanted.is_none_or(|wanted| wanted == there)
}

impl Shelf {
    /// At most `limit` of the offers that `visitor` sees and that fit, behind the place `after`; and the place to go on from, if
    /// there are more.
    pub fn page(
        &self,
        filters: &Filters,
        sort: Sort,
        visitor: &Visitor,
        (after, limit): (Option<&Place>, usize),
        now: Timestamp,
    ) -> (Vec<Shown<'_>>, Option<Place>) {
        let price = |offer| self.price(offer, Quantity::ONE, now);
        // Where no price decides, only those on the page are priced.
        let is_priced = sort == Sort::Price || filters.are_about_prices();
        let place = |offer: &Offer, unit_price: Rjv| {
            let id = offer.product.product_id;
            match sort {
                Sort::Featured => Place::Featured(
                    !offer.product.featured,
                    !offer.is_exclusive(),
                    offer.product.title.as_str().to_owned(),
                    id,
                ),
                Sort::Price => Place::Price(unit_price, id),
                Sort::Newest => Place::Newest(Reverse(offer.product.created_at), id),
            }
        };
        let mut found = Vec::new();
        for offer in self.offers() {
            let status = offer.status(visitor, now);
            let Some(status) = status.filter(|status| filters.cover(offer, *status)) else {
                continue;
            };
            let priced = is_priced.then(|| price(offer));
            let unit_price = priced.as_ref().map(|priced| priced.unit_price);
            if unit_price.is_some_and(|price| !filters.cover_price(price, visitor.funds)) {
                continue;
            }
            let place = place(offer, unit_price.unwrap_or_default());
            if after.is_none_or(|after| *after < place) {
                found.push((place, offer, status, priced));
            }
        }
        found.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|(place, ..)| place.clone());
        let shown = found.into_iter().map(|(_, offer, status, priced)| Shown {
            offer,
            status,
            priced: priced.unwrap_or_else(|| price(offer)),
        });
        (shown.collect(), next)
    }
}
