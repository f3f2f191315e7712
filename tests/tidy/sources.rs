//! The files of the tree, and the little reading of Rust that the rules need.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Its path from the root of the workspace.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The lines that are neither comments nor tests, with their numbers.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .zip(1..)
            .map(|(line, number)| (number, line));
        let before_tests = lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
        before_tests.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// A finding in it.
    pub fn finding(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    /// The name of its file.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of a file.
pub fn read(path: &str) -> String {
    let found = fs::read_to_string(root().join(path));
    found.unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// The paths in a folder, in order.
pub fn list(folder: &str) -> Vec<String> {
    let found = fs::read_dir(root().join(folder));
    let found = found.unwrap_or_else(|error| panic!("cannot list {folder}: {error}"));
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut paths: Vec<String> = found
        .map(|entry| format!("{folder}/{}", name(entry.expect("an entry"))))
        .collect();
    paths.sort();
    paths
}

/// Every Rust file below a folder.
pub fn rust(folder: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in list(folder) {
        if root().join(&path).is_dir() {
            sources.extend(rust(&path));
        } else if Path::new(&path).extension().is_some_and(|end| end == "rs") {
            let text = read(&path);
            sources.push(Source { path, text });
        }
    }
    sources
}

/// Every Rust file of the workspace.
pub fn all_rust() -> Vec<Source> {
    let folders = ["functions/src", "shared/src", "infra/local/src", "tests"];
    folders.into_iter().flat_map(rust).collect()
}

/// Whether `word` stands in `line` and is not the end of a longer word.
pub fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The identifier at the beginning of a text.
pub fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// What stands between the first `start` and the next `end` behind it.
pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// More than this nobody reads at once.
const SHOWN_MAX: usize = 30;

/// Ends the test with what was found.
pub fn assert_none(rule: &str, findings: &[String]) {
    let shown = findings.get(..SHOWN_MAX).unwrap_or(findings).join("\n");
    let count = findings.len();
    assert!(findings.is_empty(), "{rule} {count} findings:\n\n{shown}\n");
}
