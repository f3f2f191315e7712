//! What administrators do to prices is what members are asked to pay.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::events::Event;
use super::serve::{self, Response};
use crate::support::{World, fresh, now, product_id};

async fn send(world: &World, event: &Event) -> Response {
    serve::http(world, event, fresh(1, now())).await
}

fn preview(query: &str) -> Event {
    Event::load("pricing-preview", "happy").with("/rawQueryString", query)
}

fn of_sauna(event: Event) -> Event {
    let sauna = product_id("gym-sauna").to_string();
    event.with("/pathParameters/product_id", sauna)
}

#[tokio::test]
async fn a_promotion_begins_and_ends_at_its_instants() {
    let world = World::new().await;
    for (at, price, before, low) in [
        ("1970-01-01T00:00:00Z", "22.5", Value::Null, "22.5"),
        ("2026-11-26T23:59:59.999Z", "22.5", Value::Null, "22.5"),
        ("2026-11-27T00:00:00Z", "21", json!("22.5"), "22.5"),
        ("2026-11-29T23:59:59.999Z", "21", json!("22.5"), "22.5"),
        ("2026-11-30T00:00:00Z", "22.5", Value::Null, "21"),
        ("9999-12-31T23:59:59.999Z", "22.5", Value::Null, "22.5"),
    ] {
        let sauna = of_sauna(preview(&format!("at={at}")));
        let priced = send(&world, &sauna).await.body;
        assert_eq!(priced["unit_price"], price, "{at}");
        assert_eq!(priced["before"], before, "{at}");
        assert_eq!(priced["low_30d"], low, "{at}");
    }
}

#[tokio::test]
async fn what_is_set_is_shown_previewed_and_kept() {
    let world = World::new().await;
    let set = Event::load("pricing-set-price", "happy");

    let answer = send(&world, &set).await;

    assert_eq!(answer.body["version"], 2);
    let shown = send(&world, &Event::load("pricing-show-price", "happy")).await;
    assert_eq!(shown.body, answer.body);
    let priced = send(&world, &preview("quantity=5")).await;
    assert_eq!(priced.body["base"], "24");
    assert_eq!(priced.body["price_version"], 2);
    let factors = priced.body["factors"].as_array().expect("factors");
    let steps: Vec<&Value> = factors.iter().map(|factor| &factor["step"]).collect();
    assert_eq!(steps, ["bulk"]);
    let versions = send(&world, &Event::load("pricing-list-versions", "happy")).await;
    let items = versions.body["items"].as_array().expect("versions");
    let numbers: Vec<&Value> = items.iter().map(|version| &version["version"]).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(items[0]["terms"], set.body()["terms"]);
    assert!(items[0]["reason"]["set"]["by"].is_string());
}

#[tokio::test]
async fn prices_are_refused_that_no_code_may_have() {
    let world = World::new().await;
    let good = Event::load("pricing-set-price", "happy");
    for (field, value) in [
        ("base", json!("0")),
        ("base", json!("30.01")),
        ("base", json!("24.001")),
        ("base", json!("99999999999999999999999999")),
        ("floor", json!("0.99")),
        ("floor", json!("25")),
        ("ceiling", json!("1000.01")),
        ("ceiling", json!("23")),
        ("step_max", json!("0")),
        ("step_max", json!("1.0001")),
        ("interval_minutes", json!(14)),
        ("interval_minutes", json!(10_081)),
        ("interval_minutes", json!(u64::MAX)),
        ("bulk", json!({ "mode": "volume", "tiers": [] })),
        (
            "bulk",
            json!({ "mode": "volume", "tiers": [{ "from": 2, "percent_off": "51" }] }),
        ),
        ("discount", json!("1")),
    ] {
        let mut body = good.body();
        body["terms"][field] = value.clone();
        let refused = send(&world, &good.clone().with_body(&body)).await;
        assert_eq!(refused.body["code"], "INVALID_BODY", "{field}: {value}");
    }
    for query in [
        "quantity=21",
        "quantity=-1",
        "quantity=",
        "at=tomorrow",
        "at=0",
        "now=1",
    ] {
        let refused = send(&world, &preview(query)).await;
        assert_eq!(refused.body["code"], "INVALID_QUERY", "{query}");
    }
}

#[tokio::test]
async fn the_calendar_covers_thirty_days_without_gaps() {
    let world = World::new().await;

    let calendar = of_sauna(Event::load("pricing-calendar", "happy"));
    let calendar = send(&world, &calendar).await;

    let spans = calendar.body["spans"].as_array().expect("spans");
    for pair in spans.windows(2) {
        assert_eq!(pair[0]["until"], pair[1]["from"]);
    }
    let (first, last) = (&spans[0], &spans[spans.len() - 1]);
    assert_eq!(first["from"], now().to_string());
    assert_eq!(last["until"], now().plus(TimeDelta::days(30)).to_string());
    assert!(spans.iter().any(|span| span["promotions"] != json!([])));
}

#[tokio::test]
async fn a_beat_moves_prices_once_and_says_why() {
    let world = World::new().await;
    let beat = Event::load("pricing-reprice", "one");

    serve::schedule(&world, &beat).await.expect("a beat");

    let after = world.snapshot();
    serve::schedule(&world, &beat).await.expect("the same beat");
    assert!(
        world.snapshot() == after,
        "a beat that comes twice moves nothing twice"
    );
    let versions = of_sauna(Event::load("pricing-list-versions", "happy"));
    let versions = send(&world, &versions).await;
    let newest = &versions.body["items"][0];
    assert_eq!(newest["version"], 2);
    let repriced = &newest["reason"]["repriced"];
    assert_eq!(repriced["factor"], "1.05");
    assert_eq!(repriced["causes"][0]["rule_id"], "busy-week");
}
