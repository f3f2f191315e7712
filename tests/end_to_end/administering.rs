//! Partners, products and rules change only as administrators mean it.

use serde_json::{Value, json};

use crate::support::{Partner, fresh, product, race, rule, text, walk, world};

#[test]
fn a_partners_reference_names_one_partner_whose_secrets_are_shown_once() {
    let reference = fresh("partner");
    let body = json!({"reference": reference, "name": "Twice", "class": "standard"});
    let admin = &world().admin;

    let created = admin.post("/admin/v1/partners", &body).good(201);
    assert!(text(&created, "api_key").starts_with("rjvk_"));
    assert!(text(&created, "webhook_secret").starts_with("whsec_"));
    let again = admin.post("/admin/v1/partners", &body);
    let problem = again.refused(409, "PARTNER_EXISTS");

    assert_eq!(problem["partner_id"], created["partner_id"]);
    assert!(problem.get("api_key").is_none());
    // The refusal left the first key alone.
    let key = crate::support::partner_api(text(&created, "api_key"));
    let answer = key.post("/v1/codes/validate", &json!({"code": ""}));
    answer.refused(422, "CODE_NOT_REDEEMABLE");
    for partner in walk(admin, "/admin/v1/partners?limit=100") {
        assert!(partner.get("api_key").is_none(), "{partner}");
        assert!(partner.get("webhook_secret").is_none(), "{partner}");
    }
}

#[test]
fn one_of_five_racing_creations_of_a_partner_wins() {
    let body = json!({"reference": fresh("partner"), "name": "Raced", "class": "standard"});

    let answers = race(5, |_| world().admin.post("/admin/v1/partners", &body));

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1, "{answers:?}");
    let winner = won[0].good(201);
    for answer in lost {
        let problem = answer.refused(409, "PARTNER_EXISTS");
        assert_eq!(problem["partner_id"], winner["partner_id"]);
    }
}

#[test]
fn the_same_product_twice_is_one_product_and_another_under_its_reference_a_conflict() {
    let admin = &world().admin;
    let body = product(&fresh("product"), &world().standard.id, "22");
    let created = admin.post("/admin/v1/products", &body).good(201);
    assert_eq!(created["price"]["version"], 1);
    assert_eq!(created["version"], 1);
    assert_eq!(created["state"], "live");

    let again = admin.post("/admin/v1/products", &body).good(201);
    assert_eq!(again, created);

    for (field, value) in [
        ("token_price", json!("23")),
        ("title", json!("Another")),
        ("code_valid_days", json!(31)),
        ("partner_id", json!(world().exclusive.id)),
    ] {
        let mut other = body.clone();
        other[field] = value;
        let refused = admin.post("/admin/v1/products", &other);
        let problem = refused.refused(409, "PRODUCT_CONFLICT");
        assert_eq!(problem["product_id"], created["product_id"]);
    }
    assert_eq!(admin.post("/admin/v1/products", &body).good(201), created);
}

#[test]
fn a_product_belongs_to_a_partner_that_exists() {
    let nobody = "prt_00000000000000000000000000000000";
    let body = product(&fresh("product"), nobody, "22");

    let refused = world().admin.post("/admin/v1/products", &body);
    refused.refused(404, "PARTNER_NOT_FOUND");
}

#[test]
fn a_product_changes_only_from_the_version_that_was_seen() {
    let admin = &world().admin;
    let body = product(&fresh("product"), &world().standard.id, "22");
    let created = admin.post("/admin/v1/products", &body).good(201);
    let path = format!("/admin/v1/products/{}", text(&created, "product_id"));
    let change = json!({"version": 1, "title": "Renamed", "per_member_max": 3});

    let changed = admin.patch(&path, &change).good(200);
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["per_member_max"], 3);
    assert_eq!(changed["title"], "Renamed");
    assert_eq!(changed["description"], created["description"]);
    // The same request again finds done what it asks for.
    assert_eq!(admin.patch(&path, &change).good(200), changed);

    let late = json!({"version": 1, "title": "Renamed by somebody else"});
    let problem = admin.patch(&path, &late).refused(409, "VERSION_CONFLICT");
    assert_eq!(problem["version"], 2);
    let nobody = "/admin/v1/products/prd_00000000000000000000000000000000";
    admin.patch(nobody, &late).refused(404, "PRODUCT_NOT_FOUND");
}

#[test]
fn one_of_five_racing_changes_of_a_product_wins() {
    let admin = &world().admin;
    let body = product(&fresh("product"), &world().standard.id, "22");
    let created = admin.post("/admin/v1/products", &body).good(201);
    let path = format!("/admin/v1/products/{}", text(&created, "product_id"));

    let answers = race(5, |racer| {
        let change = json!({"version": 1, "title": format!("By racer {racer}")});
        admin.patch(&path, &change)
    });

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    assert_eq!(won[0].good(200)["version"], 2);
    for answer in lost {
        let problem = answer.refused(409, "VERSION_CONFLICT");
        assert_eq!(problem["version"], 2);
    }
}

