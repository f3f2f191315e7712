//! What is limited is never oversold, and a code is used or paid back and never both.

use serde_json::{Value, json};

use crate::support::{
    Answer, Member, array, fold, fresh, micros, product, race, text, verify_chain, world,
};

impl Member {
    fn give_back(&self, purchase: &Value, code: &Value) -> Answer {
        let path = format!("/v1/purchases/{}/refunds", text(purchase, "purchase_id"));
        let body = json!({"code_ids": [code["code_id"]], "reason": "changed_mind"});
        self.app.post(&path, &body)
    }

    fn report_problem(&self, purchase: &Value, code: &Value) -> Answer {
        let path = format!("/v1/purchases/{}/problems", text(purchase, "purchase_id"));
        let body = json!({"code_id": code["code_id"], "note": "The till said no."});
        self.app.post(&path, &body)
    }

    fn codes(&self, purchase: &Value) -> Vec<Value> {
        let path = format!("/v1/purchases/{}", text(purchase, "purchase_id"));
        array(&self.app.get(&path).good(200), "codes").to_vec()
    }
}

/// A product of the standard partner with more said about it.
fn created(more: &Value) -> String {
    let mut body = product(&fresh("limited"), &world().standard.id, "20");
    let said = body.as_object_mut().unwrap();
    said.extend(more.as_object().unwrap().clone());
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    text(&created, "product_id").to_owned()
}

#[test]
fn two_hundred_racing_purchases_of_the_last_five_are_exactly_five() {
    let limited = created(&json!({"stock": {"kind": "limited", "total": 5}}));
    let members: Vec<Member> = (0..10).map(|_| Member::with_hundreds(4)).collect();
    let quotes: Vec<(usize, String)> = (0..200)
        .map(|number| {
            let buyer = number % members.len();
            (buyer, members[buyer].quote(&limited, 1))
        })
        .collect();

    // Two hundred at once would wait for this machine, not for each other.
    let answers = race(40, |racer| {
        let own = quotes.iter().skip(racer).step_by(40);
        let bought = own.map(|(buyer, quote)| members[*buyer].execute(quote));
        bought.collect::<Vec<_>>()
    });
    let answers = answers.concat();

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 5, "{won:?}");
    for answer in lost {
        assert_eq!(answer.refused(422, "SOLD_OUT")["left"], 0);
    }
    let held: usize = members
        .iter()
        .map(|member| member.walk("/v1/purchases?limit=100").len())
        .sum();
    assert_eq!(held, 5);
}

#[test]
fn a_code_is_redeemed_or_refunded_and_never_both_fifty_times() {
    let member = Member::with_hundreds(10);
    let partner = &world().standard;
    for round in 0..50 {
        let purchase = member.buy(&world().cheap, 1);
        let (code, sold) = (member.reveal(&purchase).remove(0), &purchase["codes"][0]);
        let (before, order) = (member.available(), fresh("order"));

        let answers = race(2, |racer| {
            if racer == 0 {
                partner.redeem(&code, &order)
            } else {
                member.give_back(&purchase, sold)
            }
        });

        let (redeemed, refunded) = (answers[0].status == 201, answers[1].status == 200);
        assert!(redeemed != refunded, "round {round}: {answers:?}");
        let back = if refunded { 20_000_000 } else { 0 };
        assert_eq!(member.available(), before + back, "round {round}");
        let state = if refunded { "refunded" } else { "redeemed" };
        assert_eq!(member.codes(&purchase)[0]["state"], state);
        // Whoever asks again is told the same.
        if refunded {
            assert_eq!(member.give_back(&purchase, sold).text, answers[1].text);
        }
    }
    let entries = member.entries();
    verify_chain(&member.wallet(), &entries);
    assert_eq!(fold(&member.id, &entries).available, member.available());
}

#[test]
fn each_member_gets_no_more_than_each_may_have_until_one_is_given_back() {
    let limited = created(&json!({"per_member_max": 2}));
    let member = Member::with_hundreds(2);
    let quotes: Vec<String> = (0..6).map(|_| member.quote(&limited, 1)).collect();

    let answers = race(6, |racer| member.execute(&quotes[racer]));

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 2, "{won:?}");
    for answer in lost {
        answer.refused(422, "PER_MEMBER_LIMIT");
    }
    let purchase = won[0].json();
    let back = member.give_back(&purchase, &purchase["codes"][0]).good(200);
    assert_eq!(micros(&back["codes"][0]["amount"]), 20_000_000);
    member.buy(&limited, 1);
}

#[test]
fn a_code_that_does_not_work_is_replaced_twice_and_then_somebody_decides() {
    let member = Member::with_hundreds(1);
    let purchase = member.buy(&world().cheap, 3);
    let old = member.reveal(&purchase);
    let codes = array(&purchase, "codes");

    for code in &codes[..2] {
        let answer = member.report_problem(&purchase, code);
        assert_eq!(answer.good(200)["outcome"], "replaced");
        assert_eq!(member.report_problem(&purchase, code).text, answer.text);
    }
    let case = member.report_problem(&purchase, &codes[2]).good(200);
    assert_eq!(case["outcome"], "case");
    let path = format!("/admin/v1/cases/{}/decision", text(&case, "case_id"));
    let decision = json!({"decision": "refund", "reason": "A proof"});
    let decided = world().admin.post(&path, &decision).good(200);
    assert_eq!(decided["decision"], "refund");
    assert_eq!(world().admin.post(&path, &decision).good(200), decided);

    // The old codes are dead, the new ones are not.
    for code in &old {
        let dead = world().standard.validate(code);
        dead.refused(422, "CODE_NOT_REDEEMABLE");
    }
    let new = member.reveal(&purchase);
    assert_eq!(new.len(), 2);
    for code in &new {
        world().standard.redeem(code, &fresh("order")).good(201);
    }
    assert_eq!(member.available(), 60_000_000);
}
