//! No key is written outside `keys.rs`, and each of those says what it has.

use super::sources::{Source, assert_none, rust};

fn is_keys(source: &Source) -> bool {
    source.file_name() == "keys.rs"
}

#[test]
fn keys_are_built_in_keys_rs_only() {
    let mut findings = Vec::new();
    for source in rust("shared/src").into_iter().chain(rust("functions/src")) {
        // The store turns items back into keys, and gives names to tables.
        let is_store =
            source.path.starts_with("shared/src/table/") || source.path == "shared/src/aws/mod.rs";
        if is_keys(&source) || is_store {
            continue;
        }
        for (number, line) in source.code() {
            for table in ["Ledger", "Codes", "Catalog", "Members", "Partners"] {
                if line.contains(&format!("Table::{table}")) {
                    findings.push(source.finding(number, &format!("names the table {table}")));
                }
            }
        }
    }
    assert_none("Keys are built in the keys.rs of a context.", &findings);
}

#[test]
fn texts_of_keys_are_written_in_keys_rs_only() {
    let sources = rust("shared/src");
    let keys = sources.iter().filter(|source| is_keys(source));
    let texts: Vec<&str> = keys
        .flat_map(Source::code)
        .flat_map(|(_, line)| line.split('"').skip(1).step_by(2))
        .filter(|text| text.contains('#'))
        .map(|text| text.split(['{', '}']).next().unwrap_or_default())
        .filter(|text| !text.is_empty())
        .collect();
    assert!(
        texts.contains(&"entry#"),
        "the rule does not see the keys: {texts:?}"
    );
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !is_keys(source)) {
        for (number, line) in source.code() {
            for text in texts
                .iter()
                .filter(|text| line.contains(&format!("\"{text}")))
            {
                findings.push(source.finding(number, &format!("writes the key text {text:?}")));
            }
        }
    }
    assert_none("The texts of keys are written in keys.rs.", &findings);
}

#[test]
fn every_keys_rs_begins_with_its_table() {
    let mut findings = Vec::new();
    for source in rust("shared/src").iter().filter(|source| is_keys(source)) {
        let header: Vec<&str> = source
            .text
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        let has = |start: &str| header.iter().any(|line| line.starts_with(start));
        if !has("//! Keys of") || !has("//! | item") || !has("//! |---") {
            findings.push(format!("{}: the header lacks its table", source.path));
        }
        let rows = header
            .iter()
            .filter(|line| line.starts_with("//! | "))
            .count();
        let builders = source
            .code()
            .filter(|(_, line)| line.trim() == "Key {")
            .count();
        if rows < builders.max(1) {
            findings.push(format!(
                "{}: the table has fewer items than there are keys",
                source.path
            ));
        }
        for (number, line) in source.code() {
            let is_function = line.starts_with("pub") && line.contains(" fn ");
            if is_function && !line.starts_with("pub(super) ") {
                findings.push(source.finding(number, "is open to other contexts"));
            }
        }
    }
    assert_none(
        "Each keys.rs begins with a table of its items and serves its own context.",
        &findings,
    );
}
