//! What administrators do is on record, and what members keep proves itself.

use serde_json::{Value, json};

use crate::support::{Member, Partner, array, fresh, hex, product, rule, stack, text, walk, world};

/// The records about one thing, newest first, as the auditor reads them.
fn records(subject: &str) -> Vec<Value> {
    let mut records = walk(&world().auditor, "/admin/v1/audit?limit=100");
    records.retain(|record| record["subject"] == subject);
    records
}

fn actions(records: &[Value]) -> Vec<&str> {
    records
        .iter()
        .map(|record| text(record, "action"))
        .collect()
}

#[test]
fn a_changed_rule_is_on_record_with_before_and_after_and_a_repetition_is_not() {
    let id = fresh("proof");
    let path = format!("/admin/v1/reward-rules/{id}");
    let rule = |amount: &str| rule(&id, "partner", amount, "10");
    let first = world().admin.put(&path, &rule("2")).good(200);
    world().admin.put(&path, &rule("2")).good(200);
    let second = world().second_admin.put(&path, &rule("3")).good(200);

    let records = records(&id);

    assert_eq!(actions(&records), ["set_rule", "set_rule"]);
    for (side, version) in [("before", &first), ("after", &second)] {
        assert_eq!(records[0][side]["content"], version["terms"]);
        assert_eq!(records[0][side]["version"], version["version"]);
    }
    assert_eq!(records[1]["before"], Value::Null);
    assert_eq!(records[1]["after"], records[0]["before"]);
    assert_ne!(records[0]["actor"], records[1]["actor"]);
    for record in &records {
        assert!(text(record, "actor").starts_with("mem_"), "{record}");
        assert!(!text(record, "request_id").is_empty(), "{record}");
    }
}

#[test]
fn the_life_of_a_partners_keys_is_on_record_without_a_secret() {
    let partner = Partner::create("standard");
    let issued = partner.issue_key(&fresh("key")).good(201);
    let key_id = text(&issued, "key_id");
    assert_eq!(partner.revoke_key(key_id).status, 204);
    assert_eq!(partner.revoke_key(key_id).status, 204);

    let (of_partner, of_key) = (records(&partner.id), records(key_id));

    assert_eq!(actions(&of_partner), ["create_partner"]);
    assert_eq!(
        of_partner[0]["after"]["first_key"]["key_id"],
        partner.key_id
    );
    assert_eq!(actions(&of_key), ["revoke_key", "issue_key"]);
    assert_eq!(of_key[0]["before"], of_key[1]["after"]);
    assert_eq!(of_key[0]["after"], Value::Null);
    let told = json!([of_partner, of_key]).to_string();
    for secret in [partner.api_key.as_str(), text(&issued, "api_key")] {
        assert!(!told.contains(secret));
    }
    for word in ["rjvk_", "whsec_", "digest"] {
        assert!(!told.contains(word), "{told}");
    }
}

/// A product without what stands beside it: its price, and what is left of it.
fn alone(mut product: Value) -> Value {
    for beside in ["price", "left"] {
        product.as_object_mut().unwrap().remove(beside);
    }
    product
}

#[test]
fn a_product_and_an_adjustment_are_on_record_step_by_step() {
    let (admin, member) = (&world().admin, Member::join());
    let body = product(&fresh("product"), &world().standard.id, "22");
    let created = admin.post("/admin/v1/products", &body).good(201);
    let path = format!("/admin/v1/products/{}", text(&created, "product_id"));
    let pause = json!({"version": 1, "state": "paused"});
    let paused = admin.patch(&path, &pause).good(200);
    let adjustment = json!({
        "reference": fresh("adjustment"), "member_id": member.id, "side": "credit", "amount": "5",
        "reason": "goodwill", "ticket": "T-1",
    });
    let proposed = admin.post("/admin/v1/adjustments", &adjustment).good(201);
    let id = text(&proposed, "adjustment_id");
    let path = format!("/admin/v1/adjustments/{id}/approve");
    let applied = world().second_admin.post(&path, &json!({})).good(200);

    let of_product = records(text(&created, "product_id"));
    assert_eq!(actions(&of_product), ["update_product", "create_product"]);
    assert_eq!(of_product[0]["before"], alone(created));
    assert_eq!(of_product[0]["after"], alone(paused));
    let of_adjustment = records(id);
    assert_eq!(
        actions(&of_adjustment),
        ["approve_adjustment", "propose_adjustment"]
    );
    assert_eq!(of_adjustment[0]["before"], proposed);
    assert_eq!(of_adjustment[0]["after"], applied);
    assert_eq!(of_adjustment[0]["actor"], applied["decided_by"]);
    assert_eq!(of_adjustment[1]["actor"], proposed["proposed_by"]);
}

#[test]
fn the_log_is_read_by_month_and_by_nobody_but_staff() {
    let auditor = &world().auditor;
    let past = auditor.get("/admin/v1/audit?month=2020-01").good(200);
    assert!(array(&past, "items").is_empty());
    for month in ["2020", "2020-13", "january", ""] {
        let answer = auditor.get(&format!("/admin/v1/audit?month={month}"));
        answer.refused(400, "INVALID_QUERY");
    }
    let page = auditor.get("/admin/v1/audit?limit=1").good(200);
    let cursor = text(&page, "next_cursor");
    let answer = auditor.get(&format!("/admin/v1/audit?month=2020-01&cursor={cursor}"));
    answer.refused(400, "INVALID_CURSOR");

    let member = Member::join();
    member.app.get("/admin/v1/audit").refused(403, "FORBIDDEN");
    assert_ne!(stack().auditor.email, stack().admin.email);
}

#[test]
fn a_receipt_proves_its_transaction_without_asking_again() {
    let member = Member::with_hundreds(1);
    member.buy(&world().cheap, 1);

    let (wallet, entries) = (member.wallet(), member.entries());
    for entry in &entries {
        let path = format!(
            "/v1/wallet/transactions/{}/receipt",
            text(entry, "entry_id")
        );
        let receipt = member.app.get(&path).good(200);
        let canonical = text(&receipt, "canonical");
        let mut whole: Value = serde_json::from_str(canonical).unwrap();
        whole["hash"] = receipt["hash"].clone();

        assert_eq!(hex(canonical.as_bytes()), text(&receipt, "hash"));
        assert_eq!(&whole, entry);
        assert_eq!(receipt["previous_hash"], entry["previous_hash"]);
        assert_eq!(receipt["seq"], entry["seq"]);
        assert_eq!(receipt["chain"]["length"], entries.len());
        assert_eq!(receipt["chain"]["head_hash"], wallet["head_hash"]);
    }
}
