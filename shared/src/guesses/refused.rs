//! Why nothing is done with a text that a partner shows as a code.

use crate::error::{Error, Failure, Rejection};

/// Why nothing is done with it. To whoever shows it, a code of the partner that came to its end looks like one that is unknown;
/// but it is nothing that anybody guesses.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is no code of the partner.
    #[error("{}", Rejection::CodeNotRedeemable)]
    Unknown,
    /// It is one, and something speaks against it, or something failed.
    #[error(transparent)]
    Known(Error),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Rejection::CodeNotRedeemable.into(),
            Refused::Known(error) => error,
        }
    }
}

impl From<Rejection> for Refused {
    fn from(rejection: Rejection) -> Self {
        Self::Known(rejection.into())
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Known(failure.into())
    }
}
