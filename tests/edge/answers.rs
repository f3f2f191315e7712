//! What one function answers or sends, another one takes.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::events::Event;
use super::serve;
use crate::support::{World, fresh, now};

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn a_quote_buys_the_same_at_any_time() {
    let world = World::new().await;
    let buy = Event::load("purchases-buy", "happy");
    let first = serve::http(&world, &buy, fresh(1, now())).await;

    for days in [1, 40, 4000] {
        let later = now().plus(TimeDelta::days(days));
        let again = serve::http(&world, &buy, fresh(2, later)).await;
        assert_eq!(again, first, "{days} days later");
    }
}

#[tokio::test]
async fn a_redemption_answers_the_same_at_any_time_and_another_reference_never_gets_one() {
    let world = World::new().await;
    let redeem = Event::load("codes-redeem", "happy");
    let first = serve::http(&world, &redeem, fresh(1, now())).await;
    let mut other = redeem.body();
    other["reference"] = json!("order-3");
    let other = redeem.clone().with_body(&other);
    let before = world.snapshot();

    for days in [0, 40, 4000] {
        let later = now().plus(TimeDelta::days(days));
        let again = serve::http(&world, &redeem, fresh(2, later)).await;
        assert_eq!(again, first, "{days} days later");
        let refused = serve::http(&world, &other, fresh(3, later)).await;
        assert_eq!(
            refused.body["code"], "CODE_NOT_REDEEMABLE",
            "{days} days later"
        );
    }
    assert!(world.snapshot() == before);
}

#[tokio::test]
async fn what_is_quoted_is_what_is_bought() {
    let world = World::new().await;
    let quoted = serve::http(
        &world,
        &Event::load("purchases-quote", "happy"),
        fresh(1, now()),
    )
    .await;
    let buy =
        Event::load("purchases-buy", "happy").with_body(&json!({"quote": quoted.body["quote"]}));

    let bought = serve::http(&world, &buy, fresh(2, now())).await;

    for field in ["quote_id", "product_id", "quantity", "unit_price", "total"] {
        assert_eq!(bought.body[field], quoted.body[field], "{field}");
    }
    assert_eq!(bought.body["balance_after"], "75");
    let codes = bought.body["codes"].as_array().expect("codes");
    assert_eq!(codes.len(), 2);
}

#[tokio::test]
async fn what_is_reported_is_what_the_queue_delivers() {
    let world = World::new().await;

    let report = Event::load("rewards-report", "happy");
    let reported = serve::http(&world, &report, fresh(1, now())).await;

    let sent = world.snapshot().queued;
    let [message] = &sent[..] else {
        panic!("one message is sent, not {}", sent.len());
    };
    let fifo = message.fifo.as_ref().expect("an order");
    let sample = Event::load("rewards-award", "one");
    let record = &sample.json["Records"][0];
    assert_eq!(text(&record["body"]), message.body, "{}", sample.path());
    assert_eq!(text(&record["attributes"]["MessageGroupId"]), fifo.group);
    assert_eq!(
        text(&record["attributes"]["MessageDeduplicationId"]),
        fifo.deduplication
    );
    assert_eq!(text(&reported.body["activity_id"]), fifo.deduplication);
}

#[tokio::test]
async fn an_activity_reported_again_after_its_award_is_not_queued_again() {
    let world = World::new().await;
    let report = Event::load("rewards-report", "happy");
    let first = serve::http(&world, &report, fresh(1, now())).await;
    let award = Event::load("rewards-award", "one");
    assert_eq!(serve::queue(&world, &award, fresh(2, now())).await, [""; 0]);
    let before = world.snapshot();

    // Later than an activity of that time could be reported for the first time.
    let later = now().plus(TimeDelta::days(30));
    let again = serve::http(&world, &report, fresh(3, later)).await;

    assert_eq!(again, first);
    assert!(world.snapshot() == before);
}

#[tokio::test]
async fn the_news_of_an_entry_reaches_the_inbox_of_its_member() {
    let world = World::new().await;
    serve::http(
        &world,
        &Event::load("purchases-buy", "happy"),
        fresh(1, now()),
    )
    .await;
    let items = world.snapshot().items;
    let entry = items.iter().find(|(key, _)| key.sk == "entry#000000000007");
    let (_, entry) = entry.expect("the entry of the purchase");
    let stream = Event::load("notifications-publish", "one").with(
        "/Records/0/dynamodb/NewImage",
        serde_json::to_value(entry).expect("an item"),
    );

    assert_eq!(serve::stream(&world, &stream).await, [""; 0]);
    let news = world.snapshot().published;
    let deliver =
        Event::load("notifications-deliver", "one").with("/Records/0/body", news[0].body.as_str());
    assert_eq!(
        serve::queue(&world, &deliver, fresh(2, now())).await,
        [""; 0]
    );

    let inbox = Event::load("notifications-list", "happy");
    let inbox = serve::http(&world, &inbox, fresh(3, now())).await;
    let newest = &inbox.body["items"][0];
    assert_eq!(newest["kind"], "purchase");
    assert_eq!(
        newest["message"],
        "You spent 20 RJV. Your balance is 95 RJV."
    );
    assert_eq!(
        text(&newest["entry_id"]),
        "ent_11111111111141118111111111111111_7"
    );
    assert!(
        news[0].attributes.contains_key("member_id"),
        "subscribers can filter by member"
    );
}

#[tokio::test]
async fn a_new_partners_key_is_let_in_until_it_is_revoked() {
    let world = World::new().await;
    let created = serve::http(
        &world,
        &Event::load("partners-create", "happy"),
        fresh(1, now()),
    )
    .await;
    let ask = Event::load("partners-authorize", "happy")
        .with("/headers/X-Api-Key", created.body["api_key"].clone());

    let allowed = serve::authorizer(&world, &ask).await.expect("an answer");
    let revoke = Event::load("partners-revoke-key", "happy")
        .with(
            "/pathParameters/partner_id",
            created.body["partner_id"].clone(),
        )
        .with("/pathParameters/key_id", created.body["key_id"].clone());
    let revoked = serve::http(&world, &revoke, fresh(2, now())).await;
    let denied = serve::authorizer(&world, &ask).await.expect("an answer");

    let context = &allowed["context"];
    assert_eq!(context["partner_id"], created.body["partner_id"]);
    assert_eq!(context["class"], "standard");
    assert!(
        context["guesses"].is_string(),
        "whose guesses count is known"
    );
    assert_eq!(revoked.status, 204);
    assert_eq!(denied["policyDocument"]["Statement"][0]["Effect"], "Deny");
}
