//! What codes cost at an instant, step by step: the only way in which anything is priced.

use serde::{Deserialize, Serialize};

use super::bulk::{self, Bulk, Sum};
use super::price::Price;
use super::promotion::PublishedPromotion;
use super::quantity::Quantity;
use super::rule::PublishedRule;
use super::selection::Subject;
use super::standing::Standing;
use super::{cents, steps};
use crate::amount::Rjv;
use crate::text::{Text, Word};
use crate::time::Timestamp;

/// The rules and promotions of prices that hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Published<'a> {
    /// The rules, in any order.
    pub rules: &'a [PublishedRule],
    /// The promotions, in any order; those that are over too, as long as they were on in the last two months.
    pub promotions: &'a [PublishedPromotion],
}

/// What codes cost, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Priced {
    /// The version of the price.
    pub price_version: u32,
    /// How many.
    pub quantity: Quantity,
    /// What one costs before anything is added or taken off.
    pub base: Rjv,
    /// What is added and taken off, in this order: from the base it leads to what one costs.
    pub factors: Vec<Factor>,
    /// What one costs; if they differ, on average, to 0.01 RJV.
    pub unit_price: Rjv,
    /// What all cost.
    pub total: Rjv,
    /// What a few more would save.
    pub nudge: Option<Nudge>,
    /// What a single code costs without the promotions, if they make it cheaper.
    pub before: Option<Rjv>,
    /// What a single code cost at its lowest in the 30 days before the promotions began; without any, in the last 30 days.
    pub low_30d: Rjv,
    /// When the first of the promotions ends.
    pub promotion_ends_at: Option<Timestamp>,
    /// The promotions that apply, the first one first.
    pub promotions: Vec<Applied>,
}

/// A step from the base to what one code costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceFactor")]
pub struct Factor {
    /// What kind of step.
    pub step: Step,
    /// Which rule or promotion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Word>,
    /// In which version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// What members read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text<1, 80>>,
    /// What it does.
    pub effect: Change,
    /// What one code costs after it.
    pub unit_price: Rjv,
}

/// The steps from the base to what one code costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PriceStep")]
pub enum Step {
    /// A rule.
    Dynamic,
    /// What is not yet of what the rules come to, as prices move in small steps.
    Pace,
    /// The rate of the partner's class.
    ClassRate,
    /// A promotion.
    Promotion,
    /// Several codes at once.
    Bulk,
    /// A code never costs less.
    Floor,
    /// A code never costs more.
    Ceiling,
}

/// More or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PriceChange")]
pub enum Change {
    /// So much more.
    Up(Rjv),
    /// So much less.
    Down(Rjv),
}

/// What a few more codes would save.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Nudge {
    /// How many more.
    pub more: u32,
    /// How many that makes.
    pub quantity: Quantity,
    /// How much less all of them cost than at what one costs now.
    pub saves: Rjv,
}

/// A promotion that applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "AppliedPromotion")]
pub struct Applied {
    /// Its name.
    pub id: Word,
    /// Its version.
    pub version: u32,
    /// What members read.
    pub title: Text<1, 80>,
}

/// What so many codes cost at an instant, and why.
pub fn price(
    price: &Price,
    published: Published<'_>,
    subject: &Subject<'_>,
    quantity: Quantity,
    at: Timestamp,
) -> Priced {
    let standing = Standing::new(price, published, subject);
    let applied = standing.applied(at);
    let terms = &price.terms;
    let bounds = (terms.floor, terms.ceiling);
    let sum = |quantity| {
        let one = standing.promoted(&applied);
        bulk::sum(terms.bulk.as_ref(), one, bounds, quantity)
    };
    let own = sum(quantity);
    let (single, regular) = (
        standing.single(&applied),
        standing.bounded(standing.regular()),
    );
    let ends = applied.iter();
    Priced {
        price_version: price.version,
        quantity,
        base: terms.base,
        factors: steps::factors(&standing, published, &applied, quantity, &own),
        unit_price: cents::average(own.total, quantity.get()),
        total: own.total,
        nudge: nudge(terms.bulk.as_ref(), quantity, own.total, sum),
        before: Some(regular).filter(|regular| single < *regular),
        low_30d: low(&standing, &applied, at),
        promotion_ends_at: ends.map(|promotion| promotion.promotion.on_until(at)).min(),
        promotions: applied
            .iter()
            .map(|promotion| promotion.applied())
            .collect(),
    }
}

/// What the next tier would save.
fn nudge(
    bulk: Option<&Bulk>,
    quantity: Quantity,
    total: Rjv,
    sum: impl Fn(Quantity) -> Sum,
) -> Option<Nudge> {
    let next = bulk?.next(quantity)?;
    let alike = total.checked_mul(next.get())?.micros() / u64::from(quantity.get());
    let saves = cents::down(Rjv::from_micros(alike)?.saturating_sub(sum(next).total));
    (!saves.is_zero()).then_some(Nudge {
        more: next.get() - quantity.get(),
        quantity: next,
        saves,
    })
}

/// The lowest price that is shown beside a price at an instant.
fn low(standing: &Standing<'_>, applied: &[&PublishedPromotion], at: Timestamp) -> Rjv {
    let lows = &standing.price.lows;
    let began = applied.iter().map(|promotion| promotion.promotion.from);
    if let Some(began) = began.min() {
        let lowest = lows.lowest_before(standing, began);
        lowest.unwrap_or_else(|| standing.bounded(standing.regular()))
    } else {
        let now = standing.single(applied);
        let lowest = lows.lowest_before(standing, at);
        lowest.map_or(now, |lowest| lowest.min(now))
    }
}
