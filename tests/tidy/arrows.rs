//! Arrows never turn back: who may name whom.

use super::names::areas;
use super::sources::{assert_none, identifier, names, read, rust};

/// Words that only some places may use, and why the others may not.
const WORDS: [(&[&str], &[&str], &str); 5] = [
    (
        &["aws_sdk_", "aws_smithy_", "aws_types", "aws_config"],
        &["shared/src/aws/", "shared/src/table/dynamo"],
        "the SDK is known to shared/src/aws and shared/src/table/dynamo",
    ),
    (
        &[
            "lambda_http",
            "lambda_runtime",
            "aws_lambda_events",
            "http::",
        ],
        &["shared/src/lambda/"],
        "HTTP and events are known to shared/src/lambda",
    ),
    (
        &[
            "std::env",
            "env::var",
            "Utc::now",
            "Local::now",
            "SystemTime",
            "Instant::now",
            "now_v4",
            "now_v7",
            "new_v4",
            "rand::",
        ],
        &["shared/src/lambda/"],
        "the clock, fresh ids and the environment enter in shared/src/lambda and travel as arguments",
    ),
    (
        &["getrandom"],
        // Retries of DynamoDB wait for a random time, which no outcome depends on.
        &["shared/src/lambda/", "shared/src/table/dynamo"],
        "randomness enters in shared/src/lambda and travels as an argument",
    ),
    (
        &["cel::"],
        &["shared/src/rewards/expression/"],
        "the parser of expressions is known to shared/src/rewards/expression, and awards do without",
    ),
];

/// The description of the API is compiled for its test only, and looks at all handlers.
const DESCRIPTION: &str = "functions/src/openapi/";

#[test]
fn sdks_events_clocks_and_the_environment_stay_at_the_edge() {
    let mut findings = Vec::new();
    for source in rust("shared/src").into_iter().chain(rust("functions/src")) {
        let foreign = WORDS
            .iter()
            .filter(|(_, places, _)| !places.iter().any(|place| source.path.starts_with(place)));
        for (words, _, why) in foreign {
            for (number, line) in source.code() {
                for word in words.iter().filter(|word| names(line, word)) {
                    if !source.path.starts_with(DESCRIPTION) {
                        findings.push(source.finding(number, &format!("names {word}, but {why}")));
                    }
                }
            }
        }
    }
    assert_none("Only the edge knows what is outside.", &findings);
}

#[test]
fn areas_never_import_each_other() {
    let areas = areas();
    let mut findings = Vec::new();
    for area in &areas {
        for source in rust(&format!("functions/src/{area}")) {
            for (number, line) in source.code() {
                for other in imported(line, "crate::") {
                    if other != area {
                        findings.push(source.finding(number, &format!("{area} imports {other}")));
                    }
                }
                if line.contains("super::super") {
                    findings.push(source.finding(number, "leaves its area"));
                }
            }
        }
    }
    assert_none("What two areas need belongs into shared.", &findings);
}

#[test]
fn contexts_call_downwards_only() {
    let order = contexts();
    let place = |context: &str| order.iter().position(|other| other == context);
    let mut findings = Vec::new();
    for source in rust("shared/src") {
        let path = source.path.trim_start_matches("shared/src/");
        let own = identifier(path);
        if own == "lib" {
            continue;
        }
        let Some(own_place) = place(own) else {
            findings.push(format!("{}: {own} is not in lib.rs", source.path));
            continue;
        };
        for (number, line) in source.code() {
            for other in imported(line, "crate::") {
                match place(other) {
                    Some(other_place) if other_place < own_place => {
                        findings.push(source.finding(
                            number,
                            &format!("{own} calls {other}, which stands above it in lib.rs"),
                        ));
                    }
                    Some(_) => {}
                    None => findings.push(source.finding(
                        number,
                        &format!("{other:?} is not in lib.rs; name one module in a `use`"),
                    )),
                }
            }
        }
    }
    assert_none(
        "A context calls those below it in lib.rs, never those above.",
        &findings,
    );
}

/// A context so large that it has rooms, whose names say what their verbs are about: `rewards::rules::set`.
const ROOMS: [(&str, &str); 21] = [
    ("codes", "desk"),
    ("pricing", "prices"),
    ("pricing", "promotions"),
    ("pricing", "rules"),
    ("codes", "jobs"),
    ("codes", "pool"),
    ("rewards", "backtest"),
    ("rewards", "book"),
    ("rewards", "budget"),
    ("rewards", "expression"),
    ("rewards", "kind"),
    ("rewards", "limit"),
    ("rewards", "profile"),
    ("rewards", "programme"),
    ("rewards", "promotion"),
    ("rewards", "promotions"),
    ("rewards", "rules"),
    ("rewards", "segments"),
    ("rewards", "streak"),
    ("rewards", "terms"),
    ("rewards", "ways"),
];

#[test]
fn contexts_show_themselves_in_their_mod_file_only() {
    let mut findings = Vec::new();
    for context in contexts() {
        for source in rust("shared/src") {
            let is_face = source.path == format!("shared/src/{context}/mod.rs");
            for (number, line) in source.code() {
                let opened = line.trim_start().strip_prefix("pub mod ");
                let opened = opened.map(|rest| rest.trim_end_matches(';'));
                if is_face
                    && opened.is_some_and(|inner| !ROOMS.contains(&(context.as_str(), inner)))
                {
                    findings
                        .push(source.finding(number, "opens a file of its context; use `pub use`"));
                }
            }
        }
    }
    assert_none(
        "Contexts call each other only through their mod.rs.",
        &findings,
    );
}

#[test]
fn binaries_and_handlers_know_shared_and_nothing_else_of_ours() {
    let allowed = [
        "serde",
        "shared",
        "schemars",
        "serde_json",
        "super",
        "crate",
        "std",
    ];
    let mut findings = Vec::new();
    for area in areas() {
        for source in rust(&format!("functions/src/{area}")) {
            for (number, line) in source.code() {
                if let Some(used) = line.strip_prefix("use ")
                    && !allowed.contains(&identifier(used))
                {
                    findings.push(source.finding(number, &format!("uses {}", identifier(used))));
                }
            }
        }
    }
    assert_none("Handlers are made of shared.", &findings);
}

/// The modules of `shared`, the highest first.
fn contexts() -> Vec<String> {
    let lib = read("shared/src/lib.rs");
    let modules = lib.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    modules.map(str::to_owned).collect()
}

/// The modules that a line names behind `prefix`.
fn imported<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let places = line.match_indices(prefix);
    places
        .filter(|(place, _)| !line[..*place].ends_with('$'))
        .map(|(place, _)| identifier(&line[place + prefix.len()..]))
        .collect()
}
