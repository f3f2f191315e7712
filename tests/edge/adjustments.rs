//! An adjustment from its proposal to what its member reads.

use serde_json::{Value, json};
use shared::ledger::{Reason, Side};

use super::events::Event;
use super::serve::{self, Response};
use crate::support::{ADA, CLEO, EVE, World, adjustment_id, fresh, now, proposal};

const SUBJECT: &str = "/requestContext/authorizer/jwt/claims/sub";
const CLEOS_SUBJECT: &str = "33333333-3333-4333-8333-333333333333";

async fn send(world: &World, number: u8, event: &Event) -> Response {
    serve::http(world, event, fresh(number, now())).await
}

/// A sample about the proposal of an RJV amount for Cleo.
fn propose(reference: &str, side: Side) -> Event {
    let proposal = proposal(reference, CLEO, side, Reason::Goodwill);
    let body = serde_json::to_value(proposal).expect("a body");
    Event::load("adjustments-propose", "happy").with_body(&body)
}

fn approve(reference: &str) -> Event {
    let id = adjustment_id(reference).to_string();
    let path = format!("/admin/v1/adjustments/{id}/approve");
    Event::load("adjustments-approve", "happy")
        .with("/pathParameters/adjustment_id", id)
        .with("/rawPath", path)
}

/// A read by Cleo.
async fn cleo(world: &World, function: &str, query: &str) -> Value {
    let event = Event::load(function, "happy")
        .with(SUBJECT, CLEOS_SUBJECT)
        .with("/rawQueryString", query);
    send(world, 9, &event).await.body
}

#[tokio::test]
async fn an_approved_adjustment_is_in_the_wallet_and_the_history_of_its_member() {
    let world = World::new().await;
    let before = cleo(&world, "wallet-show", "").await;
    assert_eq!(before["available"], "0", "5 RJV came and went");

    let proposed = send(&world, 1, &propose("new", Side::Credit)).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    assert_eq!(proposed.body["state"], "proposed");
    assert_eq!(
        cleo(&world, "wallet-show", "").await,
        before,
        "a proposal moves nothing"
    );
    let approved = send(&world, 2, &approve("new")).await;

    assert_eq!(approved.status, 200, "{}", approved.body);
    assert_eq!(approved.body["state"], "applied");
    assert_eq!(approved.body["balance_after"], "5");
    let wallet = cleo(&world, "wallet-show", "").await;
    assert_eq!(wallet["available"], "5");
    assert_eq!(wallet["lifetime_earned"], "0", "it was not earned");
    let history = cleo(&world, "wallet-transactions", "kind=adjustment&limit=1").await;
    let newest = &history["items"][0];
    assert_eq!(newest["entry_id"], approved.body["entry_id"]);
    assert_eq!(newest["side"], "credit");
    assert_eq!(
        newest["source"],
        json!({
            "adjustment_id": adjustment_id("new"),
            "side": "credit",
            "reason": "goodwill",
            "ticket": "T-100",
            "proposed_by": ADA,
            "approved_by": EVE,
            "corrects": null,
        })
    );
}

#[tokio::test]
async fn a_debit_beyond_the_balance_is_refused_and_waits() {
    let world = World::new().await;
    send(&world, 1, &propose("new", Side::Debit)).await;
    let before = world.snapshot();

    let refused = send(&world, 2, &approve("new")).await;

    assert_eq!(refused.body["code"], "INSUFFICIENT_TOKENS");
    assert_eq!(refused.body["missing"], "5");
    assert!(world.snapshot() == before);
    send(&world, 3, &propose("more", Side::Credit)).await;
    send(&world, 4, &approve("more")).await;
    assert_eq!(send(&world, 5, &approve("new")).await.status, 200);
}

#[tokio::test]
async fn the_member_is_told_in_a_sentence() {
    let world = World::new().await;
    for entry in world.entries(CLEO).await {
        let news = shared::notifications::News::of(&entry);
        let delivered = shared::notifications::deliver(&world.tables(), &news).await;
        delivered.expect("a notification");
    }

    let inbox = cleo(&world, "notifications-list", "limit=10").await;

    let messages: Vec<&str> = inbox["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["message"].as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "We took 5 RJV from your wallet to correct it. Your balance is 0 RJV.",
            "We added 5 RJV to your wallet to correct it. Your balance is 5 RJV.",
        ]
    );
}

#[tokio::test]
async fn a_receipt_is_the_bytes_of_the_transaction_and_their_hash() {
    let world = World::new().await;
    let event = Event::load("wallet-receipt", "happy");
    let show = Event::load("wallet-transaction", "happy");

    let receipt = send(&world, 1, &event).await.body;
    let entry = send(&world, 1, &show).await.body;

    let canonical = receipt["canonical"].as_str().expect("a text");
    let mut whole: Value = serde_json::from_str(canonical).expect("JSON");
    whole["hash"] = receipt["hash"].clone();
    assert_eq!(whole, entry);
    let hash = <sha2::Sha256 as sha2::Digest>::digest(canonical);
    assert_eq!(receipt["hash"], data_encoding::HEXLOWER.encode(&hash));
    assert_eq!(receipt["previous_hash"], entry["previous_hash"]);
    assert_eq!(receipt["chain"]["length"], 6);
    if entry["seq"] == 6 {
        assert_eq!(receipt["chain"]["head_hash"], receipt["hash"]);
    }
}
