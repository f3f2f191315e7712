//! A code is used once, by its own partner.

use serde_json::{Value, json};

use crate::support::{Member, fresh, race, text, world};

#[test]
fn a_partner_validates_and_redeems_a_code() {
    let member = Member::with_hundreds(1);
    let purchase = member.buy(&world().rare, 1);
    let code = member.reveal(&purchase).remove(0);
    let (partner, order) = (&world().exclusive, fresh("order"));

    let valid = partner.validate(&code).good(200);
    assert_eq!(valid["redeemable"], true);
    assert_eq!(valid["product_id"], world().rare);
    assert_eq!(valid["unit_price"], "25.5");
    assert_eq!(valid["code_id"], purchase["codes"][0]["code_id"]);
    assert_eq!(valid["expires_at"], purchase["codes"][0]["expires_at"]);
    // Asking changes nothing.
    assert_eq!(partner.validate(&code).good(200), valid);

    let redeemed = partner.redeem(&code, &order).good(201);
    assert_eq!(redeemed["code_id"], valid["code_id"]);
    assert_eq!(redeemed["product_id"], world().rare);
    assert_eq!(redeemed["unit_price"], "25.5");
    assert_eq!(redeemed["reference"], order);
    partner.validate(&code).refused(422, "CODE_NOT_REDEEMABLE");
}

#[test]
fn fifty_racing_redemptions_of_one_code_are_exactly_one() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let order = fresh("order");

    let answers = race(50, |racer| {
        world().standard.redeem(&code, &format!("{order}-{racer}"))
    });

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1, "{won:?}");
    for answer in lost {
        answer.refused(422, "CODE_NOT_REDEEMABLE");
    }
    // The winner's reference still gets the winner's answer, everybody else's still none.
    let redeemed = won[0].good(201);
    let again = world().standard.redeem(&code, text(&redeemed, "reference"));
    assert_eq!(again.good(201), redeemed);
    let late = world().standard.redeem(&code, &fresh("order"));
    late.refused(422, "CODE_NOT_REDEEMABLE");
}

#[test]
fn fifty_racing_redemptions_under_one_reference_are_one_redemption_and_fifty_equal_answers() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let order = fresh("order");

    let answers = race(50, |_| world().standard.redeem(&code, &order));

    for answer in &answers {
        answer.good(201);
        assert_eq!(answer.text, answers[0].text);
    }
}

#[test]
fn one_reference_may_redeem_several_codes() {
    let member = Member::with_hundreds(1);
    let codes = member.reveal(&member.buy(&world().cheap, 2));
    let order = fresh("order");

    let first = world().standard.redeem(&codes[0], &order).good(201);
    let second = world().standard.redeem(&codes[1], &order).good(201);

    assert_ne!(first["redemption_id"], second["redemption_id"]);
    assert_ne!(first["code_id"], second["code_id"]);
}

#[test]
fn another_partners_code_looks_unknown_and_stays_usable() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().rare);
    let order = fresh("order");

    let foreign = world().standard.redeem(&code, &order);
    let problem = foreign.refused(422, "CODE_NOT_REDEEMABLE");
    let other = world().standard.validate(&code);
    other.refused(422, "CODE_NOT_REDEEMABLE");
    // Nothing tells it from a code that does not exist.
    let unknown = world().standard.redeem("00000000000000000", &order);
    let unknown = unknown.refused(422, "CODE_NOT_REDEEMABLE");
    assert_eq!(faceless(problem), faceless(unknown));

    world().exclusive.redeem(&code, &order).good(201);
    // Nor does a redeemed one answer to somebody else who knows the reference.
    let used = world().standard.redeem(&code, &order);
    used.refused(422, "CODE_NOT_REDEEMABLE");
}

fn faceless(mut problem: Value) -> Value {
    problem["request_id"] = Value::Null;
    problem
}

#[test]
fn a_code_may_be_written_as_people_write() {
    let member = Member::with_hundreds(1);
    let codes = member.reveal(&member.buy(&world().cheap, 3));
    let spellings = [
        codes[0].to_ascii_lowercase().replace('-', " "),
        codes[1]
            .replace('-', "")
            .replace('0', "o")
            .replace('1', "l"),
        format!("  {}  ", codes[2].replace('1', "I").replace('0', "O")),
    ];

    for spelling in spellings {
        world().standard.validate(&spelling).good(200);
        world()
            .standard
            .redeem(&spelling, &fresh("order"))
            .good(201);
    }
}

#[test]
fn what_is_no_code_is_refused_like_any_other() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    // The last character belongs to the check: any other value of it is a typing error.
    let last = if code.ends_with('7') { '8' } else { '7' };
    let mistyped = format!("{}{last}", &code[..code.len() - 1]);
    let swapped = {
        let mut characters: Vec<char> = code.chars().collect();
        let place = (0..5).find(|place| characters[*place] != characters[place + 1]);
        let place = place.expect("two neighbours that differ");
        characters.swap(place, place + 1);
        characters.into_iter().collect::<String>()
    };
    let inputs = [
        mistyped,
        swapped,
        format!("{code}0"),
        code[1..].to_owned(),
        String::new(),
        " ".repeat(64),
        "A".repeat(10_000),
        "UUUUUU-UUUUUU-UUUUUU".to_owned(),
        "\u{ff21}".repeat(18),
        "'; DROP TABLE codes; --".to_owned(),
        "\u{0}".repeat(18),
    ];

    for input in inputs {
        let order = fresh("order");
        world()
            .standard
            .redeem(&input, &order)
            .refused(422, "CODE_NOT_REDEEMABLE");
        world()
            .standard
            .validate(&input)
            .refused(422, "CODE_NOT_REDEEMABLE");
    }
    world().standard.redeem(&code, &fresh("order")).good(201);
}

#[test]
fn a_refused_redemption_request_uses_nothing_up() {
    let member = Member::with_hundreds(1);
    let code = member.buy_code(&world().cheap);
    let api = &world().standard.api;
    let long = "x".repeat(65);

    for (body, pointer) in [
        (json!({"code": code, "reference": ""}), "/reference"),
        (json!({"code": code, "reference": long}), "/reference"),
        (json!({"code": code, "reference": "a\u{7}b"}), "/reference"),
        (json!({"code": code, "reference": 7}), "/reference"),
        (json!({"code": [code], "reference": "r"}), "/code"),
        (json!({"code": code}), ""),
        (
            json!({"code": code, "reference": "r", "partner_id": world().exclusive.id}),
            "/partner_id",
        ),
    ] {
        let problem = api
            .post("/v1/redemptions", &body)
            .refused(400, "INVALID_BODY");
        assert_eq!(problem["pointer"], pointer, "{problem}");
    }

    world().standard.validate(&code).good(200);
    assert_eq!(
        member.walk("/v1/purchases?limit=1")[0]["codes"][0]["state"],
        "issued"
    );
}