#[test]
fn a_code_costs_twenty_to_thirty_tokens_and_lasts_up_to_two_years() {
    let admin = &world().admin;
    let partner = &world().standard.id;
    let refused = |field: &str, value: Value| {
        let mut body = product(&fresh("product"), partner, "22");
        body[field] = value;
        let answer = admin.post("/admin/v1/products", &body);
        let problem = answer.refused(400, "INVALID_BODY");
        assert_eq!(problem["pointer"], format!("/{field}"), "{problem}");
    };

    for price in [
        "19.999999",
        "30.000001",
        "20.001",
        "0",
        "-25",
        "2e1",
        "25.0000001",
        " 25",
        "+25",
        "twenty",
        "",
    ] {
        refused("token_price", json!(price));
    }
    refused("token_price", json!(25));
    refused("token_price", json!(null));
    for days in [json!(0), json!(731), json!(-1), json!(1.5), json!("30")] {
        refused("code_valid_days", days);
    }
    refused("title", json!(""));
    refused("title", json!("x".repeat(101)));
    refused("description", json!("x".repeat(2001)));
    refused("reference", json!(""));
    refused("partner_id", json!("prt_0"));
    for price in ["20", "30", "20.01", "29.99"] {
        let body = product(&fresh("product"), partner, price);
        let created = admin.post("/admin/v1/products", &body).good(201);
        assert_eq!(created["price"]["terms"]["base"], price);
    }

    let body = product(&fresh("product"), partner, "22");
    let created = admin.post("/admin/v1/products", &body).good(201);
    let path = format!("/admin/v1/products/{}", text(&created, "product_id"));
    let change = json!({"version": 1, "featured": true});
    let problem = admin.patch(&path, &change).refused(400, "INVALID_BODY");
    assert_eq!(problem["pointer"], "/featured");
    assert_eq!(admin.post("/admin/v1/products", &body).good(201), created);
}

#[test]
fn a_rule_has_parts_that_fit_together() {
    let admin = &world().admin;
    let id = fresh("proof");
    let path = format!("/admin/v1/reward-rules/{id}");
    let good = rule(&id, "partner", "2", "10");
    let refused = |pointer: &str, field: &str, value: Value| {
        let mut rule = good.clone();
        rule[field] = value;
        let problem = admin.put(&path, &rule).refused(400, "INVALID_BODY");
        assert_eq!(problem["pointer"], pointer, "{problem}");
        problem
    };
    let fixed = |amount: Value| json!({"type": "fixed", "amount": amount});

    refused("/amount/amount", "amount", fixed(json!("0")));
    refused("/amount/amount", "amount", fixed(json!("1000.000001")));
    refused("/amount", "amount", fixed(json!("-1")));
    refused("/amount", "amount", fixed(json!(2)));
    refused("/expires_after_months", "expires_after_months", json!(0));
    refused("/expires_after_months", "expires_after_months", json!(121));
    refused("/category", "category", json!("gifts"));
    refused("/kind", "kind", json!("moon_landed"));
    refused("/version", "version", json!(1));
    let misspelt = refused("/qualification", "qualification", json!("minute >= 10"));
    assert!(
        text(&misspelt, "reason").contains("line 1, column 1"),
        "{misspelt}"
    );
    refused("/qualification", "qualification", json!("minutes"));
    let rules = admin.get("/admin/v1/reward-rules").good(200);
    assert!(!rules.to_string().contains(&id), "a refused rule was set");

    let first = admin.put(&path, &good).good(200);
    assert_eq!(first["version"], 1);
    assert_eq!(admin.put(&path, &good).good(200), first, "nothing changed");
    let dearer = rule(&id, "partner", "3", "10");
    let second = admin.put(&path, &dearer).good(200);
    assert_eq!(second["version"], 2);
}

#[test]
fn the_name_of_a_rule_is_lower_case_words() {
    let rule = rule("any", "partner", "2", "10");

    for id in [
        "Upper",
        "two--words",
        "_x",
        "x_",
        "1st",
        "%20",
        &"x".repeat(41),
    ] {
        let path = format!("/admin/v1/reward-rules/{id}");
        let answer = world().admin.put(&path, &rule);
        let problem = answer.refused(400, "INVALID_PATH");
        assert_eq!(problem["parameter"], "rule_id", "{problem}");
    }
}

#[test]
fn five_administrators_who_set_a_rule_at_once_make_five_versions_of_it() {
    let id = fresh("proof");
    let path = format!("/admin/v1/reward-rules/{id}");

    let mut versions: Vec<u64> = race(5, |racer| {
        let amount = (racer + 1).to_string();
        let rule = rule(&id, "partner", &amount, "10");
        world().admin.put(&path, &rule).good(200)["version"]
            .as_u64()
            .unwrap()
    });

    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
}

#[test]
fn partners_and_products_are_walked_page_by_page() {
    let admin = &world().admin;
    let mine: Vec<Partner> = (0..3).map(|_| Partner::create("exclusive")).collect();

    let partners = walk(admin, "/admin/v1/partners?limit=2");
    let ids: Vec<&str> = partners
        .iter()
        .map(|partner| text(partner, "partner_id"))
        .collect();
    // Strictly ascending is complete order and no repeats.
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    for partner in &mine {
        assert!(ids.contains(&partner.id.as_str()));
    }

    let products = walk(admin, "/admin/v1/products?limit=3");
    let ids: Vec<&str> = products
        .iter()
        .map(|product| text(product, "product_id"))
        .collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    for product in [&world().cheap, &world().dear, &world().rare] {
        assert!(ids.contains(&product.as_str()));
    }
}
