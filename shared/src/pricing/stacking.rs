//! Which promotions apply where several are on, and what they come to together.

use std::cmp::Reverse;

use super::cents;
use super::promotion::{Discount, PublishedPromotion, Stacking};
use crate::amount::Rjv;
use crate::ratio::{Exact, Ratio};

/// Puts promotions in order: the highest priority first, then by id.
pub fn sort(promotions: &mut [&PublishedPromotion]) {
    promotions.sort_by(|a, b| rank(a).cmp(&rank(b)));
}

/// The first of those that are on, if it applies alone; otherwise all that apply with others, those that take off parts before
/// those that take off amounts. They come in [`sort`]'s order.
pub fn chosen<'a>(
    mut on: impl Iterator<Item = &'a PublishedPromotion>,
) -> Vec<&'a PublishedPromotion> {
    let Some(first) = on.next() else {
        return Vec::new();
    };
    if first.promotion.stacking == Stacking::Alone {
        return vec![first];
    }
    let mut all = vec![first];
    all.extend(on.filter(|other| other.promotion.stacking == Stacking::WithOthers));
    all.sort_by_key(|promotion| !matches!(promotion.promotion.effect, Discount::PercentOff(_)));
    all
}

/// What a code costs after each of the chosen promotions. What it costs after the last is the same in any order: percentages
/// multiply and amounts add up before anything is rounded.
pub fn after(price: Rjv, chosen: &[&PublishedPromotion]) -> Vec<Rjv> {
    let effects = chosen.iter().map(|promotion| promotion.promotion.effect);
    if let [only] = chosen {
        return vec![alone(price, only.promotion.effect)];
    }
    let (mut exact, mut rounded) = (Exact::from(price), price);
    let stacked = effects.map(|effect| {
        if let Discount::PercentOff(percent) = effect {
            exact = less(&exact, percent);
            rounded = cents::rounding().apply(&exact).unwrap_or(Rjv::MAX);
        } else {
            rounded = alone(rounded, effect);
        }
        rounded
    });
    stacked.collect()
}

/// What a code costs after one promotion.
fn alone(price: Rjv, effect: Discount) -> Rjv {
    match effect {
        Discount::PercentOff(percent) => cents::less(price, percent),
        Discount::AmountOff(amount) => price.saturating_sub(amount),
        Discount::Fixed(amount) => price.min(amount),
    }
}

fn less(exact: &Exact, percent: Ratio) -> Exact {
    let hundredth = Ratio::from_units(Ratio::ONE.units() / 100);
    let rest = Ratio::HUNDRED.units().saturating_sub(percent.units());
    exact
        .times_ratio(Ratio::from_units(rest))
        .times_ratio(hundredth)
}

fn rank(promotion: &PublishedPromotion) -> (Reverse<i32>, &str) {
    let priority = Reverse(promotion.promotion.priority);
    (priority, promotion.promotion_id.as_str())
}
