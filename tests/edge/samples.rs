//! Every sample event does what its name says.

use chrono::TimeDelta;
use serde_json::{Value, json};
use shared::lambda::status;

use super::events::{self, Event};
use super::serve::{self, Response, Trigger};
use crate::support::{Snapshot, World, fresh, now};

fn of(trigger: Trigger) -> impl Iterator<Item = Event> {
    let events = events::all().into_iter();
    events.filter(move |event| Trigger::of(&event.function) == trigger)
}

#[tokio::test]
async fn happy_requests_succeed() {
    for event in of(Trigger::Http).filter(|event| event.name == "happy") {
        let world = World::new().await;

        let response = serve::http(&world, &event, fresh(1, now())).await;

        let Response {
            status,
            content_type,
            body,
            ..
        } = &response;
        assert!(status.is_success(), "{}: {status} {body}", event.path());
        let expected = if status.as_u16() == 204 {
            ""
        } else {
            "application/json"
        };
        assert_eq!(content_type, expected, "{}", event.path());
    }
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_changes_nothing() {
    for replayed in of(Trigger::Http).filter(|event| event.name == "replayed") {
        let world = World::new().await;
        let happy = Event::load(&replayed.function, "happy");
        let first = serve::http(&world, &happy, fresh(1, now())).await;
        assert!(first.status.is_success(), "{}", happy.path());
        let before = world.snapshot();

        let later = now().plus(TimeDelta::minutes(3));
        let second = serve::http(&world, &replayed, fresh(2, later)).await;

        assert_eq!(second, first, "{}", replayed.path());
        assert!(
            world.snapshot() == before,
            "{} changed something",
            replayed.path()
        );
    }
}

#[tokio::test]
async fn a_refused_request_says_why_and_changes_nothing() {
    for event in of(Trigger::Http) {
        let Some(code) = event.refusal() else {
            continue;
        };
        let world = World::new().await;
        let before = world.snapshot();

        let response = serve::http(&world, &event, fresh(1, now())).await;

        let path = event.path();
        assert_eq!(response.body["code"], code, "{path}: {}", response.body);
        check_problem(&event, &response);
        assert!(world.snapshot() == before, "{path} changed something");
    }
}

/// The members of RFC 9457, ours, and the facts of the rejection.
fn check_problem(event: &Event, response: &Response) {
    let (path, body) = (event.path(), &response.body);
    let rejection = response.rejection.as_ref().expect("a rejection");
    let status = status(rejection);

    assert_eq!(response.status, status, "{path}");
    assert_eq!(response.content_type, "application/problem+json", "{path}");
    let mut expected = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": rejection.to_string(),
        "request_id": event.json["requestContext"]["requestId"],
        "retryable": status.as_u16() == 429,
    });
    let facts = serde_json::to_value(rejection).expect("facts");
    let members = expected.as_object_mut().expect("members");
    members.extend(facts.as_object().expect("facts").clone());
    assert_eq!(body, &expected, "{path}");
    let row = format!("| `{}` | {} |", text(&body["code"]), status.as_u16());
    let readme = crate::tidy::read("README.md");
    assert!(readme.contains(&row), "README.md lacks the row {row}");
}

#[tokio::test]
async fn a_batch_is_done_once_however_often_it_comes() {
    for event in of(Trigger::Queue) {
        let world = World::new().await;
        let before = world.snapshot();

        let failed = serve::queue(&world, &event, fresh(1, now())).await;
        let after = world.snapshot();
        let later = now().plus(TimeDelta::minutes(3));
        let failed_again = serve::queue(&world, &event, fresh(2, later)).await;

        let (path, bad) = (event.path(), bad_messages(&event));
        assert_eq!(failed, bad, "{path}: exactly the bad messages fail");
        assert_eq!(failed_again, bad, "{path}: the same ones fail again");
        assert_eq!(
            after == before,
            event.name == "unreadable",
            "{path}: the good messages change something, and only they"
        );
        assert!(
            world.snapshot() == after,
            "{path} changed something the second time"
        );
    }
}

