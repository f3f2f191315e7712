//! Paths and queries: every part is what belongs there, or refused where it stands.

use serde_json::json;

use crate::support::{Caller, Member, Payload, text, world};

#[test]
fn an_unknown_or_impossible_query_parameter_is_refused() {
    let member = Member::with_hundreds(1);
    let lists = [
        "/v1/wallet/transactions",
        "/v1/purchases",
        "/v1/notifications",
        "/v1/products",
    ];

    member.unharmed(|| {
        for list in lists {
            for query in [
                "limit=0",
                "limit=101",
                "limit=-1",
                "limit=1.5",
                "limit=ten",
                "limit=",
                "unknown=1",
                "Limit=5",
                "limit=5&limit=6",
                "offset=10",
                "kind[]=award",
            ] {
                let answer = member.app.get(&format!("{list}?{query}"));
                answer.refused(400, "INVALID_QUERY");
            }
        }
        for query in [
            "kind=gift",
            "kind=",
            "kind=AWARD",
            "category=gifts",
            "from=yesterday",
            "from=2026-11-23",
            "to=0",
            "from=%00",
            "kind=award&kind=purchase",
        ] {
            let answer = member.app.get(&format!("/v1/wallet/transactions?{query}"));
            answer.refused(400, "INVALID_QUERY");
        }
        let answer = member.app.get("/v1/products?partner_class=gold");
        answer.refused(400, "INVALID_QUERY");
    });
    for list in [
        "/admin/v1/partners",
        "/admin/v1/products",
        "/admin/v1/adjustments",
        "/admin/v1/audit",
    ] {
        let answer = world().admin.get(&format!("{list}?class=standard"));
        answer.refused(400, "INVALID_QUERY");
    }
}

#[test]
fn a_cursor_that_no_list_issued_is_refused() {
    let member = Member::with_hundreds(3);
    let page = member.app.get("/v1/wallet/transactions?limit=1").good(200);
    let cursor = text(&page, "next_cursor");
    let [version, place, tag] = cursor.split('.').collect::<Vec<_>>()[..] else {
        panic!("a cursor has three parts: {cursor}");
    };
    let elsewhere = data_encoding::BASE64URL_NOPAD.encode(b"1");
    assert_ne!(place, elsewhere);

    member.unharmed(|| {
        for forged in [
            format!("{version}.{elsewhere}.{tag}"),
            format!("9.{place}.{tag}"),
            format!("{version}.{place}"),
            format!("{version}.{place}."),
            format!("{cursor}A"),
            cursor.to_ascii_lowercase(),
            "1".to_owned(),
            "%F0%9F%A7%AC".to_owned(),
            String::new(),
            "A".repeat(2000),
        ] {
            for list in [
                "/v1/wallet/transactions",
                "/v1/purchases",
                "/v1/notifications",
                "/v1/products",
            ] {
                let answer = member.app.get(&format!("{list}?cursor={forged}"));
                answer.refused(400, "INVALID_CURSOR");
            }
        }
    });
}

fn refused(caller: &Caller, method: &str, path: &str, parameter: &str) {
    let problem = caller
        .send(method, path, Payload::Nothing)
        .refused(400, "INVALID_PATH");
    assert_eq!(problem["parameter"], parameter, "{problem}");
}

#[test]
fn an_id_that_is_not_one_is_refused_where_it_stands() {
    let member = Member::with_hundreds(1);
    let hex = member.id.trim_start_matches("mem_");
    let upper = hex.to_ascii_uppercase();
    member.unharmed(|| {
        for id in [
            "x".to_owned(),
            format!("ent_{hex}"),
            format!("ent_{hex}_0"),
            format!("ent_{hex}_01"),
            format!("ent_{hex}_-1"),
            format!("ent_{hex}_99999999999999999999"),
            format!("ent_{upper}_1"),
            format!("pur_{hex}_1"),
            format!("ent_{hex}_1%00"),
            format!("ent_{hex}_1%20"),
            "%E2%80%A6".to_owned(),
        ] {
            let path = format!("/v1/wallet/transactions/{id}");
            refused(&member.app, "GET", &path, "entry_id");
            let path = format!("{path}/receipt");
            refused(&member.app, "GET", &path, "entry_id");
        }
        for id in [format!("ent_{hex}_1"), format!("pur_{hex}"), "1".to_owned()] {
            refused(
                &member.app,
                "GET",
                &format!("/v1/purchases/{id}"),
                "purchase_id",
            );
            let path = format!("/v1/purchases/{id}/reveal");
            refused(&member.app, "POST", &path, "purchase_id");
        }
        for id in [
            "prd_1".to_owned(),
            format!("prt_{hex}"),
            format!("prd_{upper}"),
        ] {
            refused(
                &member.app,
                "GET",
                &format!("/v1/products/{id}"),
                "product_id",
            );
        }
    });
}

#[test]
fn an_id_of_a_partner_or_key_that_is_not_one_is_refused_where_it_stands() {
    let member = Member::with_hundreds(1);
    let hex = member.id.trim_start_matches("mem_");
    let admin = &world().admin;
    let partner = &world().standard.id;
    refused(
        admin,
        "DELETE",
        &format!("/admin/v1/partners/x/keys/key_{hex}"),
        "partner_id",
    );
    refused(
        admin,
        "DELETE",
        &format!("/admin/v1/partners/{partner}/keys/x"),
        "key_id",
    );
}

#[test]
fn what_is_well_formed_but_not_there_is_not_found() {
    let member = Member::with_hundreds(1);
    let nothing = "prd_00000000000000000000000000000000";

    member.unharmed(|| {
        let answer = member.app.get(&format!("/v1/products/{nothing}"));
        answer.refused(404, "PRODUCT_NOT_FOUND");
        let body = json!({"product_id": nothing, "quantity": 1});
        let answer = member.app.post("/v1/quotes", &body);
        answer.refused(404, "PRODUCT_NOT_FOUND");
    });
}

#[test]
fn the_partner_api_answers_an_unknown_address_as_a_problem() {
    let api = &world().standard.api;

    for (method, path) in [
        ("POST", "/v1/refunds"),
        ("GET", "/v1/redemptions"),
        ("GET", "/"),
    ] {
        let answer = api.send(method, path, Payload::Nothing);
        answer.refused(404, "NOT_FOUND");
    }
}
