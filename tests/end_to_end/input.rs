//! Whatever is sent, the answer is precise, nothing changes, and nothing breaks.

use serde_json::{Value, json};

use crate::support::{Caller, Member, Payload, fresh, lesson, product, rule, text, world};

/// An operation that takes a body, its caller, and a body that it accepts.
struct Operation<'a> {
    caller: &'a Caller,
    method: &'static str,
    path: String,
    body: Value,
}

impl Operation<'_> {
    fn send(&self, payload: Payload) -> crate::support::Answer {
        self.caller.send(self.method, &self.path, payload)
    }
}

/// Every operation that takes a body. Sent as they are, these would change something or answer well.
fn operations<'a>(member: &'a Member, quote: &str, code: &str) -> Vec<Operation<'a>> {
    let world = world();
    let operation = |caller: &'a Caller, method, path: &str, body| Operation {
        caller,
        method,
        path: path.to_owned(),
        body,
    };
    let app = |path: &str, body| operation(&member.app, "POST", path, body);
    let admin = |method, path: &str, body| operation(&world.admin, method, path, body);
    let partner = |path: &str, body| operation(&world.standard.api, "POST", path, body);
    let rule = rule("proof-refused", "partner", "2", "10");
    let pause = json!({"version": 1, "state": "paused"});
    vec![
        app("/v1/activities", lesson(&fresh("event"), "proof-hundred")),
        app(
            "/v1/quotes",
            json!({"product_id": world.cheap, "quantity": 1}),
        ),
        app("/v1/purchases", json!({"quote": quote})),
        partner("/v1/codes/validate", json!({"code": code})),
        partner("/v1/redemptions", json!({"code": code, "reference": "r"})),
        admin(
            "POST",
            "/admin/v1/partners",
            json!({"reference": fresh("partner"), "name": "Refused", "class": "standard"}),
        ),
        admin(
            "POST",
            &format!("/admin/v1/partners/{}/keys", world.standard.id),
            json!({"reference": fresh("key")}),
        ),
        admin(
            "POST",
            "/admin/v1/products",
            product(&fresh("product"), &world.standard.id, "20"),
        ),
        admin(
            "PATCH",
            &format!("/admin/v1/products/{}", world.cheap),
            pause,
        ),
        admin("PUT", "/admin/v1/reward-rules/proof-refused", rule),
        admin(
            "POST",
            "/admin/v1/adjustments",
            json!({
                "reference": fresh("adjustment"),
                "member_id": member.id,
                "side": "credit",
                "amount": "1",
                "reason": "goodwill",
                "ticket": "T-1",
            }),
        ),
    ]
}

/// Sends something else than a proper body to every operation, and makes sure that nothing came of it.
fn everywhere(refuse: impl Fn(&Operation)) {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let quote = member.quote(&world().cheap, 1);
    let operations = operations(&member, &quote, &code);
    let kept = || {
        let references = operations
            .iter()
            .map(|operation| &operation.body["reference"]);
        let references: Vec<&str> = references.filter_map(Value::as_str).collect();
        let catalogue = [
            crate::support::walk(&world().admin, "/admin/v1/partners?limit=100"),
            crate::support::walk(&world().admin, "/admin/v1/products?limit=100"),
            crate::support::walk(&world().admin, "/admin/v1/adjustments?limit=100"),
            vec![world().admin.get("/admin/v1/reward-rules").good(200)],
        ];
        let catalogue = Value::from_iter(catalogue).to_string();
        let created = references
            .iter()
            .any(|reference| *reference != "r" && catalogue.contains(reference));
        assert!(!created, "a refused request created something");
        assert!(!catalogue.contains("proof-refused"));
        let shown = world().standard.validate(&code).good(200);
        let product = member.app.get(&format!("/v1/products/{}", world().cheap));
        assert_eq!(product.good(200)["availability"]["status"], "available");
        shown
    };

    member.unharmed(|| {
        let before = kept();
        for operation in &operations {
            refuse(operation);
        }
        assert_eq!(kept(), before);
    });
}

#[test]
fn a_body_of_a_megabyte_is_refused_unread() {
    let mut huge = br#"{"reference": ""#.to_vec();
    huge.resize(1024 * 1024 - 2, b'x');
    huge.extend(br#""}"#);

    everywhere(|operation| {
        let answer = operation.send(Payload::Raw(Some("application/json"), &huge));
        let problem = answer.refused(413, "BODY_TOO_LARGE");
        assert_eq!(problem["size_bytes"], 1024 * 1024);
        assert_eq!(problem["size_bytes_max"], 64 * 1024);
    });
}

#[test]
fn an_unknown_field_is_refused_by_its_name() {
    everywhere(|operation| {
        let mut body = operation.body.clone();
        body["not_a_field"] = json!(1);
        let answer = operation.send(Payload::Json(&body));
        let problem = answer.refused(400, "INVALID_BODY");
        assert!(
            text(&problem, "detail").contains("not_a_field"),
            "{problem}"
        );
    });
}

#[test]
fn a_body_under_another_content_type_is_refused() {
    everywhere(|operation| {
        let body = operation.body.to_string();
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonl",
            "json",
        ] {
            let answer = operation.send(Payload::Raw(Some(content_type), body.as_bytes()));
            answer.refused(415, "UNSUPPORTED_MEDIA_TYPE");
        }
        let answer = operation.send(Payload::Raw(None, body.as_bytes()));
        answer.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    });
}

