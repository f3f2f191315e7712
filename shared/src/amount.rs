//! Amounts of RJV: whole micro-RJV, checked, unsigned, and decimal text at every boundary.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of tokens in micro-RJV: 1 RJV is 1,000,000 of them.
///
/// It has no sign, because direction belongs to the legs of an entry, and no arithmetic that can wrap.
/// As text, in JSON and in tables it is a plain decimal such as `25` or `0.25`, and each amount has one such text.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Rjv(u64);

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    /// The text is not digits with at most one point between digits.
    #[error("an amount is a plain decimal such as \"25\" or \"0.25\"")]
    NotADecimal,
    /// The text has more than six digits behind the point.
    #[error("an amount has at most 6 digits behind the point")]
    TooPrecise,
    /// The amount is above [`Rjv::MAX`].
    #[error("an amount is at most {}", Rjv::MAX)]
    TooLarge,
}

const DECIMALS: usize = 6;
const MICROS_PER_RJV: u64 = 1_000_000;
const MICROS_PER_HUNDREDTH: u64 = MICROS_PER_RJV / 100;

impl Rjv {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The largest amount: a trillion RJV, so that sums of a few amounts stay far from the ends of `u64`.
    pub const MAX: Self = Self(1_000_000_000_000 * MICROS_PER_RJV);

    /// What the texts of amounts above zero look like, as a regular expression.
    pub const POSITIVE: &str = "^(1000000000000([.]0{1,6})?|[1-9][0-9]{0,11}([.][0-9]{1,6})?|0[.]([1-9][0-9]{0,5}|0[1-9][0-9]{0,4}|00[1-9][0-9]{0,3}|000[1-9][0-9]{0,2}|0000[1-9][0-9]?|00000[1-9]))$";

    /// So many whole tokens. Meant for constants: it is evaluated at compile time and refuses what exceeds [`Self::MAX`].
    pub const fn whole(tokens: u32) -> Self {
        Self(tokens as u64 * MICROS_PER_RJV)
    }

    /// So many micro-RJV, if that is not above [`Self::MAX`].
    pub fn from_micros(micros: u64) -> Option<Self> {
        (micros <= Self::MAX.0).then_some(Self(micros))
    }

    /// The amount in micro-RJV.
    pub fn micros(self) -> u64 {
        self.0
    }

    /// Whether this is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, unless it is above [`Self::MAX`].
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_micros(self.0.checked_add(other.0)?)
    }

    /// The difference, unless `other` is larger.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The difference, or nothing where `other` is larger.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `count` times the amount, unless that is above [`Self::MAX`].
    pub fn checked_mul(self, count: u32) -> Option<Self> {
        Self::from_micros(self.0.checked_mul(u64::from(count))?)
    }

    /// The amount in `count` parts that add up to it. They differ by a hundredth of a token at most, the larger ones first, and
    /// where the amount has smaller decimals, the first part has these too.
    pub fn split(self, count: u32) -> Vec<Self> {
        let parts = u64::from(count);
        let Some(even) = (self.0 / MICROS_PER_HUNDREDTH).checked_div(parts) else {
            return Vec::new();
        };
        let larger = self.0 / MICROS_PER_HUNDREDTH % parts;
        let part = |place: u64| {
            let hundredths = even + u64::from(place < larger);
            let rest = if place == 0 {
                self.0 % MICROS_PER_HUNDREDTH
            } else {
                0
            };
            Self(hundredths * MICROS_PER_HUNDREDTH + rest)
        };
        (0..parts).map(part).collect()
    }

    /// The sum of all, unless it is above [`Self::MAX`].
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl fmt::Display for Rjv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, micros) = (self.0 / MICROS_PER_RJV, self.0 % MICROS_PER_RJV);
        if micros == 0 {
            write!(f, "{whole}")
        } else {
            let decimals = format!("{micros:0DECIMALS$}");
            write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
        }
    }
}

impl FromStr for Rjv {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !decimals.is_none_or(digits) {
            return Err(InvalidAmount::NotADecimal);
        }
        let decimals = decimals.unwrap_or_default();
        if decimals.len() > DECIMALS {
            return Err(InvalidAmount::TooPrecise);
        }
        // Padding the decimals to six digits turns the whole text into a count of micro-RJV.
        format!("{whole}{decimals:0<DECIMALS$}")
            .parse()
            .ok()
            .and_then(Self::from_micros)
            .ok_or(InvalidAmount::TooLarge)
    }
}

impl From<Rjv> for String {
    fn from(amount: Rjv) -> Self {
        amount.to_string()
    }
}

impl TryFrom<String> for Rjv {
    type Error = InvalidAmount;

    fn try_from(text: String) -> Result<Self, InvalidAmount> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_a_plain_decimal_without_trailing_zeros() {
        for (text, shown) in [
            ("25", "25"),
            ("0.25", "0.25"),
            ("0025.500000", "25.5"),
            ("0.000001", "0.000001"),
            ("0", "0"),
        ] {
            assert_eq!(text.parse::<Rjv>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "-1", "+1", "1e3", " 1", "1 ", ".5", "5.", "1.2.3", "0x1", "１", "NaN", "1,5",
        ] {
            assert_eq!(
                text.parse::<Rjv>(),
                Err(InvalidAmount::NotADecimal),
                "{text:?}"
            );
        }
        assert_eq!("0.0000001".parse::<Rjv>(), Err(InvalidAmount::TooPrecise));
        for text in [
            "1000000000000.000001",
            "18446744073709551616",
            &"9".repeat(400),
        ] {
            assert_eq!(
                text.parse::<Rjv>(),
                Err(InvalidAmount::TooLarge),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_looks_like_an_amount_above_zero_is_one(text in &Rjv::POSITIVE[1..Rjv::POSITIVE.len() - 1]) {
            prop_assert!(text.parse::<Rjv>().is_ok_and(|amount| !amount.is_zero()), "{}", text);
        }

        #[test]
        fn text_and_amount_are_one_to_one(micros in 0..=Rjv::MAX.micros()) {
            let amount = Rjv::from_micros(micros).unwrap();
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        }

        #[test]
        fn no_sum_or_product_leaves_the_range(a in 0..=Rjv::MAX.micros(), b in 0..=Rjv::MAX.micros(), n: u32) {
            let (a, b) = (Rjv(a), Rjv(b));
            prop_assert!(a.checked_add(b).is_none_or(|sum| sum <= Rjv::MAX && sum.checked_sub(b) == Some(a)));
            prop_assert!(a.checked_mul(n).is_none_or(|product| product <= Rjv::MAX));
        }
    }
}
