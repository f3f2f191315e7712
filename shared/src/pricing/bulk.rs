//! What several codes at once cost less.

use serde::{Deserialize, Serialize};

use super::cents;
use super::quantity::Quantity;
use crate::amount::Rjv;
use crate::invalid::Invalid;
use crate::ratio::Ratio;

/// What several codes at once cost less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// Which codes of a purchase a tier is for.
    pub mode: BulkMode,
    /// The tiers, rising both in quantity and in what they take off.
    #[schemars(length(min = 1, max = TIERS_MAX))]
    pub tiers: Vec<Tier>,
}

/// Which codes of a purchase a tier is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkMode {
    /// The codes from the tier's quantity on, up to the next tier's.
    Graduated,
    /// All codes, once there are as many as the tier wants.
    Volume,
}

/// From so many codes on, so much less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BulkTier")]
pub struct Tier {
    /// From this quantity on, 2 to 20.
    #[schemars(range(min = 2, max = Quantity::MAX))]
    pub from: u32,
    /// So many of a hundred parts of the price are taken off, above 0 and below 100.
    pub percent_off: Ratio,
}

/// What several codes cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    /// All of them.
    pub total: Rjv,
    /// One of them on average, if there were neither floor nor ceiling.
    pub unbounded: Rjv,
    /// Whether floor or ceiling changed what any of them costs.
    pub is_bounded: bool,
}

const TIERS_MAX: usize = 10;

impl Bulk {
    /// Whether the tiers are within bounds, rise, and never make more codes cost less than fewer.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.tiers.is_empty() || self.tiers.len() > TIERS_MAX {
            let reason = format!("there are 1 to {TIERS_MAX} tiers; leave it out for none");
            return Err(Invalid::at("/tiers", reason));
        }
        let (mut from, mut percent_off) = (1, Ratio::ZERO);
        for (index, tier) in self.tiers.iter().enumerate() {
            let invalid = |field: &str, reason: String| {
                Err(Invalid::at(field, reason).within(&format!("/tiers/{index}")))
            };
            if tier.from <= from || tier.from > Quantity::MAX {
                let reason = format!("a tier begins at {} to {}", from + 1, Quantity::MAX);
                return invalid("/from", reason);
            }
            if tier.percent_off <= percent_off || tier.percent_off >= Ratio::HUNDRED {
                let reason = format!("it takes off more than {percent_off} and less than 100 %");
                return invalid("/percent_off", reason);
            }
            let rest = |off: Ratio| u64::from(Ratio::HUNDRED.units() - off.units());
            let fewer = u64::from(tier.from - 1) * rest(percent_off);
            if self.mode == BulkMode::Volume
                && u64::from(tier.from) * rest(tier.percent_off) < fewer
            {
                let reason = format!("{} codes would cost less than {}", tier.from, tier.from - 1);
                return invalid("/percent_off", reason);
            }
            (from, percent_off) = (tier.from, tier.percent_off);
        }
        Ok(())
    }

    /// How many of a hundred parts the tier of so many codes takes off.
    fn percent_off(&self, count: u32) -> Ratio {
        let mut tiers = self.tiers.iter().rev();
        tiers
            .find(|tier| tier.from <= count)
            .map_or(Ratio::ZERO, |tier| tier.percent_off)
    }

    /// The first tier that wants more than so many.
    pub(super) fn next(&self, quantity: Quantity) -> Option<Quantity> {
        let mut tiers = self.tiers.iter();
        let tier = tiers.find(|tier| tier.from > quantity.get())?;
        Quantity::try_from(tier.from).ok()
    }
}

/// What so many codes cost of which a single one costs `price` before it is bounded. More of them never cost less than fewer.
pub(super) fn sum(
    bulk: Option<&Bulk>,
    price: Rjv,
    (floor, ceiling): (Rjv, Rjv),
    quantity: Quantity,
) -> Sum {
    let (mut unbounded, mut graduated, mut total) = (Rjv::ZERO, Rjv::ZERO, Rjv::ZERO);
    let mut is_bounded = false;
    let add = |a: Rjv, b: Rjv| a.checked_add(b).unwrap_or(Rjv::MAX);
    let multiply = |a: Rjv, count| a.checked_mul(count).unwrap_or(Rjv::MAX);
    for count in 1..=quantity.get() {
        let one = bulk.map_or(price, |bulk| cents::less(price, bulk.percent_off(count)));
        let bounded = one.max(floor).min(ceiling);
        if bulk.is_some_and(|bulk| bulk.mode == BulkMode::Graduated) {
            unbounded = add(unbounded, one);
            graduated = add(graduated, bounded);
            total = graduated;
            is_bounded |= bounded != one;
        } else {
            unbounded = multiply(one, count);
            total = total.max(multiply(bounded, count));
            is_bounded = bounded != one;
        }
    }
    Sum {
        total,
        unbounded: cents::average(unbounded, quantity.get()),
        is_bounded,
    }
}
