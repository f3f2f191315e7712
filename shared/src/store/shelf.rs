//! What the store shows: all products beside their partners.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::catalog::{self, Class, Partner, Product, ProductState};
use crate::error::{Failure, Rejection};
use crate::id::ProductId;
use crate::table::{Cached, Tables};
use crate::time::Timestamp;

/// The catalogue as of a few seconds ago at most.
pub struct Store {
    tables: Tables,
    cached: Cached<Shelf>,
}

/// All offers of one moment, exclusive partners first, then by title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf(Vec<Offer>);

/// A product and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// The partner whose codes are sold.
    pub partner: Partner,
    /// How many codes are left, where they run out.
    pub left: Option<u64>,
}

/// A place on the shelf: whether its partner is not an exclusive one, its title, its id.
pub type Rank<'a> = (bool, &'a str, ProductId);

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
        self.cached.read(now, |_| true, || load(&self.tables)).await
    }
}

async fn load(tables: &Tables) -> Result<Shelf, Failure> {
    let whole = catalog::whole(tables).await?;
    let offer = |product: Product| {
        let partner = whole.partners.get(&product.partner_id)?.clone();
        Some(Offer {
            product,
            partner,
            left: None,
        })
    };
    let mut offers: Vec<Offer> = whole.products.into_iter().filter_map(offer).collect();
    offers.sort_by(|a, b| a.rank().cmp(&b.rank()));
    Ok(Shelf(offers))
}

impl Shelf {
    /// At most `limit` offers of partners of this class (of any, without), behind the place `after`; and the place to go on
    /// from, if there are more.
    pub fn page(
        &self,
        class: Option<Class>,
        after: Option<Rank<'_>>,
        limit: usize,
    ) -> (Vec<&Offer>, Option<Rank<'_>>) {
        let wanted = |offer: &&Offer| class.is_none_or(|class| offer.partner.class == class);
        let mut offers: Vec<&Offer> = self
            .0
            .iter()
            .filter(wanted)
            .filter(|offer| after.is_none_or(|after| offer.rank() > after))
            .collect();
        let more = offers.len() > limit;
        offers.truncate(limit);
        let next = offers.last().filter(|_| more).map(|offer| offer.rank());
        (offers, next)
    }

    /// The offer of this product.
    pub fn find(&self, id: ProductId) -> Result<&Offer, Rejection> {
        self.0
            .iter()
            .find(|offer| offer.product.product_id == id)
            .ok_or(Rejection::ProductNotFound)
    }
}

impl Offer {
    /// Whether it can be bought.
    pub fn is_available(&self) -> bool {
        self.product.state == ProductState::Live && self.partner.sales_paused.is_none()
    }

    /// Whether its partner is an exclusive one.
    pub fn is_exclusive(&self) -> bool {
        self.partner.class == Class::Exclusive
    }

    /// Its place on the shelf; smaller comes first, and no two are alike.
    fn rank(&self) -> Rank<'_> {
        (
            !self.is_exclusive(),
            self.product.title.as_str(),
            self.product.product_id,
        )
    }
}
