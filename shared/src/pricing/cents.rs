//! Prices are multiples of 0.01 RJV, and each step to them is rounded half up at once, so that what is shown adds up.

use crate::amount::Rjv;
use crate::invalid::Invalid;
use crate::ratio::{Ratio, Rounding, RoundingMode};

/// What prices are multiples of.
const CENT_MICROS: u64 = 10_000;

/// Whether an amount is such a multiple.
pub fn check(amount: Rjv) -> Result<(), Invalid> {
    if amount.micros().is_multiple_of(CENT_MICROS) {
        return Ok(());
    }
    let reason = "a price has at most 2 digits behind the point";
    Err(Invalid::at("", reason))
}

/// How prices are rounded.
pub fn rounding() -> Rounding {
    Rounding {
        to: Rjv::from_micros(CENT_MICROS).unwrap_or(Rjv::MAX),
        mode: RoundingMode::HalfUp,
    }
}

/// So many times a price.
pub fn times(price: Rjv, ratio: Ratio) -> Rjv {
    fraction(price, ratio.units(), Ratio::ONE.units())
}

/// A price of which so many of a hundred parts are taken off.
pub fn less(price: Rjv, percent: Ratio) -> Rjv {
    let hundred = Ratio::HUNDRED.units();
    fraction(price, hundred.saturating_sub(percent.units()), hundred)
}

/// What one costs on average.
pub fn average(total: Rjv, count: u32) -> Rjv {
    fraction(total, 1, count)
}

/// The largest price that is not above an amount.
pub fn down(amount: Rjv) -> Rjv {
    let rest = amount.micros() % CENT_MICROS;
    Rjv::from_micros(amount.micros() - rest).unwrap_or(amount)
}

/// A fraction of an amount, rounded; all there is, if that is more than an amount can be.
fn fraction(amount: Rjv, numerator: u32, denominator: u32) -> Rjv {
    let divisor = u128::from(denominator.max(1)) * u128::from(CENT_MICROS);
    let exact = u128::from(amount.micros()) * u128::from(numerator);
    let cents = (exact + divisor / 2) / divisor;
    u64::try_from(cents)
        .ok()
        .and_then(|cents| cents.checked_mul(CENT_MICROS))
        .and_then(Rjv::from_micros)
        .unwrap_or(Rjv::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rjv(text: &str) -> Rjv {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_has_two_decimals() {
        assert!(check(rjv("24.99")).is_ok());
        assert!(check(rjv("24.995")).is_err());
    }

    #[test]
    fn halves_go_up() {
        let ratio = |text: &str| text.parse().unwrap();
        for (price, times_as_much, expected) in [
            ("25", "1.1", "27.5"),
            ("25.01", "0.5", "12.51"),
            ("25.01", "0.4999", "12.5"),
            ("0.01", "0.4999", "0"),
        ] {
            assert_eq!(times(rjv(price), ratio(times_as_much)), rjv(expected));
        }
        assert_eq!(less(rjv("29.99"), ratio("10")), rjv("26.99"));
        assert_eq!(less(rjv("29.99"), ratio("100.5")), Rjv::ZERO);
        assert_eq!(average(rjv("100.01"), 2), rjv("50.01"));
        assert_eq!(times(Rjv::MAX, Ratio::MAX), Rjv::MAX);
    }

    proptest! {
        #[test]
        fn it_is_what_exact_rounding_says(micros in 0..=Rjv::MAX.micros(), units in 0..=Ratio::MAX.units()) {
            let (amount, ratio) = (Rjv::from_micros(micros).unwrap(), Ratio::from_units(units));
            let exact = rounding().apply(&ratio.of(amount));
            prop_assert_eq!(times(amount, ratio), exact.unwrap_or(Rjv::MAX));
            if ratio <= Ratio::HUNDRED {
                let rest = Ratio::from_units(Ratio::HUNDRED.units() - units);
                let exact = rounding().apply(&rest.percent_of(amount));
                prop_assert_eq!(Some(less(amount, ratio)), exact);
            }
        }
    }
}
