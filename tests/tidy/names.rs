//! One name in five places: handler, binary, resource, samples, row in the README's map.

use std::collections::BTreeSet;

use super::sources::{assert_none, between, list, read, root, rust};
use super::template;

/// The binaries, which every other place must match.
pub fn binaries() -> BTreeSet<String> {
    let names = list("functions/src/bin").into_iter();
    names.map(|path| stem(&path).to_owned()).collect()
}

/// The areas: folders of handlers.
pub fn areas() -> BTreeSet<String> {
    let names = binaries().into_iter();
    names.map(|name| parts(&name).0.to_owned()).collect()
}

/// The area and the verb of a function, as modules.
pub fn parts(binary: &str) -> (&str, String) {
    let (area, verb) = binary.split_once('-').expect("an area and a verb");
    (area, verb.replace('-', "_"))
}

/// The path of its handler.
pub fn handler(binary: &str) -> String {
    let (area, verb) = parts(binary);
    format!("functions/src/{area}/{verb}.rs")
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('.').next().unwrap_or_default()
}

/// Compares a place with the binaries, in both directions.
fn check(place: &str, found: &BTreeSet<String>) {
    let binaries = binaries();
    let missing = binaries.difference(found);
    let surplus = found.difference(&binaries);
    let mut findings: Vec<String> = missing
        .map(|name| format!("{place} lacks {name}"))
        .collect();
    findings.extend(surplus.map(|name| format!("{place} has {name}, which is no binary")));
    assert_none("Every function has one name in five places.", &findings);
}

#[test]
fn every_binary_has_a_handler_and_every_handler_a_binary() {
    let handlers = rust("functions/src").into_iter();
    let handlers = handlers.filter(|source| source.text.contains("\npub async fn handle("));
    let handlers = handlers.map(|source| {
        let path = source.path.trim_start_matches("functions/src/");
        path.trim_end_matches(".rs").replace(['/', '_'], "-")
    });
    check("functions/src/<area>/<verb>.rs", &handlers.collect());
}

#[test]
fn every_binary_names_its_handler_and_hands_it_to_the_runtime() {
    let mut findings = Vec::new();
    for binary in binaries() {
        let (area, verb) = parts(&binary);
        let handler = format!("functions::{area}::{verb}");
        let path = format!("functions/src/bin/{binary}.rs");
        let text = read(&path);
        let serve = between(&text, "    shared::lambda::serve_", "(").unwrap_or("http");
        let expected = format!(
            "//! Runs [`{handler}`].\n\nfn main() -> std::process::ExitCode {{\n    shared::lambda::serve_{serve}({handler}::handle)\n}}\n"
        );
        if text != expected {
            findings.push(format!("{path} should be:\n{expected}"));
        }
    }
    assert_none("A binary is three lines.", &findings);
}

#[test]
fn every_binary_stands_in_the_manifest_under_its_path() {
    let manifest = read("functions/Cargo.toml");
    let bins = manifest.split("[[bin]]").skip(1);
    let names = bins.map(|bin| {
        let name = between(bin, "name = \"", "\"").unwrap_or_default();
        assert!(
            bin.contains(&format!("path = \"src/bin/{name}.rs\"")),
            "functions/Cargo.toml: {name} is not at src/bin/{name}.rs"
        );
        assert!(
            bin.contains("test = false"),
            "functions/Cargo.toml: {name} builds a test binary; its tests are in the library"
        );
        name.to_owned()
    });
    check("functions/Cargo.toml", &names.collect());
}

#[test]
fn every_binary_is_a_resource_with_the_same_name() {
    let functions = template::functions();
    for (binary, function) in &functions {
        let camel: String = binary
            .split('-')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        assert_eq!(
            function.logical_id, camel,
            "template.yaml: the resource of {binary}"
        );
        assert_eq!(
            &function.name, binary,
            "template.yaml: FunctionName of {camel}"
        );
    }
    check("template.yaml", &functions.into_keys().collect());
}

#[test]
fn every_binary_has_samples() {
    let folders = list("events").into_iter();
    check(
        "events/",
        &folders.map(|path| stem(&path).to_owned()).collect(),
    );
}

#[test]
fn every_binary_has_a_log_group() {
    let logs = read("infra/logs.yaml");
    let findings: Vec<String> = binaries()
        .into_iter()
        .filter(|binary| !logs.contains(&format!("-{binary}")))
        .map(|binary| format!("infra/logs.yaml lacks {binary}"))
        .collect();
    assert_none("Every function's log has a retention.", &findings);
}

#[test]
fn every_binary_has_a_row_in_the_readme() {
    let readme = read("README.md");
    let rows = readme
        .lines()
        .filter(|line| line.contains("| `functions/src/"));
    let mut findings = Vec::new();
    let names = rows.map(|row| {
        let binary = between(row, "| `", "`").unwrap_or_default().to_owned();
        let route = template::functions()
            .get(&binary)
            .and_then(|function| function.route.clone());
        for text in [Some(handler(&binary)), route].into_iter().flatten() {
            if !row.contains(&text) {
                findings.push(format!("README.md: the row of {binary} lacks {text}"));
            }
        }
        binary
    });
    let names = names.collect();
    assert_none("The map in the README is right.", &findings);
    check("README.md", &names);
}

#[test]
fn the_readme_names_files_that_exist() {
    let readme = read("README.md");
    let quoted = readme.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|text| {
        let folders = ["functions/", "shared/", "events/", "infra/", "tests/"];
        folders.iter().any(|folder| text.starts_with(folder)) && !text.contains(['<', '*', ' '])
    });
    let missing = paths.filter(|path| !root().join(path).exists());
    let findings: Vec<String> = missing
        .map(|path| format!("README.md names {path}"))
        .collect();
    assert_none("The README names files that exist.", &findings);
}
