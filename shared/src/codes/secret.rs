//! The text of a code: how it is made from a secret, checked without a read, and turned into the name of its item.
//!
//! A code has 16 characters of 5 bits, 80 bits cut from an HMAC, and 2 check characters from another. Its alphabet is
//! Crockford's base 32 (<https://www.crockford.com/base32.html>), which has no I, L, O or U.

use std::fmt;

use uuid::Uuid;

use crate::id::{CodeId, PartnerId};
use crate::seal::{Key, Keyring};

/// The secrets from which codes are made. Who has them, and the [`Lookup`] secrets, can write any code.
#[derive(Clone, Debug)]
pub struct Mint(pub Keyring);

/// The secrets by which a code is checked and found. They do not suffice to make a code.
#[derive(Clone, Debug)]
pub struct Lookup(pub Keyring);

/// The text of a code in its one form: upper case, no separators.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodeText(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BODY_CHARS: usize = 16;
const CHECK_CHARS: usize = 2;
const CODE_CHARS: usize = BODY_CHARS + CHECK_CHARS;
const GROUP_CHARS: usize = 6;

/// Longer inputs are not codes in any spelling, and are not looked at.
const INPUT_CHARS_MAX: usize = 64;

/// The code number `index` of a seed: of a quote, or of a job that prints codes. None if a secret has no such version.
pub fn mint(
    mint: &Mint,
    lookup: &Lookup,
    version: u32,
    seed: Uuid,
    index: u32,
) -> Option<CodeText> {
    let tag = mint
        .0
        .find(version)?
        .tag("code", &[seed.as_bytes(), &index.to_be_bytes()]);
    let body = characters(&tag, BODY_CHARS);
    let check = check(lookup.0.find(version)?, &body);
    Some(CodeText(body + &check))
}

impl Lookup {
    /// The names under which a code with this text may be known. Empty for almost every text that is not a code:
    /// 1023 of 1024 fail the check characters, and cost no read.
    pub fn find(&self, input: &str) -> Vec<CodeId> {
        let Some(text) = CodeText::read(input) else {
            return Vec::new();
        };
        self.0.iter().filter_map(|key| text.id(key)).collect()
    }

    /// The name of a code that was minted with this version of the secrets.
    pub fn id(&self, version: u32, text: &CodeText) -> Option<CodeId> {
        text.id(self.0.find(version)?)
    }
}

impl Lookup {
    /// The name that a code has which a partner brought, under this version of the secrets: the same for every spelling. None
    /// if the secrets have no such version, or if no partner can bring such a text.
    pub fn imported(&self, version: u32, partner: PartnerId, input: &str) -> Option<CodeId> {
        let text = normalised(input)?;
        Some(imported_id(self.0.find(version)?, partner, &text))
    }

    /// The names under which such a code may be known, one for each version.
    pub fn find_imported(&self, partner: PartnerId, input: &str) -> Vec<CodeId> {
        let Some(text) = normalised(input) else {
            return Vec::new();
        };
        let id = |key| imported_id(key, partner, &text);
        self.0.iter().map(id).collect()
    }
}

/// The one form of a text that a partner brings as a code: upper case, without spaces and dashes, of printable ASCII
/// characters. None if it has no such form of 1 to 64 characters.
pub fn normalised(input: &str) -> Option<String> {
    if input.len() > INPUT_CHARS_MAX {
        return None;
    }
    let text: String = input.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_ascii_uppercase())
}

fn imported_id(key: &Key, partner: PartnerId, text: &str) -> CodeId {
    let digest = key.tag("imported", &[partner.uuid().as_bytes(), text.as_bytes()]);
    let number = digest.first_chunk::<16>().copied().unwrap_or_default();
    CodeId::new(Uuid::from_bytes(number))
}

impl CodeText {
    /// Reads a code as people write it: any case, with spaces and dashes, O for 0, I or L for 1.
    fn read(input: &str) -> Option<Self> {
        if input.len() > INPUT_CHARS_MAX {
            return None;
        }
        let spelled = input.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| {
            match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            }
        });
        let text: String = spelled.collect();
        let known = text.len() == CODE_CHARS && text.bytes().all(|byte| ALPHABET.contains(&byte));
        known.then_some(Self(text))
    }

    /// The name of this code under `key`, if its check characters are right.
    fn id(&self, key: &Key) -> Option<CodeId> {
        let (body, given) = self.0.split_at_checked(BODY_CHARS)?;
        let digest = key.tag("digest", &[body.as_bytes()]);
        let number = digest.first_chunk::<16>()?;
        (check(key, body) == given).then(|| CodeId::new(Uuid::from_bytes(*number)))
    }

    /// The last four characters, by which its holder knows it.
    pub fn last4(&self) -> &str {
        self.0.get(CODE_CHARS - 4..).unwrap_or_default()
    }
}

