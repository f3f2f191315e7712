//! Prices are multiples of 0.01 RJV, and each step to them is rounded half up at once, so that what is shown adds up.

use crate::amount::Rjv;
use crate::invalid::Invalid;

/// What prices are multiples of.
const CENT_MICROS: u64 = 10_000;

/// Whether an amount is such a multiple.
pub fn check(amount: Rjv) -> Result<(), Invalid> {
    if amount.micros().is_multiple_of(CENT_MICROS) {
        return Ok(());
    }
    Err(Invalid::at(
        "",
        "a price has at most 2 digits behind the point",
    ))
}
