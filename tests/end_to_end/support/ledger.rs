//! The ledger's promises, checked with nothing but what the API answers and no code of the system itself.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{array, text};

/// An amount in micro-RJV.
pub fn micros(amount: &Value) -> u64 {
    let text = amount
        .as_str()
        .unwrap_or_else(|| panic!("{amount} is not an amount"));
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    assert!(
        decimals.len() <= 6 && !decimals.ends_with('0'),
        "{text} is not the one text of an amount"
    );
    format!("{whole}{decimals:0<6}").parse().unwrap()
}

/// What all entries together come to, oldest first: what can be spent, what was earned, what was spent, and the lots.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fold {
    pub available: u64,
    pub earned: u64,
    pub spent: u64,
    pub lots: BTreeMap<String, u64>,
}

/// Folds entries, checking on the way that each one's legs sum to zero and its balance is what it says.
pub fn fold(member: &str, entries: &[Value]) -> Fold {
    let mut fold = Fold::default();
    let wallet = format!("member:{member}");
    for entry in entries {
        let (mut debits, mut credits) = (0, 0);
        for leg in array(entry, "legs") {
            match text(leg, "side") {
                "debit" => debits += micros(&leg["amount"]),
                "credit" => credits += micros(&leg["amount"]),
                side => panic!("a leg on the side {side}"),
            }
        }
        assert!(debits == credits && debits > 0, "unbalanced legs: {entry}");
        let leg = array(entry, "legs")
            .iter()
            .find(|leg| leg["account"] == wallet);
        let leg = leg.unwrap_or_else(|| panic!("no leg on {wallet}: {entry}"));
        let incoming = leg["side"] == "credit";
        let amount = micros(&leg["amount"]);
        let mut moved = 0;
        for (expires, part) in entry["lots"].as_object().unwrap() {
            let (lot, part) = (fold.lots.entry(expires.clone()).or_default(), micros(part));
            *lot = if incoming {
                *lot + part
            } else {
                lot.checked_sub(part).expect("a lot was overdrawn")
            };
            moved += part;
        }
        assert_eq!(moved, amount, "the lots are not the amount: {entry}");
        fold.lots.retain(|_, lot| *lot > 0);
        fold.available = if incoming {
            fold.available + amount
        } else {
            fold.available.checked_sub(amount).expect("below zero")
        };
        match text(entry, "kind") {
            "award" => fold.earned += amount,
            "purchase" => fold.spent += amount,
            _ => {}
        }
        assert_eq!(micros(&entry["balance_after"]), fold.available, "{entry}");
    }
    fold
}

/// Recomputes the hash of every entry, oldest first, and compares the last with the wallet's.
pub fn verify_chain(wallet: &Value, entries: &[Value]) {
    let member = text(wallet, "member_id");
    let mut previous = hex(format!("rjv-wallet:{member}").as_bytes());
    for (entry, seq) in entries.iter().zip(1_u64..) {
        assert_eq!(entry["seq"], seq, "an entry is missing");
        assert_eq!(text(entry, "previous_hash"), previous, "entry {seq}");
        let mut hashed = entry.as_object().unwrap().clone();
        hashed.remove("hash");
        previous = hex(&serde_json_canonicalizer::to_vec(&hashed).unwrap());
        assert_eq!(text(entry, "hash"), previous, "entry {seq} was changed");
    }
    assert_eq!(text(wallet, "head_hash"), previous);
    assert_eq!(wallet["seq"], entries.len());
}

/// The SHA-256 of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
