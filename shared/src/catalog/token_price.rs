//! What a code costs at first.

use serde::{Deserialize, Serialize};

use crate::amount::{InvalidAmount, Rjv};

/// What one code may cost at first: 20 to 30 RJV, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TokenPrice(Rjv);

/// Why an amount is not the price of a code.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPrice {
    /// It is not an amount.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// It is too low, too high or too fine.
    #[error(
        "a code costs {} to {} RJV, in hundredths",
        TokenPrice::MIN,
        TokenPrice::MAX
    )]
    OutOfRange,
}

/// The finest price: a hundredth of a token.
const STEP_MICROS: u64 = 10_000;

impl TokenPrice {
    /// The least a code may cost at first.
    pub const MIN: Rjv = Rjv::whole(20);
    /// The most a code may cost at first.
    pub const MAX: Rjv = Rjv::whole(30);

    /// The price as an amount.
    pub fn amount(self) -> Rjv {
        self.0
    }
}

impl TryFrom<String> for TokenPrice {
    type Error = InvalidPrice;

    fn try_from(text: String) -> Result<Self, InvalidPrice> {
        let amount: Rjv = text.parse()?;
        let fits = (Self::MIN..=Self::MAX).contains(&amount)
            && amount.micros().is_multiple_of(STEP_MICROS);
        fits.then_some(Self(amount)).ok_or(InvalidPrice::OutOfRange)
    }
}

impl From<TokenPrice> for String {
    fn from(price: TokenPrice) -> Self {
        price.0.to_string()
    }
}
