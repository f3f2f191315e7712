//! Who shows wrong codes is locked out, through the real gateway.

use serde_json::{Value, json};

use crate::support::{ADDRESS, Answer, Member, Payload, fresh, fresh_address, send, world};

/// Shows a code at the exclusive partner's till.
fn show(code: &str, address: &str, customer: &str) -> Answer {
    let api = &world().exclusive.api;
    let body = json!({"code": code, "customer": customer});
    let (name, key) = api.credential.as_ref().expect("a key");
    let headers = [(*name, key.as_str()), (ADDRESS, address)];
    let url = format!("{}/v1/codes/validate", api.base);
    send("POST", &url, &headers, Payload::Json(&body))
}

fn assert_locked(answer: &Answer) {
    let problem = answer.refused(429, "TOO_MANY_GUESSES");
    assert_ne!(problem["retry_at"], Value::Null);
    let seconds = answer.retry_after.expect("when to come back");
    assert!((1..=120).contains(&seconds), "{answer}");
}

#[test]
fn a_customer_with_five_wrong_codes_is_locked_out_and_others_are_not() {
    let code = Member::with_hundreds(1).buy_code(&world().rare);
    let customer = fresh("customer");
    for number in 0..5 {
        let wrong = show(&format!("WRONG-{number}"), &fresh_address(), &customer);
        wrong.refused(422, "CODE_NOT_REDEEMABLE");
    }

    assert_locked(&show("WRONG-5", &fresh_address(), &customer));

    show(&code, &fresh_address(), &fresh("customer")).good(200);
}

#[test]
fn an_address_with_twenty_wrong_codes_is_locked_out_and_others_are_not() {
    let code = Member::with_hundreds(1).buy_code(&world().rare);
    let address = fresh_address();
    for number in 0..20 {
        let wrong = show(&format!("WRONG-{number}"), &address, &fresh("customer"));
        wrong.refused(422, "CODE_NOT_REDEEMABLE");
    }

    assert_locked(&show("WRONG-20", &address, &fresh("customer")));

    show(&code, &fresh_address(), &fresh("customer")).good(200);
}
