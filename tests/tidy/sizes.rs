//! What does not fit on a few screens is not understood.

use super::names::{binaries, handler};
use super::sources::{Source, all_rust, assert_none, read};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 60;
const HANDLE_LINES_MAX: usize = 25;

/// The functions of a file with the line each begins on and how many it has. rustfmt ends a function with a brace under its
/// first letter, so this needs no parser.
fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut found = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let words: Vec<&str> = body.split([' ', '(', '<']).collect();
        let is_function = words.iter().take(5).position(|word| *word == "fn");
        let Some(word) = is_function.filter(|_| !body.starts_with("//")) else {
            continue;
        };
        let indent = &line[..line.len() - body.len()];
        let (end, no_body) = (format!("{indent}}}"), body.ends_with(';'));
        let length = lines[place..].iter().position(|line| *line == end);
        if let Some(length) = length.filter(|_| !no_body && !body.ends_with('}')) {
            found.push((place + 1, words[word + 1].to_owned(), length + 1));
        }
    }
    found
}

#[test]
fn files_are_short() {
    let long = all_rust().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > FILE_LINES_MAX).then(|| format!("{} has {lines} lines", source.path))
    });
    assert_none(
        &format!("A file has at most {FILE_LINES_MAX} lines."),
        &long.collect::<Vec<_>>(),
    );
}

#[test]
fn functions_are_short() {
    let mut findings = Vec::new();
    for source in all_rust() {
        for (line, name, length) in functions(&source) {
            if length > FUNCTION_LINES_MAX {
                findings.push(source.finding(line, &format!("{name} has {length} lines")));
            }
        }
    }
    assert_none(
        &format!("A function has at most {FUNCTION_LINES_MAX} lines."),
        &findings,
    );
}

#[test]
fn handlers_fit_on_one_screen() {
    let mut findings = Vec::new();
    for binary in binaries() {
        let path = handler(&binary);
        let source = Source {
            text: read(&path),
            path,
        };
        let functions = functions(&source);
        let handle = functions.iter().find(|(_, name, _)| name == "handle");
        let (line, _, length) = handle.expect("a handler");
        if *length > HANDLE_LINES_MAX {
            findings.push(source.finding(*line, &format!("handle has {length} lines")));
        }
    }
    assert_none(
        &format!("A handler has at most {HANDLE_LINES_MAX} lines."),
        &findings,
    );
}

#[test]
fn nothing_is_left_for_later() {
    // Written apart, so that this file does not find itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[ig", "nore"),
    ];
    let mut findings = Vec::new();
    for source in all_rust() {
        for (line, number) in source.text.lines().zip(1..) {
            for mark in marks.iter().filter(|mark| line.contains(*mark)) {
                findings.push(source.finding(number, mark));
            }
        }
    }
    assert_none("Nothing is left for later.", &findings);
}

#[test]
fn every_module_says_what_it_is_about() {
    let sources = all_rust();
    let mut findings = Vec::new();
    for source in &sources {
        let says_so = source.text.starts_with("//! ");
        // A module of nothing but modules is explained where it is named.
        let folder = source.path.strip_suffix("/mod.rs").unwrap_or_default();
        let name = folder.rsplit('/').next().unwrap_or_default();
        let said_above = sources.iter().any(|parent| {
            let lines: Vec<&str> = parent.text.lines().collect();
            let pair = |pair: &[&str]| {
                pair[0].starts_with("/// ") && pair[1] == format!("pub mod {name};")
            };
            !name.is_empty()
                && folder.starts_with(parent.path.trim_end_matches("/lib.rs"))
                && lines.windows(2).any(pair)
        });
        if !says_so && !said_above {
            findings.push(source.finding(1, "does not begin with a doc comment"));
        }
    }
    assert_none("Every module says what it is about.", &findings);
}
