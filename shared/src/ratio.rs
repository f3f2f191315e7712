//! Factors such as 1.5 and shares such as 2.5 %: whole ten-thousandths, so that no float reaches an amount.

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;

/// A factor with at most four digits behind the point, between 0 and 1000. JSON has it as a decimal text, `"1.5"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ratio(u32);

/// How an amount that does not come out even is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// The amount is a multiple of this.
    pub to: Rjv,
    /// Which multiple.
    pub mode: RoundingMode,
}

/// Which of the two nearest multiples is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// The smaller.
    Down,
    /// The nearer; of two as near, the larger.
    HalfUp,
    /// The nearer; of two as near, the even multiple.
    HalfEven,
    /// The larger.
    Up,
}

/// Why a text is not a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a ratio is a plain decimal up to 1000 with at most 4 digits behind the point, such as \"1.5\""
)]
pub struct InvalidRatio;

impl From<Ratio> for String {
    fn from(_ratio: Ratio) -> Self {
        todo!()
    }
}

impl TryFrom<String> for Ratio {
    type Error = InvalidRatio;

    fn try_from(_text: String) -> Result<Self, InvalidRatio> {
        todo!()
    }
}

impl Ratio {
    /// One.
    pub const ONE: Self = Self(10_000);

    /// How many ten-thousandths it is.
    pub const fn ten_thousandths(self) -> u32 {
        self.0
    }
}
