//! The price of a product: what administrators set, what rules make of it, and what it was.

use serde::{Deserialize, Serialize};

use super::bulk::Bulk;
use super::cents;
use super::lows::Lows;
use crate::amount::Rjv;
use crate::id::ProductId;
use crate::invalid::Invalid;
use crate::ratio::Ratio;
use crate::text::Word;
use crate::time::Timestamp;

/// The price of a product as it is now. It changes version by version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Price {
    /// Of which product.
    pub product_id: ProductId,
    /// Counts its changes from 1.
    pub version: u32,
    /// What administrators set.
    pub terms: PriceTerms,
    /// What rules make of it.
    pub dynamic: Dynamic,
    /// What one code cost at its lowest, for two months.
    pub lows: Lows,
    /// Since when it is what it is.
    pub changed_at: Timestamp,
}

/// A price as administrators write it. All amounts are multiples of 0.01 RJV.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceTerms {
    /// What one code costs before anything is added or taken off, not below the floor nor above the ceiling.
    #[schemars(extend("pattern" = Rjv::POSITIVE))]
    pub base: Rjv,
    /// What a code never costs less than, at least 1 RJV.
    #[serde(default = "default_floor")]
    #[schemars(extend("pattern" = Rjv::POSITIVE))]
    pub floor: Rjv,
    /// What a code never costs more than, at most 1000 RJV.
    #[serde(default = "default_ceiling")]
    #[schemars(extend("pattern" = Rjv::POSITIVE))]
    pub ceiling: Rjv,
    /// By how much the factor of the rules moves at most at a time, above 0 and at most 1.
    #[serde(default = "default_step_max")]
    pub step_max: Ratio,
    /// How many minutes lie between two moves at least, 15 to 10080.
    #[serde(default = "default_interval")]
    #[schemars(range(min = INTERVAL_MIN, max = INTERVAL_MAX))]
    pub interval_minutes: u32,
    /// What several codes at once cost less.
    #[serde(default)]
    pub bulk: Option<Bulk>,
}

/// What rules make of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Dynamic {
    /// So many times the base.
    pub factor: Ratio,
    /// What the rules come to together. The factor goes there in steps, as far as floor and ceiling allow.
    pub target: Ratio,
    /// The rules that say so, by id.
    pub parts: Vec<Part>,
    /// When rules changed it last; never, without.
    pub moved_at: Option<Timestamp>,
}

/// What one rule makes of a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PricePart")]
pub struct Part {
    /// Which rule.
    pub rule_id: Word,
    /// In which version.
    pub version: u32,
    /// So many times the price.
    pub factor: Ratio,
    /// In which of its bands what it looks at lies: how many of them begin at or below it, give or take the hysteresis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<u8>,
    /// What it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What a rule looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// How many of a hundred were sold.
    SellThrough(Ratio),
    /// How many are left.
    Remaining(u32),
}

/// The price that is above any meant one: what is beyond is a slip of the keyboard.
pub(super) const PRICE_MAX: Rjv = Rjv::whole(1000);
const FLOOR_MIN: Rjv = Rjv::whole(1);

const INTERVAL_MIN: u32 = 15;
const INTERVAL_MAX: u32 = 7 * 24 * 60;

const fn default_floor() -> Rjv {
    Rjv::whole(20)
}

const fn default_ceiling() -> Rjv {
    Rjv::whole(30)
}

const fn default_step_max() -> Ratio {
    Ratio::from_units(500)
}

const fn default_interval() -> u32 {
    60
}

impl Price {
    /// The first price of a product.
    pub fn new(product_id: ProductId, terms: PriceTerms, now: Timestamp) -> Self {
        Self {
            product_id,
            version: 1,
            terms,
            dynamic: Dynamic::NONE,
            lows: Lows::since(now),
            changed_at: now,
        }
    }
}

impl PriceTerms {
    /// These terms with everything but the base as usual.
    pub fn of(base: Rjv) -> Self {
        Self {
            base,
            floor: default_floor(),
            ceiling: default_ceiling(),
            step_max: default_step_max(),
            interval_minutes: default_interval(),
            bulk: None,
        }
    }

    /// The terms, if their parts are within bounds and fit together.
    pub fn checked(self) -> Result<Self, Invalid> {
        let amounts = [
            ("/base", self.base),
            ("/floor", self.floor),
            ("/ceiling", self.ceiling),
        ];
        for (place, amount) in amounts {
            cents::check(amount).map_err(|invalid| invalid.within(place))?;
        }
        if self.floor < FLOOR_MIN {
            let reason = format!("a code costs at least {FLOOR_MIN} RJV");
            return Err(Invalid::at("/floor", reason));
        }
        if self.ceiling > PRICE_MAX || self.ceiling < self.floor {
            let reason = format!("the ceiling is not below the floor and at most {PRICE_MAX} RJV");
            return Err(Invalid::at("/ceiling", reason));
        }
        if !(self.floor..=self.ceiling).contains(&self.base) {
            let reason = format!("the base is {} to {} RJV", self.floor, self.ceiling);
            return Err(Invalid::at("/base", reason));
        }
        if self.step_max == Ratio::ZERO || self.step_max > Ratio::ONE {
            let reason = "a step is above 0 and at most 1";
            return Err(Invalid::at("/step_max", reason));
        }
        if !(INTERVAL_MIN..=INTERVAL_MAX).contains(&self.interval_minutes) {
            let reason = format!("prices move every {INTERVAL_MIN} to {INTERVAL_MAX} minutes");
            return Err(Invalid::at("/interval_minutes", reason));
        }
        if let Some(bulk) = &self.bulk {
            bulk.check().map_err(|invalid| invalid.within("/bulk"))?;
        }
        Ok(self)
    }
}

impl Dynamic {
    /// No rule has said anything.
    pub const NONE: Self = Self {
        factor: Ratio::ONE,
        target: Ratio::ONE,
        parts: Vec::new(),
        moved_at: None,
    };
}
