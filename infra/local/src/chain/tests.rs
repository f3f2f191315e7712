//! Histories with every kind of manipulation.

use serde_json::{Value, json};

use super::*;

const HEX: &str = "11111111111141118111111111111111";
const OTHER_HEX: &str = "22222222222242228222222222222222";

/// Gives an entry the hash that it then has.
fn hashed(mut entry: Value) -> Value {
    entry.as_object_mut().unwrap().remove("hash");
    let hash = sha256(&serde_json_canonicalizer::to_vec(&entry).unwrap());
    entry["hash"] = json!(hash);
    entry
}

/// The whole transactions of a wallet with these movements, such as `+8` and `-5`.
fn wallet_of(hex: &str, movements: &[&str]) -> Vec<Value> {
    let mut previous = sha256(format!("rjv-wallet:mem_{hex}").as_bytes());
    let mut balance = Amount::default();
    let mut entries = Vec::new();
    for (movement, seq) in movements.iter().zip(1..) {
        let (sign, text) = movement.split_at(1);
        let amount = Amount::parse(text).unwrap();
        let (side, other, kind) = if sign == "+" {
            ("credit", "debit", "award")
        } else {
            ("debit", "credit", "expiry")
        };
        balance = if sign == "+" {
            balance.plus(amount)
        } else {
            balance.minus(amount)
        };
        let entry = hashed(json!({
            "entry_id": format!("ent_{hex}_{seq}"),
            "seq": seq,
            "recorded_at": format!("2026-11-23T08:00:0{seq}.000Z"),
            "kind": kind,
            "source": {},
            "legs": [
                {"account": format!("member:mem_{hex}"), "side": side, "amount": text},
                {"account": "expiry", "side": other, "amount": text},
            ],
            "lots": {"never": text},
            "balance_after": balance.to_string(),
            "previous_hash": previous,
        }));
        previous = entry["hash"].as_str().unwrap().to_owned();
        entries.push(entry);
    }
    entries
}

fn good() -> Vec<Value> {
    wallet_of(HEX, &["+8", "+5.25", "-3", "+20"])
}

/// The receipt of an entry in a chain.
fn receipt(entry: &Value, chain: &[Value]) -> Value {
    let mut bare = entry.clone();
    bare.as_object_mut().unwrap().remove("hash");
    let canonical = serde_json_canonicalizer::to_vec(&bare).unwrap();
    json!({
        "entry_id": entry["entry_id"],
        "seq": entry["seq"],
        "canonical": String::from_utf8(canonical).unwrap(),
        "hash": entry["hash"],
        "previous_hash": entry["previous_hash"],
        "chain": {"length": chain.len(), "head_hash": chain.last().unwrap()["hash"]},
    })
}

/// What is wrong with these.
fn wrong(values: &[Value]) -> String {
    match check(values) {
        Err(error) => format!("{error:#}"),
        Ok(_) => panic!("nothing was found wrong"),
    }
}

/// Says the same hashes again for all entries from `place` on, as a forger would.
fn rehash(entries: &mut [Value], place: usize) {
    for at in place..entries.len() {
        if at > 0 {
            entries[at]["previous_hash"] = entries[at - 1]["hash"].clone();
        }
        entries[at] = hashed(entries[at].clone());
    }
}

#[test]
fn an_untouched_history_verifies_in_any_order_and_form() {
    let entries = good();
    let mut mixed: Vec<Value> = entries.iter().rev().cloned().collect();
    mixed[1] = receipt(&mixed[1], &entries);

    for values in [&entries, &mixed] {
        let chain = check(values).unwrap();
        assert_eq!(chain.member_id, format!("mem_{HEX}"));
        assert_eq!((chain.first(), chain.last()), (1, 4));
        assert_eq!(chain.head_hash, entries[3]["hash"]);
        assert_eq!(chain.links[3].balance_after.to_string(), "30.25");
    }
    assert_eq!(check(&mixed).unwrap().length_seen, Some(4));
}

#[test]
fn a_history_may_begin_later_and_says_so() {
    let chain = check(&good()[2..]).unwrap();

    assert_eq!((chain.first(), chain.last()), (3, 4));
}

#[test]
fn a_changed_entry_is_named() {
    for (field, value) in [
        ("balance_after", json!("300")),
        ("recorded_at", json!("2026-11-23T08:00:02.001Z")),
        ("kind", json!("purchase")),
        ("source", json!({"note": "for free"})),
        ("lots", json!({"2027-05": "5.25"})),
        ("extra", json!(true)),
    ] {
        let mut entries = good();
        entries[1][field] = value;
        let told = wrong(&entries);
        assert!(told.contains(&format!("entry 2 (ent_{HEX}_2)")), "{told}");
        assert!(told.contains("it was changed"), "{told}");
    }
}

#[test]
fn an_entry_that_was_changed_and_hashed_again_breaks_the_chain_behind_it() {
    let mut entries = good();
    entries[1]["kind"] = json!("purchase");
    entries[1] = hashed(entries[1].clone());

    let told = wrong(&entries);

    assert!(told.contains("entry 3 ("), "{told}");
    assert!(told.contains("does not continue the chain"), "{told}");
}

