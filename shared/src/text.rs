//! Short texts that people and partners choose.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text of `MIN` to `MAX` characters without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// What a client calls a thing, so that a repeated request names the same thing.
pub type Reference = Text<1, 64>;

/// Why a text is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a text of {min} to {max} characters without control characters is expected")]
pub struct InvalidText {
    min: usize,
    max: usize,
}

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Text<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> From<Text<MIN, MAX>> for String {
    fn from(text: Text<MIN, MAX>) -> Self {
        text.0
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = InvalidText;

    fn try_from(text: String) -> Result<Self, InvalidText> {
        let fits = (MIN..=MAX).contains(&text.chars().count()) && !text.chars().any(is_unprintable);
        fits.then_some(Self(text))
            .ok_or(InvalidText { min: MIN, max: MAX })
    }
}

/// Control characters, and the two noncharacters that queues and topics refuse to carry.
fn is_unprintable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Text::<1, 3>::try_from("äöü".to_owned()).is_ok());
        for text in ["", "abcd", "a\nb", "\u{0}", "\u{85}", "\u{ffff}"] {
            assert!(Text::<1, 3>::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