/// The ids of the messages that cannot be read. In the samples they say so themselves.
fn bad_messages(event: &Event) -> Vec<String> {
    let ids = event.json["Records"].as_array().expect("records").iter();
    let ids = ids.map(|record| record["messageId"].as_str().expect("an id").to_owned());
    ids.filter(|id| id.starts_with("bad")).collect()
}

#[tokio::test]
async fn a_new_entry_is_told_of_on_the_topic_and_an_unreadable_one_is_not_passed_over() {
    for event in of(Trigger::Stream) {
        let world = World::new().await;
        let items = world.snapshot().items;

        let failed = serve::stream(&world, &event).await;

        let Snapshot {
            items: after,
            published: messages,
            ..
        } = world.snapshot();
        let path = event.path();
        let record = &event.json["Records"][0]["dynamodb"];
        if event.name == "unreadable" {
            assert_eq!(failed, [text(&record["SequenceNumber"])], "{path}");
            assert_eq!(messages, [], "{path}");
        } else {
            assert_eq!(failed, [""; 0], "{path}");
            assert_eq!(messages.len(), 1, "{path}");
            assert!(
                messages[0]
                    .body
                    .contains(&text(&record["NewImage"]["entry_id"]["S"])),
                "{path}"
            );
        }
        assert!(after == items, "{path} changed something");
    }
}

#[tokio::test]
async fn a_new_entry_is_folded_once_and_an_unreadable_one_is_not_passed_over() {
    for event in of(Trigger::StreamBatch) {
        let world = World::new().await;
        let before = world.snapshot();

        let failed = serve::stream(&world, &event).await;
        let after = world.snapshot();
        let failed_again = serve::stream(&world, &event).await;

        let path = event.path();
        let record = &event.json["Records"][0]["dynamodb"];
        if event.name == "unreadable" {
            assert_eq!(failed, [text(&record["SequenceNumber"])], "{path}");
            assert!(after == before, "{path} changed something");
        } else {
            assert_eq!(failed, [""; 0], "{path}");
            assert!(after != before, "{path} changed nothing");
        }
        assert_eq!(failed_again, failed, "{path}");
        assert!(
            world.snapshot() == after,
            "{path} changed something the second time"
        );
    }
}

#[tokio::test]
async fn a_beat_of_the_schedule_leaves_the_reconciliation_under_way_alone_unless_it_is_late() {
    let world = World::new().await;
    let event = Event::load("insights-schedule", "one");
    let before = world.snapshot();

    serve::schedule(&world, &event).await.expect("a start");
    assert!(world.snapshot() == before, "a beat changed something");

    let next_night = event.with("/time", "2026-11-24T03:00:00Z");
    serve::schedule(&world, &next_night).await.expect("a start");
    let after = world.snapshot();
    assert!(after.items == before.items, "a second one was started");
    assert_eq!(after.jobs.len(), 16, "every part that is not done is woken");
}

#[tokio::test]
async fn a_beat_that_comes_twice_changes_nothing_the_second_time() {
    for event in of(Trigger::Schedule) {
        let world = World::new().await;
        let snapshot = || {
            let mut snapshot = world.snapshot();
            // The note how far the job of expiry is counts its beats.
            snapshot.items.retain(|key, _| key.pk != "expiry");
            snapshot
        };

        serve::schedule(&world, &event).await.expect("a beat");
        let after = snapshot();
        serve::schedule(&world, &event).await.expect("a beat again");

        assert!(snapshot() == after, "{} changed something", event.path());
    }
}

#[tokio::test]
async fn a_live_key_may_pass_everywhere_and_others_nowhere() {
    for event in of(Trigger::Authorizer) {
        let world = World::new().await;

        let answer = serve::authorizer(&world, &event).await.expect("an answer");

        let path = event.path();
        let statement = &answer["policyDocument"]["Statement"][0];
        let resource = "arn:aws:execute-api:us-east-1:123456789012:p4rtn3r4p1/live/*";
        assert_eq!(statement["Resource"], json!([resource]), "{path}");
        if event.name == "happy" {
            assert_eq!(statement["Effect"], "Allow", "{path}");
            assert_eq!(answer["context"]["class"], "exclusive", "{path}");
        } else {
            assert_eq!(statement["Effect"], "Deny", "{path}");
            assert_eq!(answer["context"]["partner_id"], Value::Null, "{path}");
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
