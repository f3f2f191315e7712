//! `cargo local verify`: checks a downloaded history without asking anybody, and says what is wrong with it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::{Deserializer, Value};

use crate::chain::{self, Chain, Link};

/// How many of the newest entries the table shows.
const SHOWN: usize = 20;

/// Checks the history in `file`: a JSON array, JSON lines or pages of a list, with whole transactions and receipts in any order.
pub fn verify(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| {
        format!(
            "cannot read {}. What to do: name a file with transactions or receipts, as the API answered them",
            file.display()
        )
    })?;
    let checked = entries(&text).and_then(|entries| chain::check(&entries));
    let chain = checked.map_err(|error| {
        anyhow!(
            "{} does not verify: {error:#}.\nWhat to do: download the history again; if it stays wrong, keep both files as evidence.",
            file.display()
        )
    })?;
    for line in table(&chain) {
        println!("{line}");
    }
    Ok(())
}

/// The entries in a text of one or more JSON values.
fn entries(text: &str) -> Result<Vec<Value>> {
    let mut entries = Vec::new();
    for value in Deserializer::from_str(text).into_iter() {
        match value.context("this is neither JSON nor JSON lines")? {
            Value::Array(items) => entries.extend(items),
            Value::Object(mut page) if page.get("items").is_some_and(Value::is_array) => {
                if let Some(Value::Array(items)) = page.remove("items") {
                    entries.extend(items);
                }
            }
            entry => entries.push(entry),
        }
    }
    Ok(entries)
}

fn table(chain: &Chain) -> Vec<String> {
    let (first, last) = (chain.first(), chain.last());
    let mut lines = vec![
        format!("\nThe history of {}\n", chain.member_id),
        format!(
            "  {:>6}  {:<24}  {:<10} {:>12} {:>12}",
            "entry", "recorded at", "kind", "RJV", "balance"
        ),
    ];
    let hidden = chain.links.len().saturating_sub(SHOWN);
    if hidden > 0 {
        lines.push(format!("  {hidden} older ones are not shown"));
    }
    lines.extend(chain.links.iter().skip(hidden).map(row));
    lines.push(format!(
        "\n  {} entries, {first} to {last}, are one unbroken chain: every hash, every sum and every balance is right.",
        chain.links.len()
    ));
    if first > 1 {
        lines.push(format!(
            "  The file begins with entry {first}: what came before it is not proved."
        ));
    }
    match chain.length_seen {
        Some(length) if length > last => lines.push(format!(
            "  The wallet had {length} entries by then: the file ends with entry {last}."
        )),
        _ => {}
    }
    lines.push(format!(
        "  The hash of entry {last} is {}; the wallet shows the newest one as `head_hash`.",
        chain.head_hash
    ));
    lines
}

fn row(link: &Link) -> String {
    format!(
        "  {:>6}  {:<24}  {:<10} {:>12} {:>12}",
        link.seq, link.recorded_at, link.kind, link.change, link.balance_after
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrays_lines_and_pages_are_read_alike() {
        let expected = [json!({"seq": 1}), json!({"seq": 2})];
        for text in [
            r#"[{"seq": 1}, {"seq": 2}]"#,
            "{\"seq\": 1}\n{\"seq\": 2}\n",
            r#"{"items": [{"seq": 1}, {"seq": 2}], "next_cursor": null}"#,
            "{\"items\": [{\"seq\": 1}]}\n{\"items\": [{\"seq\": 2}]}",
        ] {
            assert_eq!(entries(text).unwrap(), expected, "{text}");
        }
        assert_eq!(entries("").unwrap(), [Value::Null; 0]);
        assert!(entries("seq,amount\n1,8").is_err());
        assert!(entries(r#"[{"seq": 1}"#).is_err());
    }

    #[test]
    fn the_table_says_what_the_file_does_not_prove() {
        let link = |seq| Link {
            seq,
            recorded_at: "2026-11-23T08:00:00.000Z".to_owned(),
            kind: "award".to_owned(),
            change: crate::amount::Amount::parse("8").unwrap(),
            balance_after: crate::amount::Amount::parse("80").unwrap(),
        };
        let chain = Chain {
            member_id: "mem_1".to_owned(),
            links: (3..30).map(link).collect(),
            head_hash: "abc".to_owned(),
            length_seen: Some(31),
        };

        let told = table(&chain).join("\n");

        assert!(told.contains("7 older ones are not shown"), "{told}");
        assert!(told.contains("27 entries, 3 to 29"), "{told}");
        assert!(told.contains("begins with entry 3"), "{told}");
        assert!(told.contains("had 31 entries"), "{told}");
    }

    #[test]
    fn a_file_that_is_not_there_is_said_to_be_missing() {
        let told = format!("{:#}", verify(Path::new("no/such/file.json")).unwrap_err());

        assert!(told.contains("What to do"), "{told}");
    }
}
