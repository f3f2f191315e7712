//! The proof that a wallet's history was not changed afterwards, made with nothing but the API's answers: each entry's hash
//! covers its canonical bytes and the hash before it.

use anyhow::{Context, Result, ensure};
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::http::text;

/// Recomputes every hash of a wallet's entries, oldest first, and compares the last one with the wallet's.
pub fn verify(member_id: &str, entries: &[Value], head_hash: &str) -> Result<()> {
    let mut previous = hex(format!("rjv-wallet:{member_id}").as_bytes());
    for (entry, seq) in entries.iter().zip(1_u64..) {
        ensure!(
            entry["seq"] == seq,
            "entry {seq} of the wallet is missing: found {}",
            entry["seq"]
        );
        ensure!(
            text(entry, "previous_hash")? == previous,
            "entry {seq} does not continue the entry before it"
        );
        let computed = hash(entry)?;
        ensure!(
            text(entry, "hash")? == computed,
            "entry {seq} was changed: its bytes have the hash {computed}"
        );
        previous = computed;
    }
    ensure!(
        head_hash == previous,
        "the wallet's head is not its last entry"
    );
    Ok(())
}

/// SHA-256 of the entry's canonical JSON (RFC 8785) without its own hash.
fn hash(entry: &Value) -> Result<String> {
    let mut hashed = entry
        .as_object()
        .context("an entry is not an object")?
        .clone();
    hashed.remove("hash");
    Ok(hex(&serde_json_canonicalizer::to_vec(&hashed)?))
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MEMBER: &str = "mem_0123";

    fn wallet_of(amounts: &[&str]) -> (Vec<Value>, String) {
        let mut previous = hex(b"rjv-wallet:mem_0123");
        let mut entries = Vec::new();
        for (amount, seq) in amounts.iter().zip(1..) {
            let mut entry = json!({"seq": seq, "amount": amount, "previous_hash": previous});
            previous = hash(&entry).unwrap();
            entry["hash"] = json!(previous);
            entries.push(entry);
        }
        (entries, previous)
    }

    #[test]
    fn an_untouched_chain_verifies() {
        let (entries, head) = wallet_of(&["8", "5", "20"]);

        verify(MEMBER, &entries, &head).unwrap();
        verify(MEMBER, &[], &hex(b"rjv-wallet:mem_0123")).unwrap();
    }

    #[test]
    fn a_changed_removed_or_foreign_entry_breaks_the_chain() {
        let (entries, head) = wallet_of(&["8", "5", "20"]);

        let mut richer = entries.clone();
        richer[1]["amount"] = json!("50");
        assert!(verify(MEMBER, &richer, &head).is_err());

        let mut shorter = entries.clone();
        shorter.remove(1);
        assert!(verify(MEMBER, &shorter, &head).is_err());

        assert!(verify(MEMBER, &entries[..2], &head).is_err());
        assert!(verify("mem_4567", &entries, &head).is_err());
    }

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_members() {
        let one: Value = serde_json::from_str(r#"{"seq": 1, "amount": "8", "hash": "x"}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"amount": "8", "seq": 1}"#).unwrap();

        assert_eq!(hash(&one).unwrap(), hash(&other).unwrap());
        assert_eq!(hash(&other).unwrap(), hex(br#"{"amount":"8","seq":1}"#));
    }
}
