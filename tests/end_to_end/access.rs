//! Nobody gets in without an identity, and everybody sees only what is theirs.

use std::thread;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::operations::{ADMIN_OPERATIONS, MEMBER_OPERATIONS, PARTNER_OPERATIONS};
use crate::support::{
    Member, Payload, app, claims, fresh, idp, partner_api, sign_in_for, text, world,
};

fn payload<'a>(method: &str, body: &'a Value) -> Payload<'a> {
    match method {
        "GET" | "DELETE" => Payload::Nothing,
        _ => Payload::Json(body),
    }
}

#[test]
fn without_a_token_every_operation_of_the_app_is_closed() {
    let nobody = app("").anonymous();
    let body = json!({});

    for (method, path) in MEMBER_OPERATIONS.iter().chain(&ADMIN_OPERATIONS) {
        nobody
            .send(method, path, payload(method, &body))
            .turned_away();
    }
}

#[test]
fn without_a_key_every_operation_for_partners_is_closed() {
    let body = json!({"code": "000000-000000-000000", "reference": "r"});

    for (method, path) in PARTNER_OPERATIONS {
        let nobody = partner_api("").anonymous();
        nobody
            .send(method, path, payload(method, &body))
            .refused(401, "UNAUTHENTICATED");
    }
}

#[test]
fn a_member_may_use_no_operation_for_administrators() {
    let member = Member::join();
    let body = json!({"reference": fresh("partner"), "name": "Mine", "class": "exclusive"});

    for (method, path) in ADMIN_OPERATIONS {
        member
            .app
            .send(method, path, payload(method, &body))
            .refused(403, "FORBIDDEN");
    }
}

#[test]
fn an_auditor_may_read_what_administrators_read_and_support_may_not() {
    for group in ["auditor", "support"] {
        let person = Member::join();
        let pool = &crate::support::stack().user_pool_id;
        let add = json!({"UserPoolId": pool, "Username": person.email, "GroupName": group});
        idp("AdminAddUserToGroup", &add);
        let tokens = sign_in_for(60, &person.email, &person.password);
        let token = text(&tokens, "AccessToken");
        assert_eq!(claims(token)["cognito:groups"], json!([group]));

        for (method, path) in ADMIN_OPERATIONS {
            let body = json!({});
            let answer = app(token).send(method, path, payload(method, &body));
            // A simulation is sent much to look at, and changes nothing.
            let reads = method == "GET" || path.ends_with("/simulate") || path.ends_with("/search");
            // Single codes are the business of support.
            let helps = group == "support" && path.starts_with("/admin/v1/codes/");
            if helps {
                answer.refused(400, "INVALID_BODY");
            } else if group == "support" || !reads {
                answer.refused(403, "FORBIDDEN");
            } else if method == "GET" && path.ends_with("/usage") {
                // It asks for a time.
                answer.refused(400, "INVALID_QUERY");
            } else if path.contains("_00000000") || path.contains("proof-week") {
                assert!([200, 404].contains(&answer.status), "{path}: {answer}");
            } else if !path.starts_with("/admin/v1/reports/rewards") && method == "GET" {
                answer.good(200);
            } else {
                // It asks for a body or a query, so the auditor was let in.
                assert_eq!(answer.status, 400, "{path}: {answer}");
            }
        }
    }
}

#[test]
fn a_forged_token_opens_nothing() {
    let (member, victim) = (Member::join(), Member::with_hundreds(1));
    let (_, credential) = member.app.credential.clone().unwrap();
    let token = credential.trim_start_matches("Bearer ");
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts");
    };
    let encode = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
    let as_victim = {
        let mut claims = claims(token);
        claims["sub"] = json!(victim.id.trim_start_matches("mem_"));
        encode(&claims)
    };
    let as_admin = {
        let mut claims = claims(token);
        claims["cognito:groups"] = json!(["admin"]);
        encode(&claims)
    };
    let none = encode(&json!({"alg": "none", "typ": "JWT"}));
    let other_signature: String = signature.chars().rev().collect();

    victim.unharmed(|| {
        for forged in [
            format!("{header}.{as_victim}.{signature}"),
            format!("{header}.{as_admin}.{signature}"),
            format!("{none}.{as_victim}."),
            format!("{none}.{payload}.{signature}"),
            format!("{header}.{payload}."),
            format!("{header}.{payload}.{other_signature}"),
            format!("{header}.{payload}"),
            "not.a.token".to_owned(),
            String::new(),
        ] {
            app(&forged).get("/v1/wallet").turned_away();
            app(&forged).get("/admin/v1/partners").turned_away();
        }
    });
    app(token).get("/v1/wallet").good(200);
}

#[test]
fn a_token_of_another_user_pool_opens_nothing() {
    let pool = idp("CreateUserPool", &json!({"PoolName": fresh("elsewhere")}));
    let pool_id = text(&pool["UserPool"], "Id");
    let client = json!({
        "UserPoolId": pool_id,
        "ClientName": "elsewhere",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let client = idp("CreateUserPoolClient", &client);
    let client_id = text(&client["UserPoolClient"], "ClientId");
    let (name, password) = (fresh("somebody"), "Longevity-2026!");
    let sign_up = json!({"ClientId": client_id, "Username": name, "Password": password});
    idp("SignUp", &sign_up);
    let confirm = json!({"UserPoolId": pool_id, "Username": name});
    idp("AdminConfirmSignUp", &confirm);
    let sign_in = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id,
        "AuthParameters": {"USERNAME": name, "PASSWORD": password},
    });
    let tokens = idp("InitiateAuth", &sign_in)["AuthenticationResult"].clone();

    let stranger = app(text(&tokens, "AccessToken"));
    stranger.get("/v1/wallet").turned_away();
    idp("DeleteUserPool", &json!({"UserPoolId": pool_id}));
}

