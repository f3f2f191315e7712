//! Repricing: every quarter of an hour, rules look at how products sell, and prices follow.
//!
//! A beat reads the products page by page and writes only prices that move. It looks at so many products at most; where there
//! are more, the next beat goes on behind them. A beat that is delivered twice, or two at once, move nothing twice: a price
//! moves under its version, and not before its interval is over.

mod keys;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{self, Partner, Product, ProductState, Stock};
use crate::error::Failure;
use crate::id::ProductId;
use crate::pricing::{self, Price, PriceBook, RuleEffect, Signals, prices};
use crate::stock;
use crate::table::{self, Condition, Item, Tables, Write};
use crate::time::{Day, Timestamp};
use crate::usage;

/// The most products of one beat: what is done well within its minute.
const PRODUCTS_MAX: usize = 400;

/// Products that are read together.
const PAGE: usize = 100;

/// What a beat came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// How many products were looked at.
    pub products: usize,
    /// How many prices got another version.
    pub moved: usize,
    /// Whether the next beat goes on behind them, and not from the beginning.
    pub has_more: bool,
}

/// How far the last beat came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// The last product it looked at; it looked at all, without.
    after: Option<ProductId>,
    /// Counts the changes.
    revision: u64,
}

/// What rules have to know of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Needs {
    /// On how many days, today among them, products were sold.
    days: u8,
    /// What is left.
    left: bool,
}

/// A product whose price may move.
struct Listed {
    product: Product,
    partner: Partner,
    price: Price,
}

/// One beat.
pub async fn reprice(tables: &Tables, now: Timestamp) -> Result<Beat, Failure> {
    let place: Place = tables.get(&keys::place()).await?.unwrap_or_default();
    let book = pricing::read_book(tables, now).await?;
    let (mut products, mut after) = (Vec::new(), place.after);
    loop {
        let (page, next) = catalog::products(tables, after, PAGE).await?;
        products.extend(page);
        after = next;
        if after.is_none() || products.len() >= PRODUCTS_MAX {
            break;
        }
    }
    let beat = Beat {
        products: products.len(),
        moved: follow(tables, &book, products, now).await?,
        has_more: after.is_some(),
    };
    if after != place.after {
        keep_place(tables, &place, after).await?;
    }
    Ok(beat)
}

/// Moves the prices of these products; answers how many got another version.
async fn follow(
    tables: &Tables,
    book: &PriceBook,
    products: Vec<Product>,
    now: Timestamp,
) -> Result<usize, Failure> {
    let listed = list(tables, products).await?;
    let signals = signals(tables, Needs::of(book), &listed, now.day()).await?;
    let (mut moved, none) = (0, Signals::default());
    for Listed {
        product,
        partner,
        price,
    } in &listed
    {
        let subject = pricing::subject(product, partner);
        let signals = signals.get(&product.product_id).unwrap_or(&none);
        let repriced = pricing::reprice(price, book.published(), &subject, signals, now);
        let Some(repriced) = repriced else {
            continue;
        };
        let is_recorded = prices::record(tables, price, &repriced).await?;
        moved += usize::from(is_recorded && repriced.price.version != price.version);
    }
    Ok(moved)
}

/// The products that are or may soon be on sale, with their partners and prices.
async fn list(tables: &Tables, products: Vec<Product>) -> Result<Vec<Listed>, Failure> {
    let is_sold =
        |product: &Product| matches!(product.state, ProductState::Live | ProductState::Paused);
    let products: Vec<Product> = products.into_iter().filter(is_sold).collect();
    let price_key = |product: &Product| pricing::price_key(product.product_id);
    let partner_key = |product: &Product| catalog::partner_key(product.partner_id);
    let keys = products
        .iter()
        .flat_map(|product| [price_key(product), partner_key(product)]);
    let found = table::get_distinct(tables, keys).await?;
    let mut listed = Vec::new();
    for product in products {
        let price: Option<&Item> = found.get(&price_key(&product));
        let partner = found.get(&partner_key(&product));
        if let (Some(price), Some(partner)) = (price, partner) {
            listed.push(Listed {
                price: pricing::price_from(price.clone())?,
                partner: table::read(partner.clone())?,
                product,
            });
        }
    }
    Ok(listed)
}

/// How these products sell, as far as rules need to know.
async fn signals(
    tables: &Tables,
    needs: Needs,
    listed: &[Listed],
    today: Day,
) -> Result<BTreeMap<ProductId, Signals>, Failure> {
    let ids = |listed: &mut dyn Iterator<Item = &Listed>| -> Vec<ProductId> {
        listed.map(|listed| listed.product.product_id).collect()
    };
    let runs_out = |listed: &&Listed| !matches!(listed.product.stock, Stock::Unlimited {});
    let sold = if needs.days > 0 {
        let from = days_before(today, needs.days - 1);
        let until = today.succ_opt().unwrap_or(today);
        usage::sold_since(tables, &ids(&mut listed.iter()), from, until).await?
    } else {
        BTreeMap::new()
    };
    let left = if needs.left {
        stock::left(tables, &ids(&mut listed.iter().filter(runs_out))).await?
    } else {
        BTreeMap::new()
    };
    let of = |product: ProductId| {
        let on = |day: u8| {
            let sold = sold.get(&product)?.get(&days_before(today, day))?;
            Some(u32::try_from(*sold).unwrap_or(u32::MAX))
        };
        Signals {
            sold_by_day: (0..needs.days).map(|day| on(day).unwrap_or(0)).collect(),
            remaining: left.get(&product).map(count_left),
        }
    };
    let signals = listed.iter().map(|listed| {
        let product = listed.product.product_id;
        (product, of(product))
    });
    Ok(signals.collect())
}

impl Needs {
    fn of(book: &PriceBook) -> Self {
        let mut needs = Self {
            days: 0,
            left: false,
        };
        for rule in &book.rules {
            match rule.rule.effect {
                RuleEffect::SellThrough { days, .. } => {
                    needs.days = needs.days.max(days);
                    needs.left = true;
                }
                RuleEffect::Remaining { .. } => needs.left = true,
                RuleEffect::Week { .. }
                | RuleEffect::Season { .. }
                | RuleEffect::ClassRate { .. } => {}
            }
        }
        needs
    }
}

fn count_left(left: &stock::Left) -> u32 {
    u32::try_from(stock::total(left)).unwrap_or(u32::MAX)
}

fn days_before(day: Day, days: u8) -> Day {
    day.checked_sub_days(chrono::Days::new(days.into()))
        .unwrap_or(day)
}

/// Keeps how far the beat came. If another beat did so in the meantime, that holds.
async fn keep_place(
    tables: &Tables,
    before: &Place,
    after: Option<ProductId>,
) -> Result<(), Failure> {
    let place = Place {
        after,
        revision: before.revision.saturating_add(1),
    };
    let unchanged = Condition::unchanged("revision", before.revision);
    let write = Write::put(keys::place(), table::item(&place)?, unchanged);
    table::commit_unless_moved(tables, vec![write], 1).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
