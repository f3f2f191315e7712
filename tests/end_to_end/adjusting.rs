//! Wallets are corrected by two administrators, once, and never by one.

use serde_json::{Value, json};

use crate::support::{
    Answer, Member, array, eventually, fold, fresh, micros, race, text, verify_chain, walk, world,
};

const ADJUSTMENTS: &str = "/admin/v1/adjustments";

fn proposal(member: &Member, side: &str, amount: &str) -> Value {
    json!({
        "reference": fresh("adjustment"),
        "member_id": member.id,
        "side": side,
        "amount": amount,
        "reason": "goodwill",
        "ticket": "T-100",
    })
}

/// What the first administrator proposes; answers its path.
fn propose(proposal: &Value) -> String {
    let proposed = world().admin.post(ADJUSTMENTS, proposal).good(201);
    assert_eq!(proposed["state"], "proposed");
    format!("{ADJUSTMENTS}/{}", text(&proposed, "adjustment_id"))
}

/// What the second administrator makes of it.
fn decide(path: &str, verb: &str) -> Answer {
    world()
        .second_admin
        .post(&format!("{path}/{verb}"), &json!({}))
}

#[test]
fn an_adjustment_goes_from_its_proposal_to_the_members_history() {
    let member = Member::with_hundreds(1);
    let body = proposal(&member, "credit", "12.5");

    let path = member.unharmed(|| {
        let path = propose(&body);
        let own = world().admin.post(&format!("{path}/approve"), &json!({}));
        own.refused(403, "SECOND_ADMINISTRATOR_NEEDED");
        path
    });
    let applied = decide(&path, "approve").good(200);

    assert_eq!(applied["state"], "applied");
    assert_eq!(applied["balance_after"], "112.5");
    assert_eq!(world().admin.get(&path).good(200), applied);
    let wallet = member.wallet();
    assert_eq!(wallet["available"], "112.5");
    assert_eq!(wallet["lifetime_earned"], "100", "it was not earned");
    let rows = member.walk("/v1/wallet/transactions?kind=adjustment&limit=100");
    let [row] = rows.as_slice() else {
        panic!("one adjustment made {} entries", rows.len());
    };
    assert_eq!(row["entry_id"], applied["entry_id"]);
    assert_eq!(row["side"], "credit");
    assert_eq!(row["amount"], "12.5");
    assert_eq!(row["source"]["reason"], "goodwill");
    assert_eq!(row["source"]["ticket"], "T-100");
    assert_eq!(row["source"]["proposed_by"], applied["proposed_by"]);
    assert_eq!(row["source"]["approved_by"], applied["decided_by"]);
    assert_ne!(applied["proposed_by"], applied["decided_by"]);
    let entries = member.entries();
    verify_chain(&wallet, &entries);
    assert_eq!(fold(&member.id, &entries).available, 112_500_000);
    let told = eventually("the member is told", || {
        let mut told = member.notifications().into_iter();
        told.find(|told| told["entry_id"] == applied["entry_id"])
    });
    assert!(text(&told, "message").contains("added 12.5 RJV"), "{told}");
}

#[test]
fn what_was_decided_stays_decided() {
    let member = Member::join();
    let body = proposal(&member, "credit", "5");
    let path = propose(&body);
    let applied = decide(&path, "approve").good(200);
    let rejected = propose(&proposal(&member, "credit", "5"));
    decide(&rejected, "reject").good(200);

    member.unharmed(|| {
        assert_eq!(decide(&path, "approve").good(200), applied);
        assert_eq!(world().admin.post(ADJUSTMENTS, &body).good(201), applied);
        let problem = decide(&path, "reject").refused(409, "ADJUSTMENT_DECIDED");
        assert_eq!(problem["state"], "applied");
        let problem = decide(&rejected, "approve").refused(409, "ADJUSTMENT_DECIDED");
        assert_eq!(problem["state"], "rejected");

        let mut other = body.clone();
        other["amount"] = json!("6");
        let problem = world().admin.post(ADJUSTMENTS, &other);
        let problem = problem.refused(409, "ADJUSTMENT_CONFLICT");
        assert_eq!(problem["adjustment_id"], applied["adjustment_id"]);
    });
}

#[test]
fn a_debit_takes_no_more_than_there_is_and_waits_until_there_is_enough() {
    let member = Member::with_hundreds(1);
    let path = propose(&proposal(&member, "debit", "150"));

    member.unharmed(|| {
        let problem = decide(&path, "approve").refused(422, "INSUFFICIENT_TOKENS");
        assert_eq!(problem["missing"], "50");
    });
    assert_eq!(world().admin.get(&path).good(200)["state"], "proposed");
    member.earn("proof-hundred", 1);

    assert_eq!(decide(&path, "approve").good(200)["balance_after"], "50");
    assert_eq!(member.available(), 50_000_000);
}