#[test]
fn a_removed_or_doubled_entry_is_missed() {
    let entries = good();

    let told = wrong(&[entries[0].clone(), entries[2].clone(), entries[3].clone()]);
    assert!(told.contains("entry 3 ("), "{told}");
    assert!(told.contains("entry 2 is missing"), "{told}");
    let told = wrong(&[entries[0].clone(), entries[3].clone()]);
    assert!(told.contains("entries 2 to 3 is missing"), "{told}");
    let told = wrong(&[entries[0].clone(), entries[0].clone()]);
    assert!(told.contains("there twice"), "{told}");
}

#[test]
fn a_chain_that_does_not_begin_with_the_members_name_is_refused() {
    let mut entries = good();
    entries[0]["previous_hash"] = entries[3]["hash"].clone();
    rehash(&mut entries, 0);

    let told = wrong(&entries);

    assert!(told.contains("entry 1 ("), "{told}");
    assert!(told.contains("does not continue the chain"), "{told}");
}

#[test]
fn entries_of_two_members_are_no_history() {
    let mut entries = good();
    entries[3] = wallet_of(OTHER_HEX, &["+8", "+5", "-3", "+20"])[3].clone();

    let told = wrong(&entries);

    assert!(
        told.contains(&format!("it is of mem_{OTHER_HEX}")),
        "{told}"
    );
}

#[test]
fn a_whole_chain_that_was_hashed_anew_must_still_add_up() {
    let mut entries = good();
    entries[2]["balance_after"] = json!("300");
    rehash(&mut entries, 2);
    assert!(wrong(&entries).contains("does not add up"));

    let mut entries = good();
    entries[0]["legs"][1]["amount"] = json!("7");
    rehash(&mut entries, 0);
    let told = wrong(&entries);
    assert!(told.contains("entry 1 ("), "{told}");
    assert!(told.contains("do not sum to zero but to 1"), "{told}");

    let mut entries = good();
    entries[1]["legs"][0]["account"] = json!(format!("member:mem_{OTHER_HEX}"));
    rehash(&mut entries, 1);
    assert!(wrong(&entries).contains("none of its legs moves anything"));

    let mut entries = good();
    entries[1]["recorded_at"] = json!("2026-11-23T07:00:00.000Z");
    rehash(&mut entries, 1);
    assert!(wrong(&entries).contains("older than the entry in front"));

    let mut entries = good();
    entries[1]["entry_id"] = json!(format!("ent_{HEX}_7"));
    rehash(&mut entries, 1);
    assert!(wrong(&entries).contains("does not say that this is entry 2"));
}

#[test]
fn a_receipt_that_does_not_say_what_its_bytes_say_is_refused() {
    let entries = good();
    let receipt = receipt(&entries[1], &entries);
    check(std::slice::from_ref(&receipt)).unwrap();
    let with = |field: &str, value: Value| {
        let mut receipt = receipt.clone();
        receipt[field] = value;
        receipt
    };

    let other = receipt["canonical"].as_str().unwrap().replace("5.25", "6");
    assert!(wrong(&[with("canonical", json!(other))]).contains("it was changed"));
    let spaced = receipt["canonical"].as_str().unwrap().replace(':', ": ");
    assert!(wrong(&[with("canonical", json!(spaced))]).contains("not in canonical form"));
    assert!(wrong(&[with("seq", json!(3))]).contains("its bytes say 2"));
    assert!(wrong(&[with("hash", entries[0]["hash"].clone())]).contains("it was changed"));
    let chain = json!({"length": 1, "head_hash": entries[0]["hash"]});
    assert!(wrong(&[with("chain", chain)]).contains("a chain of 1 has no entry 2"));
    let chain = json!({"length": 4, "head_hash": entries[2]["hash"]});
    let told = wrong(&[entries[2].clone(), entries[3].clone(), with("chain", chain)]);
    assert!(told.contains("it says that entry 4 has the hash"), "{told}");
}

#[test]
fn what_is_no_entry_is_said_to_be_none() {
    let line = json!({"entry_id": format!("ent_{HEX}_1"), "seq": 1, "amount": "8"});

    let told = wrong(&[line]);
    assert!(told.contains("item 1 is no entry"), "{told}");
    assert!(told.contains("receipts"), "{told}");
    assert!(wrong(&[]).contains("not one entry"));
    assert!(wrong(&[json!(7)]).contains("item 1 is no entry"));
}

#[test]
fn the_hash_does_not_depend_on_the_order_of_members() {
    let text = serde_json::to_string(&good()[0]).unwrap();
    let reversed: Vec<(String, Value)> = serde_json::from_str::<serde_json::Map<_, _>>(&text)
        .unwrap()
        .into_iter()
        .rev()
        .collect();

    check(&[Value::Object(reversed.into_iter().collect())]).unwrap();
}
