//! Partners' keys: which open what, and for how long.

use std::time::Duration;

use serde_json::json;

use crate::support::{Member, Partner, fresh, partner_api, within, world};

/// Every operation for members.
#[test]
fn a_wrong_key_is_refused_whatever_is_wrong_with_it() {
    let key = &world().standard.api_key;
    let code = json!({"code": "000000-000000-000000"});
    let random = key.trim_start_matches("rjvk_");

    for wrong in [
        format!("rjvk_{}", "A".repeat(43)),
        random.to_owned(),
        format!("rjvk_{random}A"),
        key.to_ascii_uppercase(),
        format!("Bearer {key}"),
        "rjvk_".to_owned(),
        "x".repeat(4000),
    ] {
        let refused = partner_api(&wrong).post("/v1/codes/validate", &code);
        refused.refused(401, "UNAUTHENTICATED");
    }
}

#[test]
fn a_key_that_was_revoked_before_its_first_use_opens_nothing() {
    let partner = Partner::create("standard");
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);

    assert_eq!(partner.revoke_key(&partner.key_id).status, 204);

    partner.redeem(&code, "r").refused(401, "UNAUTHENTICATED");
    partner.validate(&code).refused(401, "UNAUTHENTICATED");
    assert_eq!(partner.revoke_key(&partner.key_id).status, 204, "again");
    world().standard.redeem(&code, &fresh("order")).good(201);
}

#[test]
fn a_key_in_use_stops_working_within_the_half_minute_the_gateway_remembers_it() {
    let partner = Partner::create("exclusive");
    let unknown = "000000-000000-000000";
    partner
        .validate(unknown)
        .refused(422, "CODE_NOT_REDEEMABLE");

    assert_eq!(partner.revoke_key(&partner.key_id).status, 204);

    let refused = within(Duration::from_secs(40), "the key stops working", || {
        let answer = partner.validate(unknown);
        (answer.status != 422).then_some(answer)
    });
    refused.refused(401, "UNAUTHENTICATED");
}

#[test]
fn a_partner_changes_its_key_without_a_gap() {
    let first = Partner::create("standard");
    let unknown = "000000-000000-000000";
    let works = |partner: &Partner| {
        let answer = partner.validate(unknown);
        answer.refused(422, "CODE_NOT_REDEEMABLE");
    };

    let second = first.with_key(&first.issue_key("second").good(201));
    works(&first);
    works(&second);
    let third = first.issue_key("third");
    let problem = third.refused(409, "TOO_MANY_KEYS");
    assert_eq!(problem["keys_max"], 2);
    let problem = first.issue_key("second").refused(409, "KEY_EXISTS");
    assert_eq!(problem["key_id"], second.key_id);

    assert_eq!(first.revoke_key(&first.key_id).status, 204);
    works(&second);
    let third = first.with_key(&first.issue_key("third").good(201));
    works(&third);
    works(&second);
    first.issue_key("fourth").refused(409, "TOO_MANY_KEYS");
}

#[test]
fn a_partner_cannot_end_up_with_three_keys_in_a_race() {
    let partner = Partner::create("standard");

    let answers = crate::support::race(5, |racer| partner.issue_key(&format!("racer {racer}")));

    let won = answers.iter().filter(|answer| answer.status == 201);
    assert_eq!(won.count(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "TOO_MANY_KEYS");
    }
}

#[test]
fn keys_of_unknown_partners_can_be_neither_issued_nor_revoked() {
    let nobody = "/admin/v1/partners/prt_00000000000000000000000000000000/keys";
    let body = json!({"reference": "first"});

    let admin = &world().admin;
    admin.post(nobody, &body).refused(404, "PARTNER_NOT_FOUND");
    let key = format!("{nobody}/key_00000000000000000000000000000000");
    admin.delete(&key).refused(404, "PARTNER_NOT_FOUND");
    // A key of one partner is not revoked through another.
    let (one, other) = (Partner::create("standard"), Partner::create("standard"));
    let foreign = other.revoke_key(&one.key_id);
    foreign.refused(404, "KEY_NOT_FOUND");
    one.validate("000000-000000-000000")
        .refused(422, "CODE_NOT_REDEEMABLE");
}
