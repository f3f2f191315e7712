//! How rules move a price: towards what they come to together, by small steps, and not too often.

use serde::{Deserialize, Serialize};

use super::price::{Measured, Price, PriceTerms};
use super::priced::Published;
use super::selection::Subject;
use crate::ratio::Ratio;
use crate::text::Word;
use crate::time::Timestamp;

/// How a product sells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// How many were sold each day (UTC), today first. What is not said is none.
    pub sold_by_day: Vec<u32>,
    /// How many are left; none, if it never runs out.
    pub remaining: Option<u32>,
}

/// A price that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repriced {
    /// The price as it is now. If nothing caused it to move its version is the same, and only its lows were brought up to date.
    pub price: Price,
    /// What the factor was.
    pub factor_before: Ratio,
    /// Why, by rule. Empty, if only the lows were brought up to date.
    pub causes: Vec<Cause>,
}

/// What a rule has to do with a price that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceCause")]
pub struct Cause {
    /// Which rule.
    pub rule_id: Word,
    /// In which version.
    pub version: u32,
    /// In which band what it looks at lies now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<u8>,
    /// What it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// How many times the price it made before.
    pub factor_before: Ratio,
    /// How many times the price it makes now.
    pub factor: Ratio,
}

/// The price after rules looked at it, if that changes anything worth writing down: the price itself, or lows that were not
/// brought up to date since yesterday.
pub fn reprice(
    price: &Price,
    published: Published<'_>,
    subject: &Subject<'_>,
    signals: &Signals,
    now: Timestamp,
) -> Option<Repriced> {
    let _ = (price, published, subject, signals, now);
    todo!()
}

/// The price with other terms, which are [`PriceTerms::checked`], as its next version. What rules made of it stays.
pub fn reset(
    price: &Price,
    terms: PriceTerms,
    published: Published<'_>,
    subject: &Subject<'_>,
    now: Timestamp,
) -> Price {
    let _ = (price, terms, published, subject, now);
    todo!()
}