#[test]
fn what_is_not_one_json_object_is_refused() {
    let nested = "[".repeat(60_000);

    everywhere(|operation| {
        let body = operation.body.to_string();
        let twice = format!("{body}{body}");
        let cut = &body[..body.len() - 1];
        for text in [
            "", "{", "nul", "[]", "7", "null", "\"{}\"", "{}", cut, &twice, &nested,
        ] {
            let answer = operation.send(Payload::Raw(Some("application/json"), text.as_bytes()));
            answer.refused(400, "INVALID_BODY");
        }
        // Bytes that are no text reach the functions as replacement characters, which may be a text like any other.
        let bytes = b"{\"code\": \"\xff\xfe\"}";
        let answer = operation.send(Payload::Raw(Some("application/json"), bytes));
        assert!(matches!(answer.status, 400 | 422), "{answer}");
    });
}

#[test]
fn a_field_given_twice_is_refused() {
    everywhere(|operation| {
        let body = operation.body.to_string();
        let (name, value) = operation.body.as_object().unwrap().iter().next().unwrap();
        let twice = format!("{},\"{name}\":{value}}}", &body[..body.len() - 1]);
        let answer = operation.send(Payload::Raw(Some("application/json"), twice.as_bytes()));
        answer.refused(400, "INVALID_BODY");
    });
}

#[test]
fn a_quantity_is_a_whole_number_from_one_to_twenty() {
    let member = Member::with_hundreds(1);

    member.unharmed(|| {
        for quantity in [
            "-1",
            "0",
            "1.5",
            "1.0",
            "21",
            "4294967297",
            "99999999999999999999",
            "1e100",
            "-0",
            "\"1\"",
            "null",
            "true",
            "[1]",
            "{}",
        ] {
            let body = format!(
                r#"{{"product_id":"{}","quantity":{quantity}}}"#,
                world().cheap
            );
            let payload = Payload::Raw(Some("application/json"), body.as_bytes());
            let answer = member.app.send("POST", "/v1/quotes", payload);
            let problem = answer.refused(400, "INVALID_BODY");
            assert_eq!(problem["pointer"], "/quantity", "{problem}");
        }
        let missing = json!({"product_id": world().cheap});
        let answer = member.app.post("/v1/quotes", &missing);
        let problem = answer.refused(400, "INVALID_BODY");
        assert!(text(&problem, "detail").contains("quantity"), "{problem}");
    });
}

#[test]
fn an_activity_has_an_id_a_kind_and_perhaps_an_instant() {
    let member = Member::join();
    let long = "x".repeat(65);

    member.unharmed(|| {
        for (field, value) in [
            ("event_id", json!("")),
            ("event_id", json!(long)),
            ("event_id", json!("a\nb")),
            ("event_id", json!(1)),
            ("event_id", json!(null)),
            ("kind", json!("moon_landed")),
            ("kind", json!("proof hundred")),
            ("kind", json!("")),
            ("kind", json!(["app_opened"])),
            ("occurred_at", json!("yesterday")),
            ("occurred_at", json!("2026-11-23")),
            ("occurred_at", json!("1969-12-31T23:59:59Z")),
            ("occurred_at", json!(1_795_000_000)),
            ("amount", json!("1000")),
            ("member_id", json!(world().cheap)),
        ] {
            let mut body = lesson(&fresh("event"), "proof-hundred");
            body[field] = value;
            let answer = member.app.post("/v1/activities", &body);
            let problem = answer.refused(400, "INVALID_BODY");
            assert_eq!(problem["pointer"], format!("/{field}"), "{problem}");
        }
    });
}

#[test]
fn revealing_takes_no_body_or_an_empty_object() {
    let member = Member::with_hundreds(1);
    let purchase = member.buy(&world().cheap, 1);
    let path = format!("/v1/purchases/{}/reveal", text(&purchase, "purchase_id"));

    let with_nothing = member.app.send("POST", &path, Payload::Nothing).good(200);
    let with_object = member.app.post(&path, &json!({})).good(200);
    assert_eq!(with_nothing, with_object);
    let answer = member.app.post(&path, &json!({"all": true}));
    answer.refused(400, "INVALID_BODY");
    let mut huge = vec![b' '; 1024 * 1024];
    huge.extend(b"{}");
    let answer = member
        .app
        .send("POST", &path, Payload::Raw(Some("application/json"), &huge));
    answer.refused(413, "BODY_TOO_LARGE");
}

#[test]
fn a_query_parameter_is_refused_where_an_operation_has_none() {
    everywhere(|operation| {
        let path = format!("{}?unknown=1", operation.path);
        let payload = Payload::Json(&operation.body);
        let answer = operation.caller.send(operation.method, &path, payload);
        answer.refused(400, "INVALID_QUERY");
    });

    let member = Member::with_hundreds(1);
    let hex = member.id.trim_start_matches("mem_");
    for path in [
        "/v1/wallet".to_owned(),
        format!("/v1/wallet/transactions/ent_{hex}_1"),
        format!("/v1/products/{}", world().cheap),
        format!("/v1/purchases/pur_{hex}_1"),
    ] {
        let answer = member.app.get(&format!("{path}?unknown=1"));
        answer.refused(400, "INVALID_QUERY");
    }
    let answer = world().admin.get("/admin/v1/reward-rules?unknown=1");
    answer.refused(400, "INVALID_QUERY");
}