#[test]
fn an_expired_token_opens_nothing() {
    let member = Member::with_hundreds(1);
    let quote = member.quote(&world().cheap, 1);
    let tokens = sign_in_for(1, &member.email, &member.password);
    let stale = app(text(&tokens, "AccessToken"));

    thread::sleep(Duration::from_secs(2));

    member.unharmed(|| {
        stale.get("/v1/wallet").turned_away();
        let body = json!({"quote": quote});
        stale.post("/v1/purchases", &body).turned_away();
    });
}

#[test]
fn a_key_opens_no_app_and_a_token_no_partner_api() {
    let member = Member::join();
    let key = world().standard.api_key.as_str();
    let code = json!({"code": "000000-000000-000000"});

    let with_key = app("").with("x-api-key", key);
    with_key.get("/v1/wallet").turned_away();
    app(key).get("/v1/wallet").turned_away();
    let (name, credential) = member.app.credential.clone().unwrap();
    let with_token = partner_api("").with(name, credential.clone());
    let refused = with_token.post("/v1/codes/validate", &code);
    refused.refused(401, "UNAUTHENTICATED");
    let token = credential.trim_start_matches("Bearer ");
    let refused = partner_api(token).post("/v1/codes/validate", &code);
    refused.refused(401, "UNAUTHENTICATED");
}

#[test]
fn another_members_purchase_and_entry_look_as_if_they_did_not_exist() {
    let (owner, stranger) = (Member::with_hundreds(1), Member::with_hundreds(1));
    let purchase = owner.buy(&world().cheap, 1);
    let purchase = text(&purchase, "purchase_id");
    let (_, place) = purchase.split_once('_').unwrap();
    let nowhere = "00000000000000000000000000000000_1";

    owner.unharmed(|| {
        stranger.unharmed(|| {
            for id in [place, nowhere] {
                let path = format!("/v1/purchases/pur_{id}");
                stranger.app.get(&path).refused(404, "PURCHASE_NOT_FOUND");
                let path = format!("{path}/reveal");
                let refused = stranger.app.post(&path, &json!({}));
                refused.refused(404, "PURCHASE_NOT_FOUND");
                let path = format!("/v1/wallet/transactions/ent_{id}");
                stranger.app.get(&path).refused(404, "ENTRY_NOT_FOUND");
                let path = format!("{path}/receipt");
                stranger.app.get(&path).refused(404, "ENTRY_NOT_FOUND");
            }
        });
    });
    // An award is no purchase, and what is not there yet is not there.
    let own = owner.id.trim_start_matches("mem_");
    for seq in [1, 3] {
        let path = format!("/v1/purchases/pur_{own}_{seq}");
        owner.app.get(&path).refused(404, "PURCHASE_NOT_FOUND");
    }
    let path = format!("/v1/wallet/transactions/ent_{own}_3");
    owner.app.get(&path).refused(404, "ENTRY_NOT_FOUND");
}

#[test]
fn another_members_quote_buys_nothing_and_stays_good_for_its_owner() {
    let (owner, stranger) = (Member::with_hundreds(1), Member::with_hundreds(1));
    let quote = owner.quote(&world().cheap, 1);

    owner.unharmed(|| {
        stranger.unharmed(|| {
            stranger.execute(&quote).refused(403, "QUOTE_NOT_YOURS");
        });
    });
    let bought = owner.execute(&quote).good(201);
    // Nor does it show afterwards what it bought.
    stranger.execute(&quote).refused(403, "QUOTE_NOT_YOURS");
    assert_eq!(owner.execute(&quote).good(201), bought);
}

#[test]
fn a_cursor_is_good_for_its_member_and_its_list_only() {
    let (owner, stranger) = (Member::with_hundreds(3), Member::with_hundreds(3));
    let page = owner.app.get("/v1/wallet/transactions?limit=1").good(200);
    let cursor = text(&page, "next_cursor");

    let theirs = format!("/v1/wallet/transactions?limit=1&cursor={cursor}");
    owner.app.get(&theirs).good(200);
    stranger.app.get(&theirs).refused(400, "INVALID_CURSOR");
    for list in ["/v1/purchases", "/v1/notifications", "/v1/products"] {
        let path = format!("{list}?cursor={cursor}");
        owner.app.get(&path).refused(400, "INVALID_CURSOR");
    }
    let products = owner.app.get("/v1/products?limit=1").good(200);
    let cursor = text(&products, "next_cursor");
    for list in [
        "/admin/v1/products",
        "/admin/v1/partners",
        "/admin/v1/adjustments",
        "/admin/v1/audit",
    ] {
        let path = format!("{list}?cursor={cursor}");
        world().admin.get(&path).refused(400, "INVALID_CURSOR");
    }
}
