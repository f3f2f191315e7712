//! The text of a code that a partner gave us, and what it may look like.

use std::fmt;

use super::normalised;

/// A code as its partner writes it: 4 to 64 printable characters of ASCII, no spaces.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportedText(String);

/// Why a text is not a code of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is too short or too long.
    Length,
    /// It has characters that codes do not have.
    Characters,
}

impl ImportedText {
    /// The fewest characters, not counting dashes.
    pub const CHARS_MIN: usize = 4;
    /// The most characters.
    pub const CHARS_MAX: usize = 64;

    /// Reads a code; space around it does not count.
    pub fn read(input: &str) -> Result<Self, Unfit> {
        let text = input.trim();
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unfit::Characters);
        }
        if text.len() > Self::CHARS_MAX
            || normalised(text).unwrap_or_default().len() < Self::CHARS_MIN
        {
            return Err(Unfit::Length);
        }
        Ok(Self(text.to_owned()))
    }

    /// The code as its partner writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last four characters; fewer where fewer than four would stay hidden.
    pub fn last4(&self) -> &str {
        let shown = self.0.len().saturating_sub(4).min(4);
        self.0.get(self.0.len() - shown..).unwrap_or_default()
    }
}

/// A code does not belong into a log.
impl fmt::Debug for ImportedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code ending in {}", self.last4())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> ImportedText {
        ImportedText::read(text).unwrap()
    }

    #[test]
    fn codes_have_4_to_64_printable_characters() {
        for text in ["ABCD", " ABCD\r", "a-b-c-d", "~!@#", &"x".repeat(64)] {
            assert!(ImportedText::read(text).is_ok(), "{text:?}");
        }
        for text in ["", "   ", "ABC", "A-B-C", "----", &"x".repeat(65)] {
            assert_eq!(ImportedText::read(text), Err(Unfit::Length), "{text:?}");
        }
        for text in ["AB CD", "AB\tCD", "ÄBCD", "AB\u{7f}CD", "code\u{200b}"] {
            assert_eq!(ImportedText::read(text), Err(Unfit::Characters), "{text:?}");
        }
    }

    #[test]
    fn at_least_four_characters_stay_hidden() {
        for (text, shown) in [
            ("ABCD", ""),
            ("ABCDE", "E"),
            ("ABCDEFG", "EFG"),
            ("ABCDEFGHIJ", "GHIJ"),
        ] {
            assert_eq!(read(text).last4(), shown);
            assert!(!format!("{:?}", read(text)).contains(text));
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_reading_panic(input in "\\PC{0,80}") {
            if let Ok(text) = ImportedText::read(&input) {
                prop_assert!(text.last4().len() + 4 <= text.as_str().len());
            }
        }
    }
}
