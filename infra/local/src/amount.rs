//! RJV as the API writes them: decimal texts, counted here in whole micro-RJV, because sums must be exact.

use anyhow::{Context, Result, ensure};

const DECIMALS: usize = 6;

/// More than all tokens there can be.
const WHOLE_DIGITS_MAX: usize = 18;

/// An exact amount, possibly negative. No sum of amounts that can be read overflows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// Reads `25` or `0.25`.
    pub fn parse(text: &str) -> Result<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        ensure!(
            !whole.is_empty()
                && whole.len() <= WHOLE_DIGITS_MAX
                && fraction.len() <= DECIMALS
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.'),
            "{text:?} is no amount"
        );
        let digits = format!("{whole}{fraction:0<DECIMALS$}");
        let micros = digits
            .parse()
            .with_context(|| format!("{text:?} is no amount"))?;
        Ok(Self(micros))
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (
            self.0.unsigned_abs() / 1_000_000,
            self.0.unsigned_abs() % 1_000_000,
        );
        let text = format!("{sign}{whole}.{fraction:06}");
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for text in ["0", "25", "0.25", "13.000001"] {
            assert_eq!(Amount::parse(text).unwrap().to_string(), text);
        }
        let less = Amount::parse("6.25")
            .unwrap()
            .minus(Amount::parse("26.5").unwrap());
        assert_eq!(less.to_string(), "-20.25");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", ".5", "1.2.3", "-1", "0.0000001", "1e3"] {
            assert!(Amount::parse(text).is_err(), "{text:?}");
        }
    }
}
