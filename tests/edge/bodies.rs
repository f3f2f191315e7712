//! Bodies as no client should send them.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::events::{self, Event};
use super::serve;
use crate::support::{World, fresh, now};

/// The good requests of the operations that read a body.
fn with_bodies() -> Vec<Event> {
    let mut events = events::named("happy");
    events.retain(|event| event.json["body"].is_string());
    assert!(
        events.len() >= 9,
        "only {} operations read a body",
        events.len()
    );
    events
}

/// Serves the event; it must change nothing.
async fn refused(event: &Event) -> Value {
    let world = World::new().await;
    let before = world.snapshot();
    let response = serve::http(&world, event, fresh(1, now())).await;
    assert!(
        world.snapshot() == before,
        "{} changed something",
        event.path()
    );
    assert_eq!(
        response.content_type,
        "application/problem+json",
        "{}",
        event.path()
    );
    response.body
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_everywhere() {
    for event in with_bodies() {
        let large = event.json["body"].as_str().expect("a body").to_owned() + &" ".repeat(65_536);
        let size = large.len();

        let problem = refused(&event.with("/body", large)).await;

        assert_eq!(problem["code"], "BODY_TOO_LARGE");
        assert_eq!(problem["size_bytes"], size);
    }
}

#[tokio::test]
async fn a_body_that_is_not_an_object_of_this_shape_is_refused_everywhere() {
    for event in with_bodies() {
        let good = event.json["body"].as_str().expect("a body").to_owned();
        let mut unknown = event.body();
        unknown["no_such_field"] = Value::Null;
        for bad in [
            String::new(),
            "{".to_owned(),
            "null".to_owned(),
            "[]".to_owned(),
            "7".to_owned(),
            "{}".to_owned(),
            "[".repeat(60_000),
            format!("{good}{good}"),
            good[..good.len() - 1].to_owned(),
            unknown.to_string(),
        ] {
            let shown: String = bad.chars().take(80).collect();
            let problem = refused(&event.clone().with("/body", bad)).await;
            assert_eq!(problem["code"], "INVALID_BODY", "{}: {shown}", event.path());
        }
    }
}

#[tokio::test]
async fn json_is_recognised_by_its_media_type() {
    for event in with_bodies() {
        let header = ["/headers/content-type", "/headers/Content-Type"]
            .into_iter()
            .find(|header| event.json.pointer(header).is_some())
            .expect("a media type");
        for (media, accepted) in [
            ("application/json; charset=utf-8", true),
            ("Application/JSON", true),
            ("text/json", false),
            ("application/jsonp", false),
            ("", false),
        ] {
            let world = World::new().await;
            let event = event.clone().with(header, media);
            let response = serve::http(&world, &event, fresh(1, now())).await;
            assert_eq!(
                response.status.is_success(),
                accepted,
                "{} with {media:?}: {}",
                event.path(),
                response.body
            );
        }
    }
}

#[tokio::test]
async fn a_body_in_base_64_is_the_same_body() {
    for event in with_bodies() {
        let encoded = BASE64.encode(event.json["body"].as_str().expect("a body").as_bytes());
        let encoded = event
            .clone()
            .with("/body", encoded)
            .with("/isBase64Encoded", true);

        let (plain_world, encoded_world) = (World::new().await, World::new().await);
        let plain = serve::http(&plain_world, &event, fresh(1, now())).await;
        let response = serve::http(&encoded_world, &encoded, fresh(1, now())).await;

        assert_eq!(response, plain, "{}", event.path());
    }
}

#[tokio::test]
async fn a_list_of_the_right_values_is_no_object() {
    let quote = Event::load("purchases-quote", "happy");
    let (product, quantity) = (&quote.body()["product_id"], &quote.body()["quantity"]);
    let reveal = Event::load("purchases-reveal", "replayed");

    for event in [
        quote
            .clone()
            .with("/body", json!([product, quantity]).to_string()),
        reveal.with("/body", "[]"),
    ] {
        let problem = refused(&event).await;
        assert_eq!(problem["code"], "INVALID_BODY", "{}", event.path());
    }
}

#[tokio::test]
async fn a_quantity_is_a_whole_number_from_1_to_20() {
    let quote = Event::load("purchases-quote", "happy");
    for quantity in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(21),
        json!(4_294_967_297_u64),
        json!(1e99),
        json!("1"),
        json!(true),
        json!([1]),
        Value::Null,
    ] {
        let mut body = quote.body();
        body["quantity"] = quantity.clone();

        let problem = refused(&quote.clone().with_body(&body)).await;

        assert_eq!(problem["code"], "INVALID_BODY", "{quantity}");
        assert_eq!(problem["pointer"], "/quantity", "{quantity}");
    }
}

#[tokio::test]
async fn amounts_are_plain_decimals_within_their_range() {
    let rule = Event::load("rewards-set-rule", "happy");
    for amount in [
        json!("0"),
        json!("-1"),
        json!("1000.000001"),
        json!("0.0000001"),
        json!("1e3"),
        json!("NaN"),
        json!(2.5),
        json!("18446744073709551616"),
    ] {
        let mut body = rule.body();
        body["amount_max"] = amount.clone();

        let problem = refused(&rule.clone().with_body(&body)).await;

        assert_eq!(problem["code"], "INVALID_BODY", "{amount}");
        assert_eq!(problem["pointer"], "/amount_max", "{amount}");
    }
}
