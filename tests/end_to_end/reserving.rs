//! A partner reserves a code before it redeems it.

use serde_json::{Value, json};

use crate::support::{Member, fresh, race, world};

#[test]
fn a_reserved_code_is_redeemed_under_its_reference_only() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let (partner, till) = (&world().standard, fresh("till"));

    let reserved = partner.reserve(&code, &till, 15).good(200);
    assert_eq!(reserved["reserved_as"], till);
    assert_eq!(reserved["state"], "issued");
    assert_eq!(partner.reserve(&code, &till, 60).good(200), reserved);
    let seen = partner.validate(&code).good(200);
    assert_eq!(seen["redeemable"], false);
    assert_eq!(seen["reserved_until"], reserved["reserved_until"]);
    let body = json!({"code": code, "reference": till});
    let seen = partner.api.post("/v1/codes/validate", &body).good(200);
    assert_eq!(seen["redeemable"], true);

    let other = fresh("till");
    for refused in [
        partner.redeem(&code, &other),
        partner.reserve(&code, &other, 5),
    ] {
        let problem = refused.refused(409, "CODE_RESERVED");
        assert_eq!(problem["reserved_until"], reserved["reserved_until"]);
    }
    // A stranger is told what it is told of any code.
    let stranger = world().exclusive.reserve(&code, &till, 5);
    stranger.refused(422, "CODE_NOT_REDEEMABLE");

    partner.redeem(&code, &till).good(201);
    let late = partner.reserve(&code, &till, 15).good(200);
    assert_eq!(late["state"], "redeemed");
}

#[test]
fn a_reservation_is_extended_once_and_released() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let (partner, till) = (&world().standard, fresh("till"));
    let extend = |minutes: u32| {
        let body = json!({"code": code, "reference": till, "minutes": minutes, "extend": true});
        partner.api.post("/v1/codes/reserve", &body)
    };

    extend(5).refused(422, "CODE_NOT_RESERVED");
    partner.reserve(&code, &till, 5).good(200);
    let extended = extend(20).good(200);
    assert_eq!(extended["extended"], true);
    assert_eq!(extend(60).good(200), extended);

    let released = partner.release(&code, &till).good(200);
    assert_eq!(released["reserved_until"], Value::Null);
    assert_eq!(partner.release(&code, &till).good(200), released);
    partner.redeem(&code, &fresh("till")).good(201);
}

#[test]
fn of_a_reservation_and_a_redemption_that_race_exactly_one_is_first() {
    let member = Member::with_hundreds(3);
    let codes = member.reveal(&member.buy(&world().cheap, 10));
    let partner = &world().standard;
    for code in codes {
        let (till, order) = (fresh("till"), fresh("order"));

        let answers = race(2, |racer| match racer {
            0 => partner.reserve(&code, &till, 15),
            _ => partner.redeem(&code, &order),
        });

        let [reserved, redeemed] = &answers[..] else {
            panic!("two answers");
        };
        if redeemed.status == 201 {
            reserved.refused(422, "CODE_NOT_REDEEMABLE");
        } else {
            redeemed.refused(409, "CODE_RESERVED");
            reserved.good(200);
            partner.redeem(&code, &till).good(201);
        }
    }
}
