//! Quotes are promises, a purchase executes one once, and no wallet goes below zero.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Member, array, eventually, fold, fresh, item, micros, product, race, text, verify_chain, world,
};

#[test]
fn buying_takes_the_price_and_gives_codes_that_only_their_holder_reads() {
    let member = Member::with_hundreds(1);

    let quote = member.quoted(&world().rare, 2);
    assert_eq!(quote["unit_price"], "25.5");
    assert_eq!(quote["total"], "51");
    let purchase = member.execute(text(&quote, "quote")).good(201);
    assert_eq!(purchase["quote_id"], quote["quote_id"]);
    assert_eq!(purchase["partner_id"], world().exclusive.id);
    assert_eq!(purchase["quantity"], 2);
    assert_eq!(purchase["total"], "51");
    assert_eq!(purchase["balance_after"], "49");
    assert_eq!(member.wallet()["available"], "49");
    assert_eq!(member.wallet()["lifetime_spent"], "51");

    let codes = member.reveal(&purchase);
    assert_eq!(codes.len(), 2);
    assert_ne!(codes[0], codes[1]);
    assert_eq!(member.reveal(&purchase), codes);
    for (code, bought) in codes.iter().zip(array(&purchase, "codes")) {
        let masked = text(bought, "masked");
        assert!(masked.ends_with(&code[code.len() - 4..]), "{masked}");
        assert!(!masked.contains(&code[..6]), "{masked}");
    }
}

#[test]
fn no_table_holds_a_code_that_could_be_redeemed() {
    let member = Member::with_hundreds(1);
    let purchase = member.buy(&world().cheap, 1);
    let code = member.reveal(&purchase).remove(0);

    let id = text(&purchase["codes"][0], "code_id");
    let kept = item("CodesTable", id, "code");
    let seq = text(&purchase, "purchase_id").rsplit('_').next().unwrap();
    let paid = item("LedgerTable", &member.id, &format!("entry#{seq:0>12}"));

    assert_eq!(kept["code_id"]["S"], id);
    assert_eq!(paid["kind"]["S"], "purchase");
    for place in [kept.to_string(), paid.to_string()] {
        assert!(!place.contains(&code), "{place}");
        assert!(!place.contains(&code.replace('-', "")), "{place}");
    }
}

#[test]
fn twenty_racing_purchases_with_money_for_three_are_exactly_three() {
    let member = Member::with_hundreds(1);
    let quotes: Vec<String> = (0..20).map(|_| member.quote(&world().dear, 1)).collect();

    let answers = race(20, |racer| member.execute(&quotes[racer]));

    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 3, "{won:?}");
    for answer in lost {
        let problem = answer.refused(422, "INSUFFICIENT_TOKENS");
        // A racer sees what is left at its turn; the sum of what there is and what is missing is always the price.
        let parts = micros(&problem["available"]) + micros(&problem["missing"]);
        assert_eq!(problem["required"], "30");
        assert_eq!(parts, 30_000_000);
    }
    let wallet = member.wallet();
    assert_eq!(wallet["available"], "10");
    assert_eq!(wallet["lifetime_spent"], "90");
    let entries = member.entries();
    assert_eq!(entries.len(), 4);
    assert_eq!(fold(&member.id, &entries).available, 10_000_000);
    verify_chain(&wallet, &entries);
    let mut balances: Vec<u64> = won
        .iter()
        .map(|answer| micros(&answer.json()["balance_after"]))
        .collect();
    balances.sort_unstable();
    assert_eq!(balances, [10_000_000, 40_000_000, 70_000_000]);
    assert_eq!(member.walk("/v1/purchases?limit=100").len(), 3);
}

#[test]
fn purchases_and_awards_racing_on_one_wallet_all_count() {
    let member = Member::with_hundreds(1);
    let quotes: Vec<String> = (0..4).map(|_| member.quote(&world().cheap, 1)).collect();

    race(8, |racer| match quotes.get(racer) {
        Some(quote) => drop(member.execute(quote).good(201)),
        None => drop(member.report(&fresh("event"), "proof-hundred").good(202)),
    });
    eventually("all awards", || (member.seq() == 9).then_some(()));

    assert_eq!(member.available(), 420_000_000);
    verify_chain(&member.wallet(), &member.entries());
}

#[test]
fn one_quote_bought_ten_times_at_once_is_one_purchase_and_ten_equal_answers() {
    let member = Member::with_hundreds(1);
    let quote = member.quote(&world().cheap, 2);

    let answers = race(10, |_| member.execute(&quote));

    for answer in &answers {
        answer.good(201);
        assert_eq!(answer.text, answers[0].text);
    }
    assert_eq!(member.available(), 60_000_000);
    assert_eq!(member.walk("/v1/purchases?limit=100").len(), 1);
}

