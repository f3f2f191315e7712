//! Counts: how many codes of a product were sold on a day, and what became of codes on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys;
use crate::error::Failure;
use crate::id::ProductId;
use crate::table::{self, Key, Tables};
use crate::time::Day;

/// What happened to codes of a product.
///
/// Codes that were born are those sold, given in replacement, and printed. Over all days as many were redeemed, expired,
/// refunded, replaced or revoked, or are still open: a code counts among one of them at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// How many were sold.
    pub sold: u64,
    /// What was paid for those, in micro-RJV.
    pub paid: u64,
    /// How many were born to take the place of others.
    pub replacements: u64,
    /// How many were printed in bulk, for a partner to hand out.
    pub printed: u64,
    /// How many were shown to their holders for the first time.
    pub revealed: u64,
    /// How many were redeemed.
    pub redeemed: u64,
    /// How many ran out, and nothing else became of them since.
    pub expired: u64,
    /// How many were refunded.
    pub refunded: u64,
    /// What had been paid for those, in micro-RJV.
    pub paid_back: u64,
    /// How many were replaced by others.
    pub replaced: u64,
    /// How many were revoked.
    pub revoked: u64,
    /// How many were redeemed within an hour of their birth.
    pub within_hour: u64,
    /// Within a day, but not an hour.
    pub within_day: u64,
    /// Within a week, but not a day.
    pub within_week: u64,
    /// Within 30 days, but not a week.
    pub within_month: u64,
    /// Later.
    pub later: u64,
}

/// Reads the counts of a product on the days from `from` up to but without `until`, as far as they are logged, which takes
/// seconds. Days without any are left out.
pub async fn of(
    tables: &Tables,
    product: ProductId,
    from: Day,
    until: Day,
) -> Result<BTreeMap<Day, Counts>, Failure> {
    let days = from.iter_days().take_while(|day| *day < until);
    let places = days.flat_map(|day| (0..keys::SHARDS).map(move |shard| (day, shard)));
    let places: Vec<(Day, Key)> = places
        .map(|(day, shard)| (day, keys::count(day, shard, product)))
        .collect();
    let mut found = table::get_distinct(tables, places.iter().map(|(_, key)| key.clone())).await?;
    let mut counts: BTreeMap<Day, Counts> = BTreeMap::new();
    for (day, key) in places {
        if let Some(item) = found.remove(&key) {
            counts.entry(day).or_default().merge(&table::read(item)?);
        }
    }
    Ok(counts)
}

/// Reads how many codes of these products were sold, day by day, from `from` up to but without `until`. Products and days without
/// any are left out. What it takes grows with the days and the whole catalogue, not with `products`.
pub async fn sold_since(
    tables: &Tables,
    products: &[ProductId],
    from: Day,
    until: Day,
) -> Result<BTreeMap<ProductId, BTreeMap<Day, u64>>, Failure> {
    let mut sold: BTreeMap<ProductId, BTreeMap<Day, u64>> = BTreeMap::new();
    for day in from.iter_days().take_while(|day| *day < until) {
        for shard in 0..keys::SHARDS {
            for (product, counts) in read_day(tables, day, shard).await? {
                if counts.sold > 0 && products.contains(&product) {
                    let days = sold.entry(product).or_default();
                    let sum = days.entry(day).or_default();
                    *sum = sum.saturating_add(counts.sold);
                }
            }
        }
    }
    Ok(sold)
}

/// How many items are read at a time.
const PAGE: usize = 1000;

/// All counts of a day and shard.
async fn read_day(
    tables: &Tables,
    day: Day,
    shard: u8,
) -> Result<Vec<(ProductId, Counts)>, Failure> {
    #[derive(Deserialize)]
    struct Count {
        sk: ProductId,
        #[serde(flatten)]
        counts: Counts,
    }
    let (mut counts, mut after) = (Vec::new(), None);
    loop {
        let (page, next): (Vec<Count>, _) =
            tables.page(&keys::counts(day, shard, after, PAGE)).await?;
        counts.extend(page.into_iter().map(|Count { sk, counts }| (sk, counts)));
        after = next;
        if after.is_none() {
            return Ok(counts);
        }
    }
}

impl Counts {
    /// Adds other counts.
    pub fn merge(&mut self, more: &Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.sold, more.sold);
        add(&mut self.paid, more.paid);
        add(&mut self.replacements, more.replacements);
        add(&mut self.printed, more.printed);
        add(&mut self.revealed, more.revealed);
        add(&mut self.redeemed, more.redeemed);
        add(&mut self.expired, more.expired);
        add(&mut self.refunded, more.refunded);
        add(&mut self.paid_back, more.paid_back);
        add(&mut self.replaced, more.replaced);
        add(&mut self.revoked, more.revoked);
        add(&mut self.within_hour, more.within_hour);
        add(&mut self.within_day, more.within_day);
        add(&mut self.within_week, more.within_week);
        add(&mut self.within_month, more.within_month);
        add(&mut self.later, more.later);
    }

    /// Of the codes whose time of use came to an end, by being used or by running out, which share ran out: a decimal of four
    /// digits, rounded half up. None, as long as there were none.
    pub fn breakage(&self) -> Option<String> {
        let (expired, all) = (
            u128::from(self.expired),
            u128::from(self.expired) + u128::from(self.redeemed),
        );
        let share = (expired * 20_000 + all).checked_div(all * 2)?;
        let text = format!("{}.{:04}", share / 10_000, share % 10_000);
        Some(text)
    }
}
