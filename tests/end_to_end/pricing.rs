//! Prices through their real edges: set, moved by rules, lowered by promotions, and explained to administrators and members.

use std::thread;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{
    Member, array, fresh, product, race, run_schedule, text, walk, within, world,
};

/// Functions keep the shelf for five seconds.
const KEPT: Duration = Duration::from_secs(6);

const PATIENCE: Duration = Duration::from_mins(1);

/// A new product that costs 25 RJV; its id.
fn on_sale() -> String {
    let body = product(&fresh("product"), &world().standard.id, "25");
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    text(&created, "product_id").to_owned()
}

fn at(hours: i64) -> String {
    let at = Utc::now() + TimeDelta::hours(hours);
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Publishes the first version of a rule or a promotion.
fn publish(path: &str, terms: &Value) {
    let admin = &world().admin;
    let version = admin.put(path, terms).good(200);
    let order = json!({"state": "active", "version": version["version"]});
    admin.put(&format!("{path}/state"), &order).good(200);
}

/// Ends it, so that it moves nothing in later tests.
fn end(path: &str) {
    let order = json!({"state": "ended"});
    world()
        .admin
        .put(&format!("{path}/state"), &order)
        .good(200);
}

#[test]
fn one_of_five_racing_settings_of_a_price_wins_and_all_are_in_the_history() {
    let (admin, id) = (&world().admin, on_sale());
    let path = format!("/admin/v1/prices/{id}");

    let answers = race(5, |number| {
        let terms = json!({"base": (26 + number).to_string()});
        admin.put(&path, &json!({"version": 1, "terms": terms}))
    });

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in lost {
        let problem = answer.refused(409, "VERSION_CONFLICT");
        assert_eq!(problem["version"], 2);
    }
    assert_eq!(admin.get(&path).good(200), won[0].good(200));
    let versions = walk(admin, &format!("{path}/versions?limit=1"));
    let numbers: Vec<&Value> = versions.iter().map(|version| &version["version"]).collect();
    assert_eq!(numbers, [2, 1]);
    assert!(
        walk(admin, "/admin/v1/prices?limit=100")
            .iter()
            .any(|price| price["product_id"] == id.as_str())
    );
}

#[test]
fn a_promotion_lowers_what_members_are_asked_for_and_says_so() {
    let (admin, id) = (&world().admin, on_sale());
    let name = fresh("week").to_lowercase();
    let path = format!("/admin/v1/price-promotions/{name}");
    let terms = json!({
        "title": "Proof week", "selection": {"products": [id]}, "from": at(-1), "until": at(48),
        "zone": "Europe/Berlin", "effect": {"amount_off": "2.5"}, "stacking": "alone",
    });
    publish(&path, &terms);
    thread::sleep(KEPT);

    let quoted = Member::join().quoted(&id, 2);
    let preview = format!("/admin/v1/prices/{id}/preview?quantity=2");
    let priced = admin.get(&preview).good(200);

    assert_eq!(quoted["total"], "45");
    assert_eq!(priced["total"], quoted["total"]);
    assert_eq!(priced["before"], "25");
    assert_eq!(priced["promotions"][0]["id"], name.as_str());
    let later = admin.get(&format!("{preview}&at={}", at(49))).good(200);
    assert_eq!(later["total"], "50");
    let calendar = admin.get(&format!("/admin/v1/prices/{id}/calendar"));
    assert!(array(&calendar.good(200), "spans").len() >= 2);
    end(&path);
}

#[test]
fn a_beat_moves_a_price_by_a_rule_once_and_the_history_says_why() {
    let (admin, id) = (&world().admin, on_sale());
    let name = fresh("rule").to_lowercase();
    let path = format!("/admin/v1/price-rules/{name}");
    let terms = json!({
        "title": "Proof rule", "selection": {"products": [id]},
        "effect": {"week": {"zone": "UTC", "factor": "1.2"}},
    });
    publish(&path, &terms);
    let beat = json!({"id": fresh("beat"), "time": at(0)});

    let versions = within(PATIENCE, "the price moves", || {
        run_schedule("pricing-reprice", &beat);
        let versions = walk(admin, &format!("/admin/v1/prices/{id}/versions"));
        (versions.len() > 1).then_some(versions)
    });
    run_schedule("pricing-reprice", &beat);

    let again = walk(admin, &format!("/admin/v1/prices/{id}/versions"));
    assert_eq!(
        again, versions,
        "a beat that comes twice moves nothing twice"
    );
    let repriced = &versions[0]["reason"]["repriced"];
    assert_eq!(repriced["factor"], "1.05");
    assert_eq!(repriced["causes"][0]["rule_id"], name.as_str());
    let priced = admin
        .get(&format!("/admin/v1/prices/{id}/preview"))
        .good(200);
    assert_eq!(priced["unit_price"], "26.25");
    end(&path);
    let renewed = terms.as_object().cloned().map(|mut renewed| {
        renewed["title"] = json!("Proof again");
        renewed
    });
    admin
        .put(&path, &json!(renewed))
        .refused(409, "STATE_CONFLICT");
}

#[test]
fn what_is_no_price_is_refused() {
    let (admin, id) = (&world().admin, on_sale());
    let path = format!("/admin/v1/prices/{id}");
    for terms in [
        json!({"base": "0"}),
        json!({"base": "24.001"}),
        json!({"base": "24", "floor": "0.5"}),
        json!({"base": "24", "ceiling": "100000"}),
        json!({"base": "24", "sale": true}),
    ] {
        let body = json!({"version": 1, "terms": terms});
        admin.put(&path, &body).refused(400, "INVALID_BODY");
    }
    let nothing = "/admin/v1/prices/prd_00000000000000000000000000000000";
    admin.get(nothing).refused(404, "PRODUCT_NOT_FOUND");
    let preview = format!("{path}/preview?quantity=21");
    admin.get(&preview).refused(400, "INVALID_QUERY");
}
