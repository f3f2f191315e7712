//! The history is complete, in order, and cannot be changed afterwards.

use serde_json::Value;

use crate::support::{Member, array, fold, micros, race, text, verify_chain, world};

/// Somebody with awards of two categories, purchases in between, and more entries than a small page holds.
fn busy_member() -> Member {
    let member = Member::with_hundreds(1);
    member.earn("proof-quarter", 4);
    member.buy(&world().cheap, 1);
    member.earn("proof-expiring", 2);
    member.buy(&world().rare, 2);
    member.earn("proof-quarter", 3);
    member
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| text(row, "entry_id")).collect()
}

#[test]
fn the_hash_chain_verifies_and_the_wallet_is_the_fold_of_its_entries() {
    let member = busy_member();
    let quotes: Vec<String> = (0..3).map(|_| member.quote(&world().cheap, 1)).collect();
    race(3, |racer| member.execute(&quotes[racer]));

    let (wallet, entries) = (member.wallet(), member.entries());

    verify_chain(&wallet, &entries);
    let fold = fold(&member.id, &entries);
    assert_eq!(micros(&wallet["available"]), fold.available);
    assert_eq!(micros(&wallet["lifetime_earned"]), fold.earned);
    assert_eq!(micros(&wallet["lifetime_spent"]), fold.spent);
    let lots: Vec<u64> = array(&wallet, "lots")
        .iter()
        .map(|lot| micros(&lot["amount"]))
        .collect();
    // Months sort before "never", as lots that expire stand before those that stay.
    assert_eq!(lots, fold.lots.values().copied().collect::<Vec<_>>());
}

#[test]
fn a_new_member_has_an_empty_history() {
    let member = Member::join();

    let wallet = member.wallet();
    assert_eq!(wallet["available"], "0");
    assert_eq!(wallet["seq"], 0);
    verify_chain(&wallet, &[]);
    for path in [
        "/v1/wallet/transactions",
        "/v1/purchases",
        "/v1/notifications",
    ] {
        let list = member.app.get(path).good(200);
        assert!(array(&list, "items").is_empty(), "{list}");
        assert_eq!(list["next_cursor"], Value::Null);
    }
}

#[test]
fn pages_of_any_size_walk_the_whole_history_without_gaps_or_repeats() {
    let member = busy_member();
    let count = usize::try_from(member.seq()).unwrap();
    let expected: Vec<String> = (1..=count)
        .rev()
        .map(|seq| format!("ent_{}_{seq}", member.id.trim_start_matches("mem_")))
        .collect();

    for limit in [1, 3, 4, count, 100] {
        let rows = member.walk(&format!("/v1/wallet/transactions?limit={limit}"));
        assert_eq!(ids(&rows), expected, "pages of {limit}");
    }
}

#[test]
fn a_walk_meets_nothing_that_happens_on_the_way_and_misses_nothing_before() {
    let member = busy_member();
    let before = member.walk("/v1/wallet/transactions?limit=100");

    let first = member.app.get("/v1/wallet/transactions?limit=4").good(200);
    member.earn("proof-quarter", 2);
    let cursor = text(&first, "next_cursor");
    let path = format!("/v1/wallet/transactions?limit=100&cursor={cursor}");
    let rest = member.app.get(&path).good(200);

    let met = [array(&first, "items"), array(&rest, "items")].concat();
    assert_eq!(met, before);
}

#[test]
fn filters_select_by_kind_category_and_time() {
    let member = busy_member();
    let all = member.walk("/v1/wallet/transactions?limit=100");
    let list = |filter: &str| member.walk(&format!("/v1/wallet/transactions?limit=2&{filter}"));
    let kept = |wanted: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        all.iter().filter(|row| wanted(row)).cloned().collect()
    };

    let purchases = kept(&|row| row["kind"] == "purchase");
    assert_eq!(purchases.len(), 2);
    assert_eq!(list("kind=purchase"), purchases);
    let shared = kept(&|row| row["category"] == "data_contribution");
    assert_eq!(shared.len(), 7);
    assert_eq!(list("category=data_contribution"), shared);
    assert_eq!(
        list("kind=purchase&category=data_contribution"),
        [] as [Value; 0]
    );
    assert_eq!(list("kind=expiry"), [] as [Value; 0]);

    // From an instant on, and before one.
    let (older, newer) = (text(&all[8], "recorded_at"), text(&all[2], "recorded_at"));
    let between = kept(&|row| (older..newer).contains(&text(row, "recorded_at")));
    assert!(between.len() >= 2, "{between:?}");
    assert_eq!(list(&format!("from={older}&to={newer}")), between);
    let recent = kept(&|row| text(row, "recorded_at") >= older);
    assert_eq!(list(&format!("from={older}")), recent);
    assert_eq!(list("to=2026-01-01T00:00:00Z"), [] as [Value; 0]);
    assert_eq!(list("from=2126-01-01T00:00:00Z"), [] as [Value; 0]);
}

#[test]
fn a_row_of_the_history_is_the_summary_of_its_entry() {
    let member = busy_member();

    for row in member.walk("/v1/wallet/transactions?limit=100") {
        let entry = member.entry(text(&row, "entry_id"));
        for field in [
            "entry_id",
            "seq",
            "kind",
            "recorded_at",
            "source",
            "balance_after",
        ] {
            assert_eq!(row[field], entry[field], "{row}");
        }
        assert_eq!(row["amount"], entry["legs"][0]["amount"]);
    }
}

#[test]
fn purchases_and_notifications_are_walked_page_by_page_too() {
    let member = Member::with_hundreds(2);
    for _ in 0..5 {
        member.buy(&world().cheap, 1);
    }
    let purchases = member.walk("/v1/purchases?limit=100");
    assert_eq!(purchases.len(), 5);
    assert_eq!(member.walk("/v1/purchases?limit=2"), purchases);

    let count = usize::try_from(member.seq()).unwrap();
    crate::support::eventually("all notifications", || {
        (member.notifications().len() == count).then_some(())
    });
    let notifications = member.notifications();
    assert_eq!(member.walk("/v1/notifications?limit=2"), notifications);
}

#[test]
fn the_store_is_walked_page_by_page() {
    let member = Member::join();
    let known = [&world().cheap, &world().dear, &world().rare];

    let offers = member.walk("/v1/products?limit=3");

    let mut ids: Vec<&str> = offers
        .iter()
        .map(|offer| text(offer, "product_id"))
        .collect();
    for id in known {
        assert!(ids.contains(&id.as_str()), "{id}");
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "an offer came twice");
    let exclusive: Vec<bool> = offers
        .iter()
        .map(|offer| offer["is_exclusive_rjv_partner"] == true)
        .collect();
    assert!(
        exclusive.is_sorted_by(|a, b| a >= b),
        "exclusive partners come first"
    );
}
