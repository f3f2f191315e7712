//! The shelf: everything that is on offer at one moment.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Offer, Shown, Visitor};
use crate::catalog;
use crate::error::{Failure, Rejection};
use crate::id::ProductId;
use crate::pricing::{self, Price, PriceBook, Priced, Quantity};
use crate::stock;
use crate::table::{Cached, Tables};
use crate::time::Timestamp;

/// The shelf as of a few seconds ago at most.
pub struct Store {
    tables: Tables,
    cached: Cached<Shelf>,
}

/// All offers of one moment, and what moves their prices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// In the order of their products' ids.
    offers: Vec<Offer>,
    book: PriceBook,
}

/// An administrator's change is seen everywhere after this time.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

impl Store {
    /// The store of these tables.
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            cached: Cached::new(AGE_MAX),
        }
    }

    /// What is on the shelf.
    pub async fn shelf(&self, now: Timestamp) -> Result<Arc<Shelf>, Failure> {
        let load = || load(&self.tables, now);
        self.cached.read(now, |_| true, load).await
    }
}

/// Reads the catalogue, what moves prices, and what is left of what runs out.
async fn load(tables: &Tables, now: Timestamp) -> Result<Shelf, Failure> {
    let whole = catalog::whole(tables).await?;
    let mut prices = HashMap::new();
    for (sk, item) in whole.others {
        if pricing::is_price(&sk) {
            let price: Price = pricing::price_from(item)?;
            prices.insert(price.product_id, price);
        }
    }
    let counted = whole.products.iter().filter(|product| {
        let is_seen = matches!(
            product.state,
            catalog::ProductState::Live | catalog::ProductState::Paused
        );
        is_seen && product.stock.kind().is_counted()
    });
    let counted: Vec<ProductId> = counted.map(|product| product.product_id).collect();
    let left = stock::left(tables, &counted).await?;
    let offers = whole.products.into_iter().filter_map(|product| {
        let partner = whole.partners.get(&product.partner_id)?.clone();
        let price = prices.remove(&product.product_id)?;
        let left = left.get(&product.product_id).map(stock::total);
        Some(Offer {
            product,
            partner,
            price,
            left,
        })
    });
    Ok(Shelf {
        offers: offers.collect(),
        book: pricing::read_book(tables, now).await?,
    })
}

impl Shelf {
    /// A shelf with these offers, at prices that these rules and promotions move.
    pub fn new(mut offers: Vec<Offer>, book: PriceBook) -> Self {
        offers.sort_by_key(|offer| offer.product.product_id);
        Self { offers, book }
    }

    /// The offers, in the order of their products' ids.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The offer of this product.
    pub fn find(&self, id: ProductId) -> Result<&Offer, Rejection> {
        let place = self
            .offers
            .binary_search_by_key(&id, |offer| offer.product.product_id);
        let offer = place.ok().and_then(|place| self.offers.get(place));
        offer.ok_or(Rejection::ProductNotFound)
    }

    /// This product as `visitor` sees it, if it is there for the visitor.
    pub fn show(
        &self,
        id: ProductId,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Result<Shown<'_>, Rejection> {
        let offer = self.find(id)?;
        let status = offer.status(visitor, now);
        Ok(Shown {
            offer,
            status: status.ok_or(Rejection::ProductNotFound)?,
            priced: self.price(offer, Quantity::ONE, now),
        })
    }

    /// What codes of an offer cost for each quantity at which a tier of its bulk prices begins.
    pub fn bulk_prices(&self, offer: &Offer, at: Timestamp) -> Vec<Priced> {
        let tiers = offer.price.terms.bulk.iter().flat_map(|bulk| &bulk.tiers);
        let quantities = tiers.filter_map(|tier| Quantity::try_from(tier.from).ok());
        quantities
            .map(|quantity| self.price(offer, quantity, at))
            .collect()
    }

    /// What so many codes of an offer cost, and why.
    pub fn price(&self, offer: &Offer, quantity: Quantity, at: Timestamp) -> Priced {
        let subject = offer.subject();
        pricing::price(&offer.price, self.book.published(), &subject, quantity, at)
    }
}
