//! How the total of a purchase is shared out among its codes.

use super::quantity::Quantity;
use crate::amount::Rjv;

/// What was paid for the code of this index (from 0) out of so many: the same for each, and what does not come out even goes to
/// the first ones, a millionth to each. All of them add up to the total.
pub fn paid(total: Rjv, quantity: Quantity, index: u32) -> Rjv {
    let count = u64::from(quantity.get());
    if u64::from(index) >= count {
        return Rjv::ZERO;
    }
    let (each, rest) = (total.micros() / count, total.micros() % count);
    let share = each + u64::from(u64::from(index) < rest);
    Rjv::from_micros(share).unwrap_or(total)
}