/// The code as it is shown: in groups, for reading aloud.
impl fmt::Display for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP_CHARS == 0 {
                f.write_str("-")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

/// A code does not belong into a log.
impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code ending in {}", self.last4())
    }
}

/// How a code is shown where it is not to be read: its shape, and its last four characters.
pub fn masked(last4: &str) -> String {
    format!("••••••-••••••-••{last4}")
}

fn check(key: &Key, body: &str) -> String {
    characters(&key.tag("check", &[body.as_bytes()]), CHECK_CHARS)
}

/// The first `count` groups of five bits as characters.
fn characters(bytes: &[u8], count: usize) -> String {
    let bits = bytes.iter().flat_map(|byte| {
        (0..8)
            .rev()
            .map(move |place| usize::from(byte >> place & 1))
    });
    let bits: Vec<usize> = bits.take(count * 5).collect();
    let character = |bits: &[usize]| bits.iter().fold(0, |value, bit| value * 2 + bit);
    bits.chunks(5)
        .filter_map(|bits| ALPHABET.get(character(bits)))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keyring(letter: &str) -> Keyring {
        Keyring::parse(&format!(
            r#"{{"1":"{}","2":"{}"}}"#,
            letter.repeat(64),
            letter.repeat(63)
        ))
        .unwrap()
    }

    fn secrets() -> (Mint, Lookup) {
        (Mint(keyring("m")), Lookup(keyring("l")))
    }

    fn sample(index: u32) -> CodeText {
        let (minting, lookup) = secrets();
        mint(&minting, &lookup, 2, Uuid::from_u128(7), index).unwrap()
    }

    #[test]
    fn a_code_is_shown_in_groups_and_masked_to_its_last_four() {
        let shown = sample(0).to_string();

        assert_eq!(shown.len(), 20);
        assert_eq!(
            shown.split('-').map(str::len).collect::<Vec<_>>(),
            [6, 6, 6]
        );
        assert!(shown.ends_with(sample(0).last4()));
        assert_eq!(
            format!("{:?}", sample(0)),
            format!("code ending in {}", sample(0).last4())
        );
    }

    #[test]
    fn any_spelling_finds_the_code_under_the_version_that_minted_it() {
        let (_, lookup) = secrets();
        let text = sample(0);
        let id = lookup.id(2, &text).unwrap();
        let shown = text.to_string();

        for spelling in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            shown.replace('0', "o"),
            shown.replace('1', "l"),
        ] {
            assert!(lookup.find(&spelling).contains(&id), "{spelling}");
        }
        assert_eq!(lookup.id(1, &text), None);
        assert_eq!(lookup.id(3, &text), None);
    }

    #[test]
    fn codes_of_one_quote_differ_and_come_back_the_same() {
        assert_eq!(sample(1), sample(1));
        assert_ne!(sample(0), sample(1));
    }

    #[test]
    fn guesses_are_refused_by_the_check_characters() {
        let (_, lookup) = secrets();
        let guess = |number: u128| {
            CodeText(characters(
                &number
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
                    .to_be_bytes(),
                CODE_CHARS,
            ))
        };

        let passed = (1..=20_000)
            .filter(|number| !lookup.find(&guess(*number).0).is_empty())
            .count();

        // Two versions of the secrets, one chance in 1024 each: 39 of 20,000 are expected.
        assert!(passed < 80, "{passed} of 20,000 guesses passed");
    }

    proptest! {
        #[test]
        fn no_input_makes_finding_panic(input in "\\PC{0,80}") {
            secrets().1.find(&input);
        }

        #[test]
        fn one_wrong_character_is_noticed(index in 0_u32..100, place in 0_usize..CODE_CHARS, other in 0_usize..32) {
            let (_, lookup) = secrets();
            let text = sample(index).0;
            let mut typo = text.clone().into_bytes();
            prop_assume!(typo[place] != ALPHABET[other]);
            typo[place] = ALPHABET[other];
            let id = lookup.id(2, &CodeText(text)).unwrap();
            prop_assert!(!lookup.find(std::str::from_utf8(&typo).unwrap()).contains(&id));
        }
    }
}
