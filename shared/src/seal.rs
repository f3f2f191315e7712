//! Secret keys with versions, texts that only we can have written, and a vault for texts that only we can read.

mod vault;

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

pub use self::vault::{Ciphertext, Place, Vault};

/// The versions of one secret. The newest writes, all of them read, so that a secret can be rotated without a gap.
#[derive(Clone, Debug)]
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
}

/// The secrets that sign quotes and cursors.
#[derive(Clone, Debug)]
pub struct Signing(pub Keyring);

/// One version of a secret.
#[derive(Clone)]
pub struct Key {
    /// Which version it is. Later versions have higher numbers.
    pub version: u32,
    mac: Hmac<Sha256>,
}

/// Why a text is not a keyring.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a keyring is a JSON object of version numbers and secrets of at least 32 characters")]
pub struct InvalidKeyring;

/// A message authentication code, HMAC-SHA-256 (RFC 2104).
pub type Tag = [u8; 32];

const SECRET_CHARS_MIN: usize = 32;

impl Keyring {
    /// Reads `{"1": "<secret>", "2": "<secret>"}`, the shape in which the secrets are kept.
    pub fn parse(json: &str) -> Result<Self, InvalidKeyring> {
        let secrets: BTreeMap<u32, String> =
            serde_json::from_str(json).map_err(|_| InvalidKeyring)?;
        let mut keys = secrets
            .iter()
            .rev()
            .map(|(version, secret)| Key::new(*version, secret));
        let newest = keys.next().ok_or(InvalidKeyring)??;
        Ok(Self {
            newest,
            older: keys.collect::<Result<_, _>>()?,
        })
    }

    /// The version that writes.
    pub fn newest(&self) -> &Key {
        &self.newest
    }

    /// All versions, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    /// The version with this number.
    pub fn find(&self, version: u32) -> Option<&Key> {
        self.iter().find(|key| key.version == version)
    }
}

impl Key {
    fn new(version: u32, secret: &str) -> Result<Self, InvalidKeyring> {
        if secret.len() < SECRET_CHARS_MIN {
            return Err(InvalidKeyring);
        }
        let mac = Hmac::new_from_slice(secret.as_bytes()).map_err(|_| InvalidKeyring)?;
        Ok(Self { version, mac })
    }

    /// The code of `parts` under `purpose`. Codes for different purposes have nothing in common.
    pub fn tag(&self, purpose: &str, parts: &[&[u8]]) -> Tag {
        self.fed(purpose, parts).finalize().into_bytes().into()
    }

    /// Whether `tag` is that code. Takes the same time whichever byte differs.
    fn verifies(&self, purpose: &str, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.fed(purpose, parts).verify_slice(tag).is_ok()
    }

    fn fed(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        // Each part goes in behind its length, so that no two lists of parts look alike.
        std::iter::once(purpose.as_bytes())
            .chain(parts.iter().copied())
            .fold(self.mac.clone(), |mac, part| {
                mac.chain_update((part.len() as u64).to_be_bytes())
                    .chain_update(part)
            })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key version {}", self.version)
    }
}

/// Writes `value` as a text that [`open`] reads back under the same purpose, and that nobody else can write.
/// It hides nothing: the value is readable by whoever holds the text.
pub fn seal<T: Serialize>(
    keys: &Keyring,
    purpose: &str,
    value: &T,
) -> Result<String, serde_json::Error> {
    let (key, payload) = (keys.newest(), serde_json::to_vec(value)?);
    let tag = key.tag(purpose, &[&payload]);
    Ok(format!(
        "{}.{}.{}",
        key.version,
        BASE64URL_NOPAD.encode(&payload),
        BASE64URL_NOPAD.encode(&tag)
    ))
}

/// Reads a text written by [`seal`] under the same purpose, and the version of the key that wrote it; none if none did.
pub fn open<T: DeserializeOwned>(keys: &Keyring, purpose: &str, text: &str) -> Option<(u32, T)> {
    let (version, rest) = text.split_once('.')?;
    let (payload, tag) = rest.split_once('.')?;
    let key = keys.iter().find(|key| key.version.to_string() == version)?;
    let payload = BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?;
    let tag = BASE64URL_NOPAD.decode(tag.as_bytes()).ok()?;
    let genuine = key.verifies(purpose, &[&payload], &tag);
    genuine
        .then(|| Some((key.version, serde_json::from_slice(&payload).ok()?)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(versions: &[u32]) -> Keyring {
        let secrets = versions
            .iter()
            .map(|version| (*version, version.to_string().repeat(32)))
            .collect::<BTreeMap<_, _>>();
        Keyring::parse(&serde_json::to_string(&secrets).unwrap()).unwrap()
    }

    #[test]
    fn an_older_version_still_opens_after_rotation() {
        let text = seal(&keys(&[1]), "quote", &7).unwrap();

        assert_eq!(open(&keys(&[1, 2]), "quote", &text), Some((1, 7)));
        assert_eq!(open::<u32>(&keys(&[2]), "quote", &text), None);
    }

    #[test]
    fn another_purpose_does_not_open() {
        let text = seal(&keys(&[1]), "quote", &7).unwrap();

        assert_eq!(open::<u32>(&keys(&[1]), "cursor", &text), None);
    }

    #[test]
    fn a_weak_or_empty_keyring_is_refused() {
        for json in [
            "",
            "{}",
            "[]",
            r#"{"1":"short"}"#,
            r#"{"one":"01234567890123456789012345678901"}"#,
        ] {
            assert!(Keyring::parse(json).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_text_changed_anywhere_does_not_open(value: u64, position: prop::sample::Index, byte in 33_u8..127) {
            let text = seal(&keys(&[1]), "quote", &value).unwrap();
            let mut changed = text.clone().into_bytes();
            let position = position.index(changed.len());
            prop_assume!(changed[position] != byte);
            changed[position] = byte;
            prop_assert_eq!(open::<u64>(&keys(&[1]), "quote", std::str::from_utf8(&changed).unwrap()), None);
        }

        #[test]
        fn no_text_makes_open_panic(text in "\\PC{0,200}") {
            prop_assert_eq!(open::<u64>(&keys(&[1]), "quote", &text), None);
        }
    }
}
