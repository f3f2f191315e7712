//! The two kinds of bad news, because two kinds of readers act on them differently.

mod failure;
mod rejection;

pub use self::failure::Failure;
pub use self::rejection::Rejection;
use crate::invalid::Invalid;

/// Bad news of either kind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is refused.
    #[error("refused")]
    Rejected(#[from] Rejection),
    /// The request failed.
    #[error("failed")]
    Failed(#[from] Failure),
}

impl From<Invalid> for Rejection {
    fn from(invalid: Invalid) -> Self {
        let Invalid { pointer, reason } = invalid;
        Self::InvalidBody { pointer, reason }
    }
}

#[cfg(test)]
mod tests;