#[test]
fn one_quote_raced_for_with_money_for_one_gives_everybody_that_purchase() {
    let member = Member::with_hundreds(1);
    let quote = member.quote(&world().rare, 3);

    // Whoever comes second finds the wallet all but empty, and must still see the codes that emptied it.
    let answers = race(10, |_| member.execute(&quote));

    for answer in &answers {
        answer.good(201);
        assert_eq!(answer.text, answers[0].text);
    }
    assert_eq!(member.available(), 23_500_000);
}

#[test]
fn a_quote_is_answered_the_same_after_the_balance_is_gone_and_the_code_is_used() {
    let member = Member::with_hundreds(1);
    let quote = member.quote(&world().cheap, 1);
    let first = member.execute(&quote);
    let bought = first.good(201);
    member.buy(&world().cheap, 4);
    assert_eq!(member.wallet()["available"], "0");
    let code = member.reveal(&bought).remove(0);
    world().standard.redeem(&code, &fresh("order")).good(201);

    member.unharmed(|| {
        let again = member.execute(&quote);
        again.good(201);
        assert_eq!(again.text, first.text);
    });
}

#[test]
fn too_little_is_refused_to_the_last_micro_token_and_changes_nothing() {
    let member = Member::join();
    member.earn("proof-hundred", 1);
    member.buy(&world().cheap, 4);
    let quote = member.quote(&world().rare, 1);

    member.unharmed(|| {
        let problem = member.execute(&quote).refused(422, "INSUFFICIENT_TOKENS");
        assert_eq!(problem["available"], "20");
        assert_eq!(problem["required"], "25.5");
        assert_eq!(problem["missing"], "5.5");
    });

    // The same quote buys once there is enough: a refusal uses nothing up.
    member.earn("proof-hundred", 1);
    let purchase = member.execute(&quote).good(201);
    assert_eq!(purchase["balance_after"], "94.5");
}

#[test]
fn the_whole_balance_can_be_spent_and_not_a_code_more() {
    let member = Member::with_hundreds(1);

    let all = member.buy(&world().cheap, 5);
    assert_eq!(all["balance_after"], "0");
    assert_eq!(member.wallet()["lots"], json!([]));

    let one_more = member.quote(&world().cheap, 1);
    member.unharmed(|| {
        let problem = member
            .execute(&one_more)
            .refused(422, "INSUFFICIENT_TOKENS");
        assert_eq!(problem["available"], "0");
    });
}

#[test]
fn the_largest_purchase_is_one_transaction() {
    let member = Member::with_hundreds(4);

    let purchase = member.buy(&world().cheap, 20);

    assert_eq!(purchase["total"], "400");
    assert_eq!(purchase["balance_after"], "0");
    let mut codes = member.reveal(&purchase);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 20);
}

