//! The book of prices: the rules and promotions that hold at one moment.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{Published, PublishedPromotion, PublishedRule, promotions, rules};
use crate::error::Failure;
use crate::table::{Cached, Tables};
use crate::time::Timestamp;

/// All rules and promotions of prices that hold, and the promotions that were over lately: what was the lowest price is told
/// by them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceBook {
    /// The rules, by id.
    pub rules: Vec<PublishedRule>,
    /// The promotions, by id.
    pub promotions: Vec<PublishedPromotion>,
}

/// The book of prices as of a few seconds ago at most.
pub struct PriceBooks {
    tables: Tables,
    cached: Cached<PriceBook>,
}

/// What administrators change is seen everywhere after this time.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

/// For so long promotions that are over stay in the book.
const KEPT: TimeDelta = TimeDelta::days(62);

impl PriceBook {
    /// The rules and promotions, as prices are worked out by them.
    pub fn published(&self) -> Published<'_> {
        Published {
            rules: &self.rules,
            promotions: &self.promotions,
        }
    }
}

impl PriceBooks {
    /// The book in these tables.
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            cached: Cached::new(AGE_MAX),
        }
    }

    /// The book, read anew if it is older than a few seconds.
    pub async fn read(&self, now: Timestamp) -> Result<Arc<PriceBook>, Failure> {
        let load = || read_book(&self.tables, now);
        self.cached.read(now, |_| true, load).await
    }
}

/// Reads the book as it is now.
pub async fn read_book(tables: &Tables, now: Timestamp) -> Result<PriceBook, Failure> {
    let rules = rules::list(tables).await?.into_iter();
    let promotions = promotions::list(tables).await?.into_iter();
    let is_kept = |published: &PublishedPromotion| published.promotion.until.plus(KEPT) > now;
    Ok(PriceBook {
        rules: rules.filter_map(rules::RuleHead::in_force).collect(),
        promotions: promotions
            .filter_map(promotions::PromotionHead::as_it_held)
            .filter(is_kept)
            .collect(),
    })
}
