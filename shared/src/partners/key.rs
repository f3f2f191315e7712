//! API keys and webhook secrets.

use std::fmt;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalog::Class;
use crate::error::Rejection;
use crate::id::{KeyId, PartnerId, derived};
use crate::text::Reference;
use crate::time::Timestamp;

/// The secret text of an API key: a prefix that scanners of leaked secrets can look for, and 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// The secret with which webhooks are signed, in the form of Standard Webhooks 1.0.0.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookSecret(String);

/// Whose key a request came with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The partner.
    pub partner_id: PartnerId,
    /// Its class.
    pub class: Class,
    /// The key.
    pub key_id: KeyId,
}

/// The live keys of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyring {
    /// Counts the changes.
    pub version: u32,
    /// The partner's class.
    pub class: Class,
    /// The keys, the oldest first.
    pub live: Vec<LiveKey>,
    /// The names of keys that were revoked. They do not live again, whatever late request asks for it.
    revoked: Vec<KeyId>,
    webhook_secret: WebhookSecret,
}

/// A key as anybody may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownKey<'a> {
    /// Whose it is.
    pub partner_id: PartnerId,
    /// Its name.
    pub key_id: KeyId,
    /// What the administrators call it.
    pub reference: &'a Reference,
    /// Since when it works.
    pub created_at: Timestamp,
}

/// A key as its partner's keyring lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveKey {
    /// Its name.
    pub key_id: KeyId,
    /// What the administrators call it.
    pub reference: Reference,
    /// Since when it works.
    pub created_at: Timestamp,
    /// What is known of its text.
    pub digest: String,
}

const PREFIX: &str = "rjvk_";

impl ApiKey {
    /// A key of these random bits.
    pub fn new(random: [u8; 32]) -> Self {
        Self(PREFIX.to_owned() + &BASE64URL_NOPAD.encode(&random))
    }

    /// Reads what a request came with; none if it has not the shape of a key.
    pub fn read(text: &str) -> Option<Self> {
        let random = BASE64URL_NOPAD
            .decode(text.strip_prefix(PREFIX)?.as_bytes())
            .ok()?;
        Some(Self::new(random.try_into().ok()?))
    }

    /// What is kept of it. With 256 random bits a plain hash cannot be guessed backwards.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.0.as_bytes()))
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("API key")
    }
}

impl WebhookSecret {
    /// A secret of these random bits.
    pub fn new(random: [u8; 32]) -> Self {
        Self(format!("whsec_{}", BASE64.encode(&random)))
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("webhook secret")
    }
}

impl LiveKey {
    /// A key that works from now on.
    pub fn new(partner: PartnerId, reference: Reference, key: &ApiKey, now: Timestamp) -> Self {
        let key_id = KeyId::new(derived(&["key", &partner.to_string(), reference.as_str()]));
        Self {
            key_id,
            reference,
            created_at: now,
            digest: key.digest(),
        }
    }

    /// The key without what is known of its text.
    pub fn known(&self, partner_id: PartnerId) -> KnownKey<'_> {
        KnownKey {
            partner_id,
            key_id: self.key_id,
            reference: &self.reference,
            created_at: self.created_at,
        }
    }
}

impl Keyring {
    /// Two, so that a partner can move from one key to the next without a gap.
    pub const LIVE_MAX: usize = 2;

    /// The keyring of a partner with its first key.
    pub fn new(class: Class, key: LiveKey, webhook_secret: WebhookSecret) -> Self {
        Self {
            version: 1,
            class,
            live: vec![key],
            revoked: Vec::new(),
            webhook_secret,
        }
    }

    /// The keyring with another key.
    pub fn with(&self, key: LiveKey) -> Result<Self, Rejection> {
        let key_id = key.key_id;
        if self.live.iter().any(|live| live.key_id == key_id) || self.revoked.contains(&key_id) {
            return Err(Rejection::KeyExists {
                key_id: key_id.to_string(),
            });
        }
        if self.live.len() >= Self::LIVE_MAX {
            return Err(Rejection::TooManyKeys {
                keys_max: Self::LIVE_MAX,
            });
        }
        let mut keyring = self.next();
        keyring.live.push(key);
        Ok(keyring)
    }

    /// The keyring without this key, and the key; none if it was revoked before.
    pub fn without(&self, key: KeyId) -> Result<Option<(Self, LiveKey)>, Rejection> {
        if self.revoked.contains(&key) {
            return Ok(None);
        }
        let place = self.live.iter().position(|live| live.key_id == key);
        let mut keyring = self.next();
        let revoked = keyring.live.remove(place.ok_or(Rejection::KeyNotFound)?);
        keyring.revoked.push(key);
        Ok(Some((keyring, revoked)))
    }

    fn next(&self) -> Self {
        Self {
            version: self.version.saturating_add(1),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn live(reference: &str) -> LiveKey {
        let reference = Reference::try_from(reference.to_owned()).unwrap();
        LiveKey::new(
            PartnerId::new(Uuid::from_u128(1)),
            reference,
            &ApiKey::new([7; 32]),
            "2026-11-23T08:00:00Z".parse().unwrap(),
        )
    }

    #[test]
    fn a_key_is_read_back_and_nothing_else_is() {
        let key = ApiKey::new([7; 32]);

        assert_eq!(ApiKey::read(key.reveal()), Some(key.clone()));
        for text in [
            "",
            "rjvk_",
            "rjvk_abc",
            &key.reveal()[1..],
            &format!("{}A", key.reveal()),
            &"a".repeat(10_000),
        ] {
            assert_eq!(ApiKey::read(text), None, "{text:?}");
        }
        assert!(!format!("{key:?}").contains(key.reveal()));
    }

    #[test]
    fn a_partner_has_at_most_two_live_keys_and_may_change_them() {
        let keyring = Keyring::new(Class::Standard, live("first"), WebhookSecret::new([1; 32]));

        let two = keyring.with(live("second")).unwrap();

        assert_eq!(
            two.with(live("third")),
            Err(Rejection::TooManyKeys { keys_max: 2 })
        );
        assert!(matches!(
            two.with(live("second")),
            Err(Rejection::KeyExists { .. })
        ));
        let (one, revoked) = two.without(live("first").key_id).unwrap().unwrap();
        assert_eq!(revoked, live("first"));
        assert_eq!(one.live, [live("second")]);
        assert_eq!(one.without(live("first").key_id), Ok(None));
        assert_eq!(
            one.without(live("third").key_id),
            Err(Rejection::KeyNotFound)
        );
        assert!(
            matches!(one.with(live("first")), Err(Rejection::KeyExists { .. })),
            "a revoked key does not live again"
        );
    }
}
