//! Codes as people write them, and as they must not be seen.

use chrono::TimeDelta;
use serde_json::json;

use super::events::Event;
use super::serve;
use crate::support::{World, fresh, now};

fn validate(code: &str) -> Event {
    Event::load("codes-validate", "happy").with_body(&json!({"code": code}))
}

#[tokio::test]
async fn a_code_is_known_in_any_spelling() {
    let world = World::new().await;
    let code = World::code(2, 0);
    let known = serve::http(&world, &validate(&code), fresh(1, now())).await;
    assert_eq!(known.body["redeemable"], true);

    for spelling in [
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " "),
        format!("  {code} "),
        code.replace('0', "O").replace('1', "I"),
        code.replace('0', "o").replace('1', "l"),
        code.chars().flat_map(|c| [c, '-']).collect(),
    ] {
        let response = serve::http(&world, &validate(&spelling), fresh(2, now())).await;
        assert_eq!(response, known, "{spelling}");
    }
}

#[tokio::test]
async fn unknown_used_and_foreign_codes_look_the_same() {
    let world = World::new().await;
    let (issued, used) = (World::code(2, 0), World::code(2, 1));
    let (foreign, foreign_and_expired) = (World::code(3, 0), World::code(1, 0));
    let typo = issued.replacen(&issued[..1], "Z", 1);
    let before = world.snapshot();
    for function in ["codes-validate", "codes-redeem"] {
        let sample = Event::load(function, "refused-code-not-redeemable");
        let expected = serve::http(&world, &sample, fresh(1, now())).await;
        for code in [
            &used,
            &foreign,
            &foreign_and_expired,
            &typo,
            &World::code(999, 0),
            &String::new(),
            &"0".repeat(10_000),
            &"ü".repeat(18),
        ] {
            let mut body = sample.body();
            body["code"] = json!(code);
            let response =
                serve::http(&world, &sample.clone().with_body(&body), fresh(2, now())).await;
            assert_eq!(response, expected, "{function} of {code}");
        }
    }
    assert!(world.snapshot() == before, "a refusal changed something");
}

#[tokio::test]
async fn a_code_works_until_the_instant_it_expires() {
    let world = World::new().await;
    let redeem = Event::load("codes-redeem", "happy");
    // Sold a day before the world stands still, and valid for 365 days.
    let expires = now().plus(TimeDelta::days(364));

    let late = serve::http(&world, &redeem, fresh(1, expires)).await;
    let just = expires.plus(TimeDelta::milliseconds(-1));
    let in_time = serve::http(&world, &redeem, fresh(2, just)).await;

    assert_eq!(late.body["code"], "CODE_EXPIRED");
    assert_eq!(late.body["expired_at"], json!(expires));
    assert_eq!(in_time.status, 201, "{}", in_time.body);
}

#[tokio::test]
async fn only_revealing_shows_a_code() {
    let world = World::new().await;
    let bought = serve::http(
        &world,
        &Event::load("purchases-buy", "happy"),
        fresh(1, now()),
    )
    .await;
    let id = bought.body["purchase_id"].clone();
    let reveal =
        Event::load("purchases-reveal", "happy").with("/pathParameters/purchase_id", id.clone());
    let revealed = serve::http(&world, &reveal, fresh(2, now())).await;
    let code = revealed.body["codes"][0]["code"].as_str().expect("a code");
    let show = Event::load("purchases-show", "happy").with("/pathParameters/purchase_id", id);
    let list = Event::load("purchases-list", "happy");

    let shown = serve::http(&world, &show, fresh(3, now())).await;
    let listed = serve::http(&world, &list, fresh(4, now())).await;
    let left = world.snapshot();

    let last4 = &code[code.len() - 4..];
    let masked = format!("••••••-••••••-••{last4}");
    assert_eq!(bought.body["codes"][0]["masked"], masked);
    assert_eq!(shown.body["codes"][0]["masked"], masked);
    assert_eq!(listed.body["items"][0]["codes"][0]["masked"], masked);
    assert_ne!(shown.body["codes"][0]["revealed_at"], json!(null));
    let everything_else = [
        bought.body.to_string(),
        shown.body.to_string(),
        listed.body.to_string(),
        format!("{left:?}"),
    ];
    for text in everything_else {
        let text = text.to_uppercase();
        assert!(!text.contains(code), "the code is in {text}");
        assert!(
            !text.contains(&code.replace('-', "")),
            "the code is in {text}"
        );
    }
}
