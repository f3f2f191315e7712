//! What several codes at once cost less.

use serde::{Deserialize, Serialize};

use super::quantity::Quantity;
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
}
