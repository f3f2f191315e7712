//! Lists: pages that miss nothing, and cursors that fit one list of one caller.

use serde_json::Value;

use super::events::{self, Event};
use super::serve::{self, Response};
use crate::support::{World, fresh, now};

const SUBJECT: &str = "/requestContext/authorizer/jwt/claims/sub";
const BENS_SUBJECT: &str = "22222222-2222-4222-8222-222222222222";

/// The lists that come in pages, and how many items the world has for each.
const LISTS: [(&str, usize); 19] = [
    ("wallet-transactions", 6),
    ("purchases-list", 2),
    ("notifications-list", 6),
    ("store-list", 7),
    ("partners-list", 2),
    ("products-list", 9),
    ("insights-list", 2),
    ("rewards-list-activities", 4),
    ("audit-list", 55),
    ("adjustments-list", 3),
    ("cases-list", 3),
    ("codes-list-imports", 6),
    ("codes-list-batches", 3),
    ("rewards-show-rule", 1),
    ("rewards-show-promotion", 1),
    ("pricing-list-prices", 9),
    ("pricing-list-versions", 1),
    ("pricing-show-rule", 1),
    ("pricing-show-promotion", 1),
];

fn list(function: &str, query: &str) -> Event {
    Event::load(function, "happy").with("/rawQueryString", query)
}

async fn get(world: &World, event: &Event) -> Response {
    serve::http(world, event, fresh(1, now())).await
}

fn items(response: &Response) -> Vec<Value> {
    let items = response.body["items"].as_array();
    items
        .unwrap_or_else(|| panic!("no page: {}", response.body))
        .clone()
}

#[tokio::test]
async fn small_pages_walk_through_everything_once() {
    let world = World::new().await;
    for (function, count) in LISTS {
        let whole = items(&get(&world, &list(function, "limit=100")).await);
        assert_eq!(whole.len(), count, "{function}");
        for limit in 1..=count {
            let (mut walked, mut query) = (Vec::new(), format!("limit={limit}"));
            loop {
                let page = get(&world, &list(function, &query)).await;
                assert!(items(&page).len() <= limit, "{function}");
                walked.extend(items(&page));
                assert!(walked.len() <= count, "{function} goes round in circles");
                let Some(cursor) = page.body["next_cursor"].as_str() else {
                    break;
                };
                query = format!("limit={limit}&cursor={cursor}");
            }
            assert_eq!(walked, whole, "{function}, {limit} at a time");
        }
    }
}

#[tokio::test]
async fn filtered_pages_walk_through_everything_that_is_wanted() {
    let world = World::new().await;
    let (mut walked, mut query) = (Vec::new(), "kind=award&limit=1".to_owned());
    loop {
        let page = get(&world, &list("wallet-transactions", &query)).await;
        walked.extend(items(&page));
        let Some(cursor) = page.body["next_cursor"].as_str() else {
            break;
        };
        query = format!("kind=award&limit=1&cursor={cursor}");
    }
    let seqs: Vec<&Value> = walked.iter().map(|item| &item["seq"]).collect();
    assert_eq!(seqs, [5, 3, 2, 1]);
}

#[tokio::test]
async fn a_cursor_fits_only_the_list_and_the_caller_it_was_issued_to() {
    let world = World::new().await;
    for (function, _) in LISTS {
        let first = get(&world, &list(function, "limit=1")).await;
        let cursor = first.body["next_cursor"].as_str().expect("a cursor");
        let query = format!("limit=1&cursor={cursor}");

        for (other, _) in LISTS {
            let response = get(&world, &list(other, &query)).await;
            if other == function {
                assert_eq!(response.status, 200, "{function}: {}", response.body);
            } else {
                assert_eq!(
                    response.body["code"], "INVALID_CURSOR",
                    "{function}'s in {other}"
                );
            }
        }
        let route = list(function, "").json["rawPath"].clone();
        let is_members = !route.as_str().expect("a path").starts_with("/admin/");
        let bens = list(function, &query).with(SUBJECT, BENS_SUBJECT);
        let response = get(&world, &bens).await;
        if is_members {
            assert_eq!(
                response.body["code"], "INVALID_CURSOR",
                "{function} of another member"
            );
        } else {
            assert_eq!(response.status, 200, "administrators share their lists");
        }
        let mut forged = cursor.to_owned();
        forged.replace_range(
            2..3,
            if cursor[2..].starts_with('A') {
                "B"
            } else {
                "A"
            },
        );
        let response = get(&world, &list(function, &format!("cursor={forged}"))).await;
        assert_eq!(
            response.body["code"], "INVALID_CURSOR",
            "{function}, forged"
        );
    }
}

#[tokio::test]
async fn a_query_with_anything_else_in_it_is_refused() {
    let world = World::new().await;
    for (function, _) in LISTS {
        for query in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=1.5",
            "limit=all",
            "limit=4294967297",
            "limit=1&limit=2",
            "no_such_filter=1",
            "LIMIT=1",
        ] {
            let response = get(&world, &list(function, query)).await;
            assert_eq!(response.body["code"], "INVALID_QUERY", "{function}?{query}");
        }
        for cursor in [
            "x",
            "1.",
            "1..",
            "1.Mg.",
            "2.Mg.AAAA",
            "%00",
            "%F0%9F%92%A9",
        ] {
            let response = get(&world, &list(function, &format!("cursor={cursor}"))).await;
            assert_eq!(
                response.body["code"], "INVALID_CURSOR",
                "{function}?cursor={cursor}"
            );
        }
    }
}

#[tokio::test]
async fn every_list_with_pages_is_known_here() {
    let world = World::new().await;
    for event in events::named("happy") {
        if event.json["requestContext"]["http"]["method"] == "GET" {
            let response = get(&world, &event).await;
            let has_pages = response.body.get("next_cursor").is_some();
            let known = LISTS
                .iter()
                .any(|(function, _)| *function == event.function);
            assert_eq!(has_pages, known, "{}", event.path());
        }
    }
}
