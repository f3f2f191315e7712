//! The vault: texts that others entrusted to us, kept so that only we can read them.
//!
//! The cipher is XChaCha20-Poly1305. A nonce is derived from what is sealed and from the place it is sealed for: the same text for
//! the same place is the same ciphertext, so that writing it again changes nothing, and two texts never share a nonce.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{Key, Keyring};
use crate::error::Failure;
use crate::id::{CodeId, ProductId};

/// The secrets that lock the codes which partners gave us.
#[derive(Clone, Debug)]
pub struct Vault(pub Keyring);

/// A locked text: the nonce and what the cipher made of the text, in base 64. It can be shown to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ciphertext(String);

/// What a text is locked for. In any other place it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The product it is a code for.
    pub product_id: ProductId,
    /// The name of the code.
    pub code_id: CodeId,
}

impl From<Ciphertext> for String {
    fn from(Ciphertext(text): Ciphertext) -> Self {
        text
    }
}

impl From<String> for Ciphertext {
    fn from(text: String) -> Self {
        Self(text)
    }
}

const NONCE_BYTES: usize = 24;

impl Vault {
    /// Locks `text` with the newest version of the secret; answers that version.
    pub fn seal(&self, place: Place, text: &str) -> Result<(u32, Ciphertext), Failure> {
        let key = self.0.newest();
        let nonce = nonce(key, place, text);
        let payload = Payload {
            msg: text.as_bytes(),
            aad: &place.bytes(),
        };
        let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Failure::broken("sealing a code"))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok((key.version, Ciphertext(BASE64URL_NOPAD.encode(&bytes))))
    }

    /// Unlocks what [`seal`](Self::seal) locked for this place with this version of the secret.
    pub fn open(&self, place: Place, version: u32, sealed: &Ciphertext) -> Result<String, Failure> {
        let key = self.0.find(version).ok_or_else(|| {
            Failure::broken(format!(
                "the secret of the vault has no version {version}, which sealed a code"
            ))
        })?;
        self::open(key, place, sealed).ok_or_else(|| {
            Failure::broken(format!("what is sealed as {} does not open", place.code_id))
        })
    }
}

impl Place {
    fn bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let (product, code) = bytes.split_at_mut(16);
        product.copy_from_slice(self.product_id.uuid().as_bytes());
        code.copy_from_slice(self.code_id.uuid().as_bytes());
        bytes
    }
}

fn open(key: &Key, place: Place, Ciphertext(sealed): &Ciphertext) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload {
        msg: sealed,
        aad: &place.bytes(),
    };
    let text = cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()?;
    String::from_utf8(text).ok()
}

/// The cipher of one version of the secret. Its key has nothing in common with what the secret is used for elsewhere.
fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.tag("vault key", &[]).into())
}

