//! What is promised to clients: routes, refusals and their codes, the same in code, template, description and README.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::sources::{assert_none, between, identifier, read};
use super::template;

/// What the gateways and our failures answer beside the rejections.
const OTHER_CODES: [&str; 3] = ["INTERNAL", "TOO_MANY_REQUESTS", "UNAVAILABLE"];

/// The codes of all rejections, from the names of their variants.
pub fn rejections() -> BTreeSet<String> {
    let text = read("shared/src/error/rejection.rs");
    let variants = between(&text, "pub enum Rejection {\n", "\n}").expect("the enum");
    let variants = variants.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        name.starts_with(|c: char| c.is_ascii_uppercase())
            .then(|| screaming(identifier(name)))
    });
    let codes: BTreeSet<String> = variants.collect();
    assert!(
        codes.contains("INSUFFICIENT_TOKENS"),
        "the rule does not see the codes: {codes:?}"
    );
    codes
}

/// `InsufficientTokens` as `INSUFFICIENT_TOKENS`.
fn screaming(name: &str) -> String {
    let mut code = String::new();
    for (place, c) in name.char_indices() {
        if place > 0 && c.is_ascii_uppercase() {
            code.push('_');
        }
        code.push(c.to_ascii_uppercase());
    }
    code
}

/// An operation of the description of the API.
pub struct Operation {
    /// Its method and path.
    pub route: String,
    /// The codes of the problems it can answer.
    pub codes: BTreeSet<String>,
}

/// The operations of `infra/openapi.json`, by name.
pub fn operations() -> BTreeMap<String, Operation> {
    let text = read("infra/openapi.json");
    let description: Value = serde_json::from_str(&text).expect("infra/openapi.json is JSON");
    let mut operations = BTreeMap::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let Some(name) = operation["operationId"].as_str() else {
                continue;
            };
            let mut codes = BTreeSet::new();
            problems(&description, &operation["responses"], &mut codes);
            let route = format!("{} {path}", method.to_uppercase());
            operations.insert(name.to_owned(), Operation { route, codes });
        }
    }
    operations
}

/// Collects the codes of the problems that a part of the description refers to.
fn problems(description: &Value, part: &Value, codes: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let pointer = reference.trim_start_matches('#');
                let target = description
                    .pointer(pointer)
                    .unwrap_or_else(|| panic!("infra/openapi.json has no {reference}"));
                if let Some(code) = target["properties"]["code"]["const"].as_str() {
                    codes.insert(code.to_owned());
                } else if pointer.starts_with("/components/responses/") {
                    problems(description, target, codes);
                }
            }
            members
                .values()
                .for_each(|member| problems(description, member, codes));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| problems(description, item, codes)),
        _ => {}
    }
}

#[test]
fn every_route_is_described_and_every_description_has_a_route() {
    let functions = template::functions();
    let routes: BTreeMap<&str, &str> = functions
        .iter()
        .filter_map(|(binary, function)| Some((binary.as_str(), function.route.as_deref()?)))
        .collect();
    let operations = operations();
    let described: BTreeMap<&str, &str> = operations
        .iter()
        .map(|(name, operation)| (name.as_str(), operation.route.as_str()))
        .collect();
    let mut findings = Vec::new();
    for (binary, route) in &routes {
        if described.get(binary) != Some(route) {
            findings.push(format!(
                "infra/openapi.json has {:?} for {binary}, template.yaml has {route}",
                described.get(binary)
            ));
        }
    }
    for name in described.keys().filter(|name| !routes.contains_key(*name)) {
        findings.push(format!(
            "infra/openapi.json has {name}, which has no route in template.yaml"
        ));
    }
    assert_none(
        "The description and the template have the same routes.",
        &findings,
    );
}

#[test]
fn every_rejection_has_a_row_in_the_readme_and_every_row_a_rejection() {
    let readme = read("README.md");
    let section = between(&readme, "\n## Rejections\n", "\n## ").expect("a section on rejections");
    let rows: BTreeSet<String> = section
        .lines()
        .filter_map(|line| between(line, "| `", "` |"))
        .map(str::to_owned)
        .collect();
    let mut codes = rejections();
    codes.extend(OTHER_CODES.map(str::to_owned));
    let mut findings: Vec<String> = codes
        .difference(&rows)
        .map(|code| format!("README.md lacks {code}"))
        .collect();
    findings.extend(
        rows.difference(&codes)
            .map(|code| format!("README.md has {code}, which is nobody's code")),
    );
    assert_none("The README explains every rejection.", &findings);
}

#[test]
fn every_rejection_is_described_for_some_operation() {
    let operations = operations();
    let described: BTreeSet<&String> = operations
        .values()
        .flat_map(|operation| &operation.codes)
        .collect();
    let findings: Vec<String> = rejections()
        .iter()
        .filter(|code| !described.contains(code))
        .map(|code| format!("infra/openapi.json: no operation answers {code}"))
        .collect();
    assert_none("Every rejection is described.", &findings);
}
