//! Pictures: where an app finds one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The address of a picture: an `https` URL of a host name and a path of plain characters, without user, port, query or fragment.
///
/// Apps show it without asking, so it can neither name a scheme that runs something nor carry a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Image(String);

/// Why a text is not the address of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a picture is an https URL of a host name and a path, at most {} characters, such as \"https://example.com/sauna.jpg\"",
    Image::CHARS_MAX
)]
pub struct InvalidImage;

impl Image {
    /// The longest address.
    pub const CHARS_MAX: usize = 500;

    /// What such addresses look like, as a regular expression.
    pub const PATTERN: &str = "^https://([a-z0-9]+(-[a-z0-9]+)*[.])+[a-z]+(/[A-Za-z0-9._~-]+)+$";
}

impl FromStr for Image {
    type Err = InvalidImage;

    fn from_str(text: &str) -> Result<Self, InvalidImage> {
        let rest = text.strip_prefix("https://").ok_or(InvalidImage)?;
        let (host, path) = rest.split_once('/').ok_or(InvalidImage)?;
        let (names, last) = host.rsplit_once('.').ok_or(InvalidImage)?;
        let fits = text.len() <= Self::CHARS_MAX
            && names.split('.').all(|name| {
                name.split('-')
                    .all(|part| made_of(part, |b| b.is_ascii_lowercase() || b.is_ascii_digit()))
            })
            && made_of(last, |b| b.is_ascii_lowercase())
            && path
                .split('/')
                .all(|part| made_of(part, |b| b.is_ascii_alphanumeric() || b"._~-".contains(&b)));
        fits.then(|| Self(text.to_owned())).ok_or(InvalidImage)
    }
}

/// Whether a part is there, and of nothing else.
fn made_of(part: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !part.is_empty() && part.bytes().all(allowed)
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Image> for String {
    fn from(image: Image) -> Self {
        image.0
    }
}

impl TryFrom<String> for Image {
    type Error = InvalidImage;

    fn try_from(text: String) -> Result<Self, InvalidImage> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_a_plain_address() {
        for text in [
            "https://example.com/sauna.jpg",
            "https://img-1.example.co/a/b_c~d-1.webp",
        ] {
            assert_eq!(text.parse::<Image>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "http://example.com/a.jpg",
            "javascript:alert(1)",
            "https://example.com",
            "https://example.com/",
            "https://example.com//a.jpg",
            "https://localhost/a.jpg",
            "https://127.0.0.1/a.jpg",
            "https://user@example.com/a.jpg",
            "https://example.com:8080/a.jpg",
            "https://example.com/a.jpg?token=1",
            "https://example.com/a.jpg#top",
            "https://example.com/a b.jpg",
            "https://EXAMPLE.com/a.jpg",
            "https://-a.example.com/a.jpg",
            "https://bücher.example/a.jpg",
        ] {
            assert_eq!(text.parse::<Image>(), Err(InvalidImage), "{text}");
        }
        let longest = format!("https://example.com/{}", "a".repeat(480));
        assert!(longest.parse::<Image>().is_ok());
        assert_eq!(format!("{longest}a").parse::<Image>(), Err(InvalidImage));
    }
}