fn nonce(key: &Key, place: Place, text: &str) -> [u8; NONCE_BYTES] {
    let tag = key.tag("vault nonce", &[&place.bytes(), text.as_bytes()]);
    let mut nonce = [0; NONCE_BYTES];
    nonce.iter_mut().zip(tag).for_each(|(to, from)| *to = from);
    nonce
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn vault(versions: &[u32]) -> Vault {
        let secrets: std::collections::BTreeMap<u32, String> = versions
            .iter()
            .map(|version| (*version, version.to_string().repeat(32)))
            .collect();
        Vault(Keyring::parse(&serde_json::to_string(&secrets).unwrap()).unwrap())
    }

    fn place(product: u128, code: u128) -> Place {
        Place {
            product_id: ProductId::new(Uuid::from_u128(product)),
            code_id: CodeId::new(Uuid::from_u128(code)),
        }
    }

    #[test]
    fn an_older_version_still_opens_after_rotation() {
        let (version, sealed) = vault(&[1]).seal(place(1, 2), "SPRING-7").unwrap();

        let opened = vault(&[1, 2]).open(place(1, 2), version, &sealed);
        assert_eq!(opened.unwrap(), "SPRING-7");
        assert!(vault(&[2]).open(place(1, 2), version, &sealed).is_err());
        assert_eq!(vault(&[1, 2]).seal(place(1, 2), "SPRING-7").unwrap().0, 2);
    }

    #[test]
    fn the_same_text_in_the_same_place_is_sealed_the_same() {
        let seal = |place, text| vault(&[1]).seal(place, text).unwrap().1;
        let sealed = seal(place(1, 2), "SPRING-7");

        assert_eq!(seal(place(1, 2), "SPRING-7"), sealed);
        for other in [
            seal(place(1, 3), "SPRING-7"),
            seal(place(2, 2), "SPRING-7"),
            seal(place(1, 2), "spring-7"),
        ] {
            assert_ne!(other.0.get(..32), sealed.0.get(..32), "the nonces meet");
        }
    }

    #[test]
    fn in_another_place_it_does_not_open() {
        let (version, sealed) = vault(&[1]).seal(place(1, 2), "SPRING-7").unwrap();

        for elsewhere in [place(1, 3), place(2, 2), place(2, 1)] {
            let refused = vault(&[1]).open(elsewhere, version, &sealed).unwrap_err();
            assert!(!refused.chain().contains("SPRING"), "{}", refused.chain());
        }
    }

    /// What was sealed in the past has to open as long as its secret is there, so nothing of how it is sealed may change. The
    /// constants were computed by other means than this code: HMAC-SHA-256 and XChaCha20-Poly1305 of another language.
    const GOLDEN: [(u32, u128, u128, &str, &str); 3] = [
        (
            1,
            1,
            2,
            "SPRING-7",
            "qP4GKrkIzCjw9XU2UwG37gpqpZVEEJHM9SxTXroMjc1cZRO0ed7JkISgnP_I00vG",
        ),
        (
            2,
            1,
            2,
            "SPRING-7",
            "qnBe4t_85GCH1pT_0ieCDS47U0qeuliLCtYV_QHv49VpBD8WkxR8aeRXPxHKkvYO",
        ),
        (
            1,
            0xffee_ddcc_bbaa_9988_7766_5544_3322_1100,
            3,
            "a",
            "xFa4WUTqM1SnC52wJOd_FQV0FDAbOee3J4I90nu_kqKkSA0VI1yhyII",
        ),
    ];

    #[test]
    fn what_is_sealed_looks_as_it_always_did() {
        for (version, product, code, text, sealed) in GOLDEN {
            let (place, sealed) = (place(product, code), Ciphertext(sealed.to_owned()));
            let made = vault(&[version]).seal(place, text).unwrap();
            assert_eq!(made, (version, sealed.clone()), "{text}");
            let opened = vault(&[1, 2, 3]).open(place, version, &sealed);
            assert_eq!(opened.unwrap(), text);
        }
    }

    #[test]
    fn another_secret_and_another_version_do_not_open() {
        let (version, sealed) = vault(&[1]).seal(place(1, 2), "SPRING-7").unwrap();
        let keys = format!(r#"{{"1":"{}"}}"#, "x".repeat(32));
        let stranger = Vault(Keyring::parse(&keys).unwrap());

        assert!(stranger.open(place(1, 2), version, &sealed).is_err());
        assert!(vault(&[1, 2]).open(place(1, 2), 2, &sealed).is_err());
        let missing = vault(&[1, 2]).open(place(1, 2), 3, &sealed).unwrap_err();
        assert!(missing.chain().contains("no version 3"), "{missing:?}");
    }

    #[test]
    fn what_is_cut_off_or_goes_on_does_not_open() {
        let (version, sealed) = vault(&[1]).seal(place(1, 2), "SPRING-7").unwrap();
        let bytes = BASE64URL_NOPAD.decode(sealed.0.as_bytes()).unwrap();
        assert_eq!(bytes.len(), NONCE_BYTES + "SPRING-7".len() + 16);
        let open = |bytes: &[u8]| {
            let sealed = Ciphertext(BASE64URL_NOPAD.encode(bytes));
            vault(&[1]).open(place(1, 2), version, &sealed)
        };

        assert_eq!(open(&bytes).unwrap(), "SPRING-7");
        for length in 0..bytes.len() {
            assert!(open(&bytes[..length]).is_err(), "{length} bytes");
            assert!(open(&bytes[length + 1..]).is_err(), "from {length} on");
        }
        assert!(open(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(text in "[!-~]{4,64}", product: u128, code: u128) {
            let (version, sealed) = vault(&[3]).seal(place(product, code), &text).unwrap();
            prop_assert!(!sealed.0.contains(&text));
            prop_assert_eq!(vault(&[3]).open(place(product, code), version, &sealed).unwrap(), text);
        }

        #[test]
        fn a_ciphertext_changed_anywhere_does_not_open(bit in 0_usize..8, position in any::<prop::sample::Index>()) {
            let (version, sealed) = vault(&[1]).seal(place(1, 2), "SPRING-2027-ABCD").unwrap();
            let mut bytes = BASE64URL_NOPAD.decode(sealed.0.as_bytes()).unwrap();
            let position = position.index(bytes.len());
            bytes[position] ^= 1 << bit;
            let changed = Ciphertext(BASE64URL_NOPAD.encode(&bytes));
            prop_assert!(vault(&[1]).open(place(1, 2), version, &changed).is_err());
        }

        #[test]
        fn no_text_makes_open_panic(text in "\\PC{0,120}") {
            prop_assert!(vault(&[1]).open(place(1, 2), 1, &Ciphertext(text)).is_err());
        }
    }
}
