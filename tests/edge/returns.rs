//! Giving codes back: what the samples of its functions are made of, and what clients see of it.

use shared::purchases::Case;

use super::events::Event;
use super::serve;
use crate::support::{World, brought_code, fresh, gias_code, hals_code, now};

/// Texts and ids that samples hold.
pub fn known() -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = (0..6)
        .map(|index| {
            let id = gias_code(index).to_string();
            (format!("id, Gia's code {index}"), id)
        })
        .collect();
    for index in [4, 5] {
        let case = Case::id_of(gias_code(index)).to_string();
        known.push((format!("id, case of Gia's code {index}"), case));
    }
    known.push((
        "id, code of the gym's own".to_owned(),
        brought_code().to_string(),
    ));
    for index in [2, 3] {
        let case = Case::id_of(hals_code(index)).to_string();
        known.push((format!("id, case of Hal's code {index}"), case));
    }
    for (name, quote) in [
        ("Mia's trial hour", 1),
        ("Gia's trial hour", 201),
        ("Hal's ticket", 204),
    ] {
        let id = World::code_id(quote, 0).to_string();
        known.push((format!("id, {name}"), id));
    }
    for kind in ["cas", "cod"] {
        known.push((
            format!("id, {kind} of nothing"),
            format!("{kind}_{}", "0".repeat(32)),
        ));
    }
    known
}

async fn states(world: &World, query: &str) -> Vec<String> {
    let list = Event::load("purchases-list", "happy")
        .with(
            "/requestContext/authorizer/jwt/claims/sub",
            "66666666-6666-4666-8666-666666666666",
        )
        .with("/rawQueryString", query);
    let page = serve::http(world, &list, fresh(1, now())).await;
    let purchases = page.body["items"].as_array().expect("a page").clone();
    let codes = purchases
        .iter()
        .flat_map(|purchase| purchase["codes"].as_array().expect("codes"));
    codes
        .map(|code| {
            format!(
                "{} {}",
                code["state"].as_str().unwrap(),
                code["next"].as_str().unwrap()
            )
        })
        .collect()
}

#[tokio::test]
async fn purchases_show_what_became_of_each_code_and_what_to_do_next() {
    let world = World::new().await;

    let all = states(&world, "").await;

    let wanted = [
        "issued use",
        "issued reveal",
        "issued wait",
        "replaced use_replacement",
        "issued reveal",
        "replaced use_replacement",
        "issued reveal",
        "issued reveal",
        "issued reveal",
        "expired give_back",
    ];
    assert_eq!(all, wanted);
    assert_eq!(states(&world, "state=expired").await, ["expired give_back"]);
    assert_eq!(states(&world, "state=replaced").await.len(), 8);
    assert_eq!(states(&world, "state=refunded").await.len(), 0);
}

#[tokio::test]
async fn a_code_that_was_given_back_is_dead_and_paid_back() {
    let world = World::new().await;
    let refund = Event::load("purchases-refund", "happy");

    let refunded = serve::http(&world, &refund, fresh(1, now())).await;

    let outcome = &refunded.body["codes"][0];
    assert_eq!(outcome["outcome"], "refunded");
    assert_eq!(outcome["amount"], "20");
    assert_eq!(outcome["balance_after"], "40");
    let validate = Event::load("codes-validate", "happy");
    let code = World::code(202, 0);
    let validate = validate.with_body(&serde_json::json!({ "code": code }));
    let dead = serve::http(&world, &validate, fresh(1, now())).await;
    assert_eq!(dead.body["code"], "CODE_NOT_REDEEMABLE");
}
