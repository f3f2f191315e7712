//! What is wrong with a value that was put together of readable parts, and where in it.

/// Why a value is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid at `{pointer}`: {reason}")]
pub struct Invalid {
    /// Where in the value (RFC 6901), the empty text for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

impl Invalid {
    /// Something is wrong at a place.
    pub fn at(pointer: &str, reason: impl Into<String>) -> Self {
        Self {
            pointer: pointer.to_owned(),
            reason: reason.into(),
        }
    }

    /// The same of a larger value that has this one at `place`.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Self {
            pointer: format!("{place}{}", self.pointer),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_add_up() {
        let invalid = Invalid::at("/max/count", "too small").within("/limits/3");

        assert_eq!(invalid.pointer, "/limits/3/max/count");
        assert_eq!(invalid.reason, "too small");
    }
}
