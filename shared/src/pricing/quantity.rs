//! How many codes one purchase may buy.

use serde::{Deserialize, Serialize};

/// How many codes one purchase may buy: 1 to 20. It bounds the transaction that pays for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Quantity(u32);

/// Why a number is not a quantity.
#[derive(Debug, thiserror::Error)]
#[error("1 to {} codes can be bought at a time", Quantity::MAX)]
pub struct InvalidQuantity;

impl Quantity {
    /// The most codes of one purchase.
    pub const MAX: u32 = 20;

    /// One code.
    pub const ONE: Self = Self(1);

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Quantity {
    type Error = InvalidQuantity;

    fn try_from(count: u32) -> Result<Self, InvalidQuantity> {
        (1..=Self::MAX)
            .contains(&count)
            .then_some(Self(count))
            .ok_or(InvalidQuantity)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}
