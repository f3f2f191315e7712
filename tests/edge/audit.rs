//! Every act of an administrator is on record, and whoever only reads leaves none.

use serde_json::Value;
use shared::audit::{self, Record};
use shared::id::MemberId;
use uuid::Uuid;

use super::events::{self, Event};
use super::serve::{self, Trigger};
use crate::support::{World, fresh, now};

const GROUPS: &str = "/requestContext/authorizer/jwt/claims/cognito:groups";
const SUBJECT: &str = "/requestContext/authorizer/jwt/claims/sub";

/// The good requests of staff.
fn of_staff() -> impl Iterator<Item = Event> {
    let events = events::named("happy").into_iter();
    events.filter(|event| {
        Trigger::of(&event.function) == Trigger::Http && event.json.pointer(GROUPS).is_some()
    })
}

/// Whether it only looks. A simulation and a search are sent what to look at, and change nothing either.
fn reads(event: &Event) -> bool {
    event.json["requestContext"]["http"]["method"] == "GET"
        || ["rewards-simulate-rule", "codes-search"].contains(&event.function.as_str())
}

async fn records(world: &World) -> Vec<Record> {
    let read = audit::records(&world.tables(), now().month(), None, 100).await;
    read.expect("a log").0
}

#[tokio::test]
async fn every_act_of_an_administrator_leaves_one_record() {
    for event in of_staff() {
        let world = World::new().await;
        let before = records(&world).await;

        let response = serve::http(&world, &event, fresh(1, now())).await;

        let path = event.path();
        assert!(response.status.is_success(), "{path}: {}", response.body);
        let mut after = records(&world).await;
        // A reconciliation is under way in this world, and starting another one only answers it.
        if reads(&event) || event.function == "insights-start" {
            assert_eq!(after, before, "{path}");
            continue;
        }
        let record = after.remove(0);
        assert_eq!(after, before, "{path}: one record, the newest");
        let subject = event.json.pointer(SUBJECT).and_then(Value::as_str);
        let actor = subject.and_then(|subject| Uuid::try_parse(subject).ok());
        assert_eq!(Some(record.actor), actor.map(MemberId::new), "{path}");
        assert_eq!(record.at, now(), "{path}");
        assert_eq!(record.request_id, event.json["requestContext"]["requestId"]);
        // Whoever takes codes away changes nothing, and yet it is on record.
        let unchanged = event.function == "codes-download-batch";
        assert_eq!(record.before == record.after, unchanged, "{path}");
    }
}

#[tokio::test]
async fn a_record_holds_no_secret() {
    for event in of_staff().filter(|event| !reads(event)) {
        let world = World::new().await;

        let response = serve::http(&world, &event, fresh(1, now())).await;

        let record = records(&world).await.remove(0);
        let text = serde_json::to_string(&record).expect("a record");
        for secret in ["api_key", "webhook_secret"] {
            if let Some(secret) = response.body[secret].as_str() {
                assert!(!text.contains(secret), "{}: {text}", event.path());
            }
        }
        for word in ["rjvk_", "whsec_", "digest", "secret"] {
            assert!(!text.contains(word), "{}: {text}", event.path());
        }
    }
}

#[tokio::test]
async fn an_auditor_reads_what_administrators_read_and_changes_nothing() {
    for event in of_staff() {
        let world = World::new().await;
        let before = world.snapshot();
        let event = event.with(GROUPS, "[auditor]");

        let response = serve::http(&world, &event, fresh(1, now())).await;

        let path = event.path();
        if reads(&event) {
            assert_eq!(response.status, 200, "{path}: {}", response.body);
        } else {
            assert_eq!(response.body["code"], "FORBIDDEN", "{path}");
        }
        assert!(world.snapshot() == before, "{path} changed something");
    }
}

#[tokio::test]
async fn a_cursor_of_the_log_leads_through_its_month_only() {
    let world = World::new().await;
    let list = |query: &str| Event::load("audit-list", "happy").with("/rawQueryString", query);
    let get = async |query: &str| {
        serve::http(&world, &list(query), fresh(1, now()))
            .await
            .body
    };

    let october = get("month=2026-10&limit=1").await;
    let cursor = october["next_cursor"].as_str().expect("a cursor");

    assert_eq!(
        get(&format!("month=2026-11&cursor={cursor}")).await["code"],
        "INVALID_CURSOR"
    );
    let rest = get(&format!("limit=100&cursor={cursor}")).await;
    let items = rest["items"].as_array().expect("a page");
    assert_eq!(items.len(), 11, "the cursor says which month");
    let month = |item: &Value| {
        item["at"]
            .as_str()
            .is_some_and(|at| at.starts_with("2026-10-"))
    };
    assert!(items.iter().all(month), "{rest}");
}
