//! Secrets must not reach a log, and what prints a value for a log is its `Debug`.

use shared::catalog::Class;
use shared::codes::mint;
use shared::partners::{ApiKey, Keyring, LiveKey, WebhookSecret};
use uuid::Uuid;

use crate::support::{GYM_KEYS, World, lookup, now, partner_id, secrets, signing, text};

#[test]
fn keyrings_print_their_versions_only() {
    let codes = secrets();
    for printed in [
        format!("{:?}", signing()),
        format!("{:#?}", lookup()),
        format!("{:?}", codes.mint),
        format!("{:?}", codes.lookup),
    ] {
        assert!(printed.contains("key version 1"), "{printed}");
        for secret in ["signingsigning", "lookuplookup", "mintmint", "mac"] {
            assert!(!printed.contains(secret), "{printed} contains {secret}");
        }
    }
}

#[test]
fn partners_keys_and_webhook_secrets_print_nothing_of_themselves() {
    let (api_key, webhooks) = (ApiKey::new(GYM_KEYS[0]), WebhookSecret::new(GYM_KEYS[1]));
    let live = LiveKey::new(partner_id("corner-gym"), text("first"), &api_key, now());
    let keyring = Keyring::new(Class::Standard, live, webhooks.clone());

    for printed in [
        format!("{api_key:?}"),
        format!("{webhooks:#?}"),
        format!("{keyring:?}"),
    ] {
        assert!(!printed.contains("rjvk_"), "{printed}");
        assert!(!printed.contains("whsec_"), "{printed}");
        for secret in [api_key.reveal(), webhooks.reveal()] {
            assert!(!printed.contains(&secret[6..12]), "{printed}");
        }
    }
}

#[test]
fn a_code_prints_its_last_four_characters_only() {
    let codes = secrets();
    let seed = Uuid::from_u128(2);
    let code = mint(&codes.mint, &codes.lookup, 1, seed, 0).expect("a code");

    let printed = format!("{code:?}");

    assert_eq!(printed, format!("code ending in {}", code.last4()));
    assert!(!printed.contains(&World::code(2, 0)[..6]));
}
