//! Small numbers of things, bounded from both sides.

use serde::{Deserialize, Serialize};

/// A number of things: 1 to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Count<const MAX: u32>(u32);

/// Why a number is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number from 1 to {max} is expected")]
pub struct InvalidCount {
    max: u32,
}

impl<const MAX: u32> Count<MAX> {
    /// The largest number.
    pub const MAX: u32 = MAX;

    /// A number that is known to fit. Meant for constants: it is evaluated at compile time and refuses what does not fit.
    ///
    /// # Panics
    ///
    /// If the number does not fit.
    pub const fn of(count: u32) -> Self {
        assert!(count >= 1 && count <= MAX, "the number does not fit");
        Self(count)
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const MAX: u32> TryFrom<u32> for Count<MAX> {
    type Error = InvalidCount;

    fn try_from(count: u32) -> Result<Self, InvalidCount> {
        (1..=MAX)
            .contains(&count)
            .then_some(Self(count))
            .ok_or(InvalidCount { max: MAX })
    }
}

impl<const MAX: u32> From<Count<MAX>> for u32 {
    fn from(count: Count<MAX>) -> Self {
        count.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_begins_at_one_and_ends_at_its_largest() {
        for count in [1, 2, 3] {
            assert_eq!(Count::<3>::try_from(count).map(Count::get), Ok(count));
        }
        for count in [0, 4, u32::MAX] {
            let refused = Count::<3>::try_from(count).unwrap_err();
            assert_eq!(refused.to_string(), "a number from 1 to 3 is expected");
        }
    }
}