#[test]
fn an_entry_is_corrected_once() {
    let member = Member::with_hundreds(1);
    let entry = member.entries().remove(0);
    let correct = || {
        let mut body = proposal(&member, "debit", "10");
        body["reason"] = json!("correction");
        body["corrects"] = entry["entry_id"].clone();
        body
    };
    let (first, second) = (propose(&correct()), propose(&correct()));
    let applied = decide(&first, "approve").good(200);

    member.unharmed(|| {
        let problem = decide(&second, "approve").refused(409, "ENTRY_CORRECTED");
        assert_eq!(problem["adjustment_id"], applied["adjustment_id"]);
        let third = world().admin.post(ADJUSTMENTS, &correct());
        third.refused(409, "ENTRY_CORRECTED");
        let mut nowhere = correct();
        nowhere["corrects"] = json!(format!("{}9", text(&entry, "entry_id")));
        let nowhere = world().admin.post(ADJUSTMENTS, &nowhere);
        nowhere.refused(404, "ENTRY_NOT_FOUND");
    });
    assert_eq!(member.entries()[1]["source"]["corrects"], entry["entry_id"]);
}

#[test]
fn of_five_who_approve_and_reject_at_once_one_has_its_way() {
    let member = Member::join();
    let path = propose(&proposal(&member, "credit", "5"));

    let answers = race(5, |racer| {
        decide(&path, if racer % 2 == 0 { "approve" } else { "reject" })
    });

    let there = world().admin.get(&path).good(200);
    let paid = if there["state"] == "applied" {
        5_000_000
    } else {
        0
    };
    assert_eq!(member.available(), paid);
    assert_eq!(member.seq(), u64::from(paid > 0));
    for answer in answers {
        if answer.status == 200 {
            assert_eq!(answer.good(200), there);
        } else {
            let problem = answer.refused(409, "ADJUSTMENT_DECIDED");
            assert_eq!(problem["state"], there["state"]);
        }
    }
}

#[test]
fn a_debit_that_races_with_purchases_takes_what_is_there_and_no_more() {
    let member = Member::with_hundreds(1);
    let path = propose(&proposal(&member, "debit", "90"));
    let quotes: Vec<String> = (0..3).map(|_| member.quote(&world().cheap, 1)).collect();

    let answers = race(4, |racer| match quotes.get(racer) {
        Some(quote) => member.execute(quote),
        None => decide(&path, "approve"),
    });

    let (wallet, entries) = (member.wallet(), member.entries());
    verify_chain(&wallet, &entries);
    assert_eq!(
        micros(&wallet["available"]),
        fold(&member.id, &entries).available
    );
    let bought = answers.iter().filter(|answer| answer.status == 201).count();
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(
        (bought, taken) == (0, 1) || (bought, taken) == (3, 0),
        "{answers:?}"
    );
    for answer in answers.iter().filter(|answer| answer.status > 201) {
        answer.refused(422, "INSUFFICIENT_TOKENS");
    }
}

#[test]
fn a_proposal_has_parts_that_fit_together() {
    let member = Member::join();
    let refused = |side: &str, field: &str, value: Value| {
        let mut body = proposal(&member, side, "5");
        body[field] = value;
        let answer = world().admin.post(ADJUSTMENTS, &body);
        let problem = answer.refused(400, "INVALID_BODY");
        assert_eq!(problem["pointer"], format!("/{field}"), "{problem}");
    };

    member.unharmed(|| {
        for amount in [json!("0"), json!("1000.000001"), json!("-5"), json!(5)] {
            refused("credit", "amount", amount);
        }
        refused("credit", "reason", json!("whim"));
        refused("credit", "ticket", json!(""));
        refused("credit", "side", json!("left"));
        refused("credit", "member_id", json!("mem_1"));
        refused("credit", "expires_after_months", json!(0));
        refused("debit", "expires_after_months", json!(12));
        refused("credit", "state", json!("applied"));
    });
}

#[test]
fn adjustments_are_listed_by_what_became_of_them() {
    let member = Member::join();
    let paths: Vec<String> = (0..3)
        .map(|_| propose(&proposal(&member, "credit", "1")))
        .collect();
    decide(&paths[1], "approve").good(200);
    decide(&paths[2], "reject").good(200);

    for (state, path) in ["proposed", "applied", "rejected"].iter().zip(&paths) {
        let list = format!("{ADJUSTMENTS}?state={state}&limit=100");
        let listed = walk(&world().auditor, &list);
        let mine: Vec<&Value> = listed
            .iter()
            .filter(|listed| listed["member_id"] == json!(member.id))
            .collect();
        assert_eq!(mine, [&world().auditor.get(path).good(200)], "{state}");
    }
    let waiting = world().admin.get(ADJUSTMENTS).good(200);
    assert!(
        array(&waiting, "items")
            .iter()
            .all(|listed| listed["state"] == "proposed")
    );
}
