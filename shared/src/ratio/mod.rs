//! Factors such as 1.5 and shares such as 2.5 %: whole ten-thousandths, so that no float reaches an amount; and how what
//! comes of them is rounded, exactly and once.

use std::fmt;
use std::str::FromStr;

use num_rational::BigRational;
use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::invalid::Invalid;

/// A factor with at most four digits behind the point, between 0 and 1000. JSON has it as a decimal text, `"1.5"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ratio(u32);

/// How an amount that does not come out even is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// The amount is a multiple of this, which is above zero.
    #[schemars(extend("pattern" = Rjv::POSITIVE))]
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

/// An amount before it is rounded: any fraction of a micro-RJV, however fine and however large.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigRational);

const DECIMALS: usize = 4;
const ONE: u32 = 10_000;

impl Ratio {
    /// One.
    pub const ONE: Self = Self(ONE);

    /// Nothing of it.
    pub const ZERO: Self = Self(0);

    /// As a percentage, all of it.
    pub const HUNDRED: Self = Self(100 * ONE);

    /// The largest ratio.
    pub const MAX: Self = Self(1000 * ONE);

    /// What the texts of ratios of one and above look like, as a regular expression.
    pub const AT_LEAST_ONE: &str = "^(1000([.]0{1,4})?|[1-9][0-9]{0,2}([.][0-9]{1,4})?)$";

    /// So many ten-thousandths, or the largest ratio if that is less.
    pub const fn from_units(ten_thousandths: u32) -> Self {
        if ten_thousandths < Self::MAX.0 {
            Self(ten_thousandths)
        } else {
            Self::MAX
        }
    }

    /// The ratio in ten-thousandths.
    pub const fn units(self) -> u32 {
        self.0
    }

    /// The product of all, rounded half up to ten-thousandths; the largest ratio, if it is larger.
    pub fn product(ratios: impl IntoIterator<Item = Self>) -> Self {
        let one = Exact::from(Rjv::whole(1));
        let product = ratios
            .into_iter()
            .fold(one.clone(), |product, ratio| product.times_ratio(ratio));
        product.in_units_of(&one)
    }

    /// So many times an amount.
    pub fn of(self, amount: Rjv) -> Exact {
        Exact::from(amount).times_ratio(self)
    }

    /// So many of a hundred parts of an amount.
    pub fn percent_of(self, amount: Rjv) -> Exact {
        let hundred = BigRational::from_integer(100.into());
        Exact(self.of(amount).0 / hundred)
    }
}

impl Exact {
    /// How many times another this is, rounded half up to ten-thousandths; the largest ratio, if it is more.
    pub fn in_units_of(&self, other: &Self) -> Ratio {
        if other.0 <= Exact::from(Rjv::ZERO).0 {
            return Ratio::MAX;
        }
        let units = (&self.0 / &other.0 * BigRational::from_integer(ONE.into())).round();
        u32::try_from(units.to_integer()).map_or(Ratio::MAX, Ratio::from_units)
    }

    /// So many times as much.
    #[must_use]
    pub fn times(&self, count: u64) -> Self {
        Self(&self.0 * BigRational::from_integer(count.into()))
    }

    /// So many times as much.
    #[must_use]
    pub fn times_ratio(&self, ratio: Ratio) -> Self {
        Self(&self.0 * BigRational::new(ratio.0.into(), ONE.into()))
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self(&self.0 + &other.0)
    }

    /// The difference, or nothing where `other` is larger.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        if self > other {
            Self(&self.0 - &other.0)
        } else {
            Self::from(Rjv::ZERO)
        }
    }
}

impl From<Rjv> for Exact {
    fn from(amount: Rjv) -> Self {
        Self(BigRational::from_integer(amount.micros().into()))
    }
}

impl Rounding {
    /// The rounding, if there are multiples to round to.
    pub fn checked(self) -> Result<Self, Invalid> {
        if self.to.is_zero() {
            let reason = "an amount is rounded to a multiple of something above 0";
            return Err(Invalid::at("/to", reason));
        }
        Ok(self)
    }

    /// The amount, rounded; none if that is above [`Rjv::MAX`], or if there are no multiples to round to.
    pub fn apply(self, exact: &Exact) -> Option<Rjv> {
        if self.to.is_zero() {
            return None;
        }
        let multiples = &exact.0 / BigRational::from_integer(self.to.micros().into());
        let below = multiples.floor();
        let (rest, half) = (&multiples - &below, BigRational::new(1.into(), 2.into()));
        let is_odd = !(&below / BigRational::from_integer(2.into())).is_integer();
        let is_raised = match self.mode {
            RoundingMode::Down => false,
            RoundingMode::HalfUp => rest >= half,
            RoundingMode::HalfEven => rest > half || (rest == half && is_odd),
            RoundingMode::Up => !multiples.is_integer(),
        };
        let multiple = u64::try_from(below.to_integer()).ok()?;
        let multiple = multiple.checked_add(u64::from(is_raised))?;
        Rjv::from_micros(self.to.micros().checked_mul(multiple)?)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / ONE, self.0 % ONE);
        if rest == 0 {
            write!(f, "{whole}")
        } else {
            let decimals = format!("{rest:0DECIMALS$}");
            write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
        }
    }
}

impl FromStr for Ratio {
    type Err = InvalidRatio;

    fn from_str(text: &str) -> Result<Self, InvalidRatio> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let decimals_fit = decimals.is_none_or(|part| digits(part) && part.len() <= DECIMALS);
        if !digits(whole) || !decimals_fit {
            return Err(InvalidRatio);
        }
        // Padding the decimals to four digits turns the whole text into a count of ten-thousandths.
        let decimals = decimals.unwrap_or_default();
        let ratio = format!("{whole}{decimals:0<DECIMALS$}").parse().map(Self);
        ratio
            .ok()
            .filter(|ratio| *ratio <= Self::MAX)
            .ok_or(InvalidRatio)
    }
}

impl From<Ratio> for String {
    fn from(ratio: Ratio) -> Self {
        ratio.to_string()
    }
}

impl TryFrom<String> for Ratio {
    type Error = InvalidRatio;

    fn try_from(text: String) -> Result<Self, InvalidRatio> {
        text.parse()
    }
}

#[cfg(test)]
mod tests;