#[test]
fn a_quote_that_was_changed_or_made_elsewhere_buys_nothing() {
    let member = Member::with_hundreds(1);
    let quote = member.quote(&world().cheap, 1);
    let [version, payload, tag] = quote.split('.').collect::<Vec<_>>()[..] else {
        panic!("a quote has three parts: {quote}");
    };
    let encoding = data_encoding::BASE64URL_NOPAD;
    let promise = String::from_utf8(encoding.decode(payload.as_bytes()).unwrap()).unwrap();
    let cheaper = promise.replace(r#""total":"20""#, r#""total":"0.000001""#);
    assert_ne!(cheaper, promise);
    let cheaper = encoding.encode(cheaper.as_bytes());
    // A cursor is signed with the same secret, for another purpose.
    let rows = member.app.get("/v1/products?limit=1").good(200);
    let cursor = text(&rows, "next_cursor").to_owned();

    member.unharmed(|| {
        for forged in [
            format!("{version}.{cheaper}.{tag}"),
            format!("2.{payload}.{tag}"),
            format!("{version}.{payload}."),
            format!("{version}.{payload}"),
            format!("{version}.{payload}.{}", tag.to_ascii_uppercase()),
            format!("{quote}A"),
            format!("{quote}.{tag}"),
            format!(" {quote}"),
            cursor,
            String::new(),
            "..".to_owned(),
            "\u{1f9ec}".repeat(1000),
        ] {
            member.execute(&forged).refused(400, "QUOTE_INVALID");
        }
    });
}

#[test]
fn a_paused_product_cannot_be_quoted_while_an_older_quote_still_buys() {
    let member = Member::with_hundreds(1);
    let body = product(&fresh("product"), &world().standard.id, "21");
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    let id = text(&created, "product_id");
    let older = member.quote(id, 1);

    let path = format!("/admin/v1/products/{id}");
    let pause = json!({"version": 1, "state": "paused"});
    world().admin.patch(&path, &pause).good(200);

    let wish = json!({"product_id": id, "quantity": 1});
    // Each process reads the catalogue by itself; some may not even have heard of the product yet.
    let refused = eventually("the pause is known", || {
        let answer = member.app.post("/v1/quotes", &wish);
        answer.is_refused("PRODUCT_UNAVAILABLE").then_some(answer)
    });
    refused.refused(422, "PRODUCT_UNAVAILABLE");
    eventually("the store says so", || {
        let shown = member.app.get(&format!("/v1/products/{id}"));
        (shown.status == 200 && shown.json()["availability"]["status"] == "paused").then_some(())
    });
    let purchase = member.execute(&older).good(201);
    assert_eq!(purchase["total"], "21");
}

#[test]
fn a_quote_keeps_its_price_when_the_product_becomes_dearer() {
    let member = Member::with_hundreds(1);
    let body = product(&fresh("product"), &world().standard.id, "20");
    let created = world().admin.post("/admin/v1/products", &body).good(201);
    let id = text(&created, "product_id");
    let older = member.quote(id, 1);

    let path = format!("/admin/v1/prices/{id}");
    let dearer = json!({"version": 1, "terms": {"base": "30"}});
    let changed = world().admin.put(&path, &dearer).good(200);
    assert_eq!(changed["version"], 2);
    let newer = eventually("the new price is known", || {
        let quote = member.quoted(id, 1);
        (quote["price_version"] == 2).then_some(quote)
    });

    assert_eq!(newer["total"], "30");
    let cheap = member.execute(&older).good(201);
    assert_eq!(cheap["balance_after"], "80");
    let dear = member.execute(text(&newer, "quote")).good(201);
    assert_eq!(dear["balance_after"], "50");
}

#[test]
fn the_store_says_what_is_exclusive_and_what_the_caller_can_afford() {
    let member = Member::join();
    let find = |class: &str, id: &str| -> Option<Value> {
        let path = format!("/v1/products?limit=100&partner_class={class}");
        let offers = member.walk(&path);
        assert!(
            offers
                .iter()
                .all(|offer| offer["is_exclusive_rjv_partner"] == (class == "exclusive"))
        );
        offers.into_iter().find(|offer| offer["product_id"] == id)
    };

    let rare = find("exclusive", &world().rare).expect("the exclusive product");
    assert_eq!(rare["token_price"], "25.5");
    assert_eq!(rare["partner"]["partner_id"], world().exclusive.id);
    assert_eq!(rare["availability"]["status"], "available");
    assert_eq!(rare["affordable"], false);
    assert!(find("standard", &world().cheap).is_some());
    assert!(find("standard", &world().rare).is_none());

    member.earn("proof-hundred", 1);
    let path = format!("/v1/products/{}", world().rare);
    assert_eq!(member.app.get(&path).good(200)["affordable"], true);
}

#[test]
fn a_purchase_tells_what_has_become_of_its_codes() {
    let member = Member::with_hundreds(1);
    let purchase = member.buy(&world().cheap, 2);
    let path = format!("/v1/purchases/{}", text(&purchase, "purchase_id"));
    let codes = || member.app.get(&path).good(200)["codes"].clone();

    let sold = codes();
    assert_eq!(sold[0]["state"], "issued");
    assert_eq!(sold[0]["revealed_at"], Value::Null);
    let revealed = member.reveal(&purchase);
    assert!(codes()[1]["revealed_at"].is_string());
    thread::sleep(Duration::from_millis(5));
    let first_seen = codes();
    member.reveal(&purchase);
    assert_eq!(codes(), first_seen, "only the first reveal is noted");
    let redeemed = world()
        .standard
        .redeem(&revealed[1], &fresh("order"))
        .good(201);

    let now = codes();
    assert_eq!(now[0]["state"], "issued");
    assert_eq!(now[1]["state"], "redeemed");
    assert_eq!(now[1]["redeemed_at"], redeemed["redeemed_at"]);
    assert_eq!(now[1]["code_id"], redeemed["code_id"]);
    assert_eq!(member.walk("/v1/purchases?limit=100")[0]["codes"], now);
}
