//! Who calls: claims as the gateway passes them on, and everything that is not an identity.

use serde_json::{Value, json};

use super::events::{self, Event};
use super::serve::{self, Trigger};
use crate::support::{World, fresh, now};

const AUTHORIZER: &str = "/requestContext/authorizer";
const GROUPS: &str = "/requestContext/authorizer/jwt/claims/cognito:groups";
const SUBJECT: &str = "/requestContext/authorizer/jwt/claims/sub";

/// What support may do as well.
const OF_SUPPORT: [&str; 4] = [
    "codes-extend",
    "codes-replace",
    "codes-revoke",
    "codes-search",
];

fn happy_requests() -> impl Iterator<Item = Event> {
    let events = events::named("happy").into_iter();
    events.filter(|event| Trigger::of(&event.function) == Trigger::Http)
}

/// Why it is refused, null if it is not.
async fn code(event: &Event) -> Value {
    let world = World::new().await;
    let response = serve::http(&world, event, fresh(1, now())).await;
    match response.rejection {
        Some(_) => response.body["code"].clone(),
        None => Value::Null,
    }
}

#[tokio::test]
async fn administrators_are_known_by_their_group_however_the_gateway_writes_it() {
    for event in happy_requests().filter(|event| event.json.pointer(GROUPS).is_some()) {
        for groups in [
            "[admin]",
            "[admin support]",
            "[support admin]",
            "[support, admin]",
            "admin",
        ] {
            let code = code(&event.clone().with(GROUPS, groups)).await;
            assert_eq!(code, Value::Null, "{} as {groups}", event.path());
        }
        for groups in [
            "",
            "[]",
            "[administrators]",
            "[not-admin]",
            "[Admin]",
            "[super_admin]",
        ] {
            let code = code(&event.clone().with(GROUPS, groups)).await;
            assert_eq!(code, "FORBIDDEN", "{} as {groups:?}", event.path());
        }
        let code = code(&event.clone().with(GROUPS, "[support]")).await;
        if OF_SUPPORT.contains(&event.function.as_str()) {
            assert_eq!(code, Value::Null, "{} as support", event.path());
        } else {
            assert_eq!(code, "FORBIDDEN", "{} as support", event.path());
        }
    }
}

#[tokio::test]
async fn every_admin_route_asks_for_the_group() {
    let is_admin = |event: &Event| {
        let path = event.json["rawPath"].as_str().unwrap_or_default();
        path.starts_with("/admin/")
    };
    for event in happy_requests() {
        let asks = event.json.pointer(GROUPS).is_some();
        assert_eq!(asks, is_admin(&event), "{}", event.path());
    }
}

#[tokio::test]
async fn a_request_without_an_identity_is_refused_everywhere() {
    for event in happy_requests() {
        for identity in [
            Value::Null,
            json!({}),
            json!({"jwt": null}),
            json!({"jwt": {"claims": {}}}),
        ] {
            let code = code(&event.clone().with(AUTHORIZER, identity.clone())).await;
            assert_eq!(code, "UNAUTHENTICATED", "{} as {identity}", event.path());
        }
    }
}

#[tokio::test]
async fn a_subject_that_is_no_member_is_refused_everywhere() {
    for event in happy_requests().filter(|event| event.json.pointer(SUBJECT).is_some()) {
        for subject in [
            "",
            "admin",
            "11111111-1111-4111-8111",
            "mem_11111111111141118111111111111111",
        ] {
            let code = code(&event.clone().with(SUBJECT, subject)).await;
            assert_eq!(code, "UNAUTHENTICATED", "{} as {subject:?}", event.path());
        }
    }
}

#[tokio::test]
async fn a_partner_is_who_the_authorizer_says_and_nobody_else() {
    let member = Event::load("wallet-show", "happy").json["requestContext"].clone();
    for function in [
        "codes-validate",
        "codes-reserve",
        "codes-release",
        "codes-redeem",
    ] {
        let event = Event::load(function, "happy");
        let without_counters = {
            let mut identity = event.json["requestContext"]["authorizer"].clone();
            identity["guesses"] = json!("[]");
            identity
        };
        for identity in [
            without_counters,
            json!({"class": "exclusive", "principalId": "key_00000000000000000000000000000000"}),
            json!({"partner_id": "longevity-lab"}),
            json!({"partner_id": 7}),
            member["authorizer"].clone(),
        ] {
            let code = code(&event.clone().with(AUTHORIZER, identity.clone())).await;
            assert_eq!(code, "UNAUTHENTICATED", "{function} as {identity}");
        }
    }
}

#[tokio::test]
async fn a_partners_key_is_found_whatever_the_case_of_its_header() {
    let world = World::new().await;
    let ask = Event::load("partners-authorize", "happy");
    let key = ask.json["headers"]["X-Api-Key"].clone();
    for headers in [json!({"x-api-key": key}), json!({"X-API-KEY": key})] {
        let answer = serve::authorizer(&world, &ask.clone().with("/headers", headers)).await;
        let answer = answer.expect("an answer");
        assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Allow");
    }
    for headers in [
        json!({}),
        json!({"x-api-key": ""}),
        json!({"authorization": key}),
        json!({"x-api-key": "Bearer x"}),
    ] {
        let answer = serve::authorizer(&world, &ask.clone().with("/headers", headers)).await;
        let answer = answer.expect("an answer");
        assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Deny");
    }
}
