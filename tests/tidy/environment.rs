//! A function is given the environment variables that its handler needs, and no other.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{binaries, handler};
use super::sources::{assert_none, between, names, read};
use super::template;

/// What each type in a handler's first parameter reads, from `shared/src/lambda/environment.rs`.
fn needs() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("shared/src/lambda/environment.rs");
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for block in text.split("impl FromEnvironment for ").skip(1) {
        let name = block.split(' ').next().unwrap_or_default();
        let quoted = block.split('"').skip(1).step_by(2);
        let variables = quoted.filter(|word| {
            word.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        });
        let mut read: BTreeSet<String> = variables.map(str::to_owned).collect();
        // A type may be built from another one.
        for (other, variables) in &needs {
            if names(block, &format!("{other}::from_environment")) {
                read.extend(variables.iter().cloned());
            }
        }
        needs.insert(name.to_owned(), read);
    }
    assert!(
        needs.contains_key("Signing"),
        "the rule does not see the types: {needs:?}"
    );
    needs
}

#[test]
fn functions_are_given_the_variables_they_read() {
    let (needs, functions) = (needs(), template::functions());
    let mut findings = Vec::new();
    for binary in binaries() {
        let text = read(&handler(&binary));
        let signature = between(&text, "pub async fn handle(", "{").expect("a handler");
        let needed: BTreeSet<String> = needs
            .iter()
            .filter(|(name, _)| names(signature, name))
            .flat_map(|(_, variables)| variables.iter().cloned())
            .collect();
        let Some(function) = functions.get(&binary) else {
            continue; // Another rule says that it is missing.
        };
        if function.variables != needed {
            findings.push(format!(
                "template.yaml: {} is given {:?} and reads {needed:?}",
                function.logical_id, function.variables
            ));
        }
    }
    assert_none(
        "A function is given the secrets and addresses it reads, and no other.",
        &findings,
    );
}

#[test]
fn every_function_is_given_the_names_of_the_tables() {
    let (template, clients) = (read("template.yaml"), read("shared/src/aws/mod.rs"));
    let globals = between(&template, "\nGlobals:", "\nResources:").expect("globals");
    let tables: Vec<&str> = clients
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.ends_with("_TABLE"))
        .collect();
    assert_eq!(tables.len(), 6, "shared/src/aws/mod.rs reads {tables:?}");
    let missing = tables
        .iter()
        .filter(|table| !globals.contains(&format!("        {table}: ")));
    let findings: Vec<String> = missing
        .map(|table| format!("template.yaml: Globals lack {table}"))
        .collect();
    assert_none("Globals give the names of the tables.", &findings);
}
