//! What goes wrong on our side, and whether trying again can help.

use std::error::Error as StdError;
use std::fmt;

/// What went wrong on our side. Outside it shows a request id and nothing else.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    context: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailureKind {
    Unavailable,
    Broken,
}

impl Failure {
    /// Something we depend on did not answer as it should; trying again may help. `context` says what we were doing.
    pub fn unavailable(context: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Unavailable,
            context: context.into(),
            source: None,
        }
    }

    /// A mistake of ours: a bug, a bad setting, an item nobody can read. Trying again cannot help.
    pub fn broken(context: impl Into<String>) -> Self {
        Self {
            kind: FailureKind::Broken,
            context: context.into(),
            source: None,
        }
    }

    /// The same with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the same request may succeed later.
    pub fn retryable(&self) -> bool {
        match self.kind {
            FailureKind::Unavailable => true,
            FailureKind::Broken => false,
        }
    }

    /// The whole story for the log: this and every cause behind it.
    pub fn chain(&self) -> String {
        let mut story = self.to_string();
        let mut cause = StdError::source(self);
        while let Some(error) = cause {
            story = format!("{story}: {error}");
            cause = error.source();
        }
        story
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_its_causes_only_in_the_chain() {
        let failure = Failure::unavailable("reading the wallet")
            .because(std::io::Error::other("connection reset"));

        assert_eq!(failure.to_string(), "reading the wallet");
        assert_eq!(failure.chain(), "reading the wallet: connection reset");
    }
}
