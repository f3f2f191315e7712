//! Short texts that people and partners choose.

use std::fmt;
use std::str::FromStr;

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

impl<const MAX: usize> Default for Text<0, MAX> {
    fn default() -> Self {
        Self(String::new())
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

/// A name that administrators or apps choose: lower-case letters and digits, joined by `-` or `_`, a letter first, at most 40
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Word(String);

/// Why a text is not a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a word is lower-case letters and digits joined by `-` or `_`, a letter first, at most {} characters",
    Word::CHARS_MAX
)]
pub struct InvalidWord;

impl Word {
    /// What belongs to no narrower kind.
    pub fn general() -> Self {
        Self("general".to_owned())
    }

    /// The longest word.
    pub const CHARS_MAX: usize = 40;

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl TryFrom<String> for Word {
    type Error = InvalidWord;

    fn try_from(text: String) -> Result<Self, InvalidWord> {
        text.parse()
    }
}

impl FromStr for Word {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let joined = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let fits = text.len() <= Self::CHARS_MAX
            && text.split(['-', '_']).all(joined)
            && text.starts_with(|c: char| c.is_ascii_lowercase());
        fits.then(|| Self(text.to_owned())).ok_or(InvalidWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_lower_case_and_joined() {
        for text in ["app-streak", "a", "read_10_articles"] {
            assert!(text.parse::<Word>().is_ok(), "{text}");
        }
        for text in [
            "",
            "_",
            "a--b",
            "-a",
            "a-",
            "App",
            "a b",
            "1a",
            "ä",
            &"a".repeat(41),
        ] {
            assert_eq!(text.parse::<Word>(), Err(InvalidWord), "{text}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Text::<1, 3>::try_from("äöü".to_owned()).is_ok());
        for text in ["", "abcd", "a\nb", "\u{0}", "\u{85}", "\u{ffff}"] {
            assert!(Text::<1, 3>::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
