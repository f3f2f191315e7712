//! Syntax: the text of an expression, read by the parser of the crate `cel`, whose complaints are put into words here.

use cel::common::ast::{IdedExpr, SourceInfo};
use cel::parser::{ParseError, Parser};

use super::bounds::LEVELS_MAX;
use super::refusal::{NO_MACROS, Refusal, quoted};

/// What a text says, and where each part of it stands.
pub(super) fn parse(source: &str) -> Result<(IdedExpr, SourceInfo), Refusal> {
    // The limit of the crate is a second bound: what counts levels before does not read every broken text as the parser does.
    let parser = Parser::new().max_recursion_depth(LEVELS_MAX);
    parser.parse_with_source_info(source).map_err(|errors| {
        let errors = errors.errors;
        // What the parser reports after a syntax error is about the hole that the error left.
        let syntax = errors.iter().find(|error| syntax_error(error).is_some());
        match syntax.or(errors.first()) {
            Some(error) => Refusal {
                at: byte(source, error.pos),
                reason: explain(error),
            },
            None => Refusal::unreadable(),
        }
    })
}

fn syntax_error(error: &ParseError) -> Option<&str> {
    error.msg.strip_prefix("Syntax error: ")
}

/// The byte at a line and a column that are counted from 1, in characters.
fn byte(source: &str, (line, column): (isize, isize)) -> usize {
    let skip = |number: isize| usize::try_from(number - 1).unwrap_or(0);
    let lines = source.split_inclusive('\n').map(str::len);
    let start = lines.take(skip(line)).sum();
    let rest = source.get(start..).unwrap_or_default();
    let mut places = rest.char_indices().map(|(at, _)| at);
    start + places.nth(skip(column)).unwrap_or(rest.len())
}

fn explain(error: &ParseError) -> String {
    if let Some(message) = syntax_error(error) {
        return explain_syntax(message);
    }
    let message = error.msg.as_str();
    if let Some(word) = message.strip_prefix("reserved identifier: ") {
        format!("`{word}` is a reserved word of CEL and cannot be a name")
    } else if message == "invalid int literal" {
        format!("a whole number is at most {}", i64::MAX)
    } else if message == "invalid double literal" {
        "a number with a point is written as a decimal, such as decimal(\"0.5\")".to_owned()
    } else if message.starts_with("invalid string literal") {
        "the text has an escape that stands for no character".to_owned()
    } else if message.starts_with("unsupported syntax") {
        "optional fields and quoted names are not part of the language".to_owned()
    } else if message.contains(" macro") {
        NO_MACROS.to_owned()
    } else {
        Refusal::unreadable().reason
    }
}

fn explain_syntax(message: &str) -> String {
    let between = |before: &str, after: &str| {
        let (text, _) = message.strip_prefix(before)?.rsplit_once(after)?;
        Some(text.to_owned())
    };
    if let Some(text) = between("token recognition error at: '", "'") {
        return unknown_token(text.trim_end());
    }
    if let Some(missing) = between("missing '", "' at '") {
        return format!("a `{missing}` is missing");
    }
    let unexpected = between("extraneous input '", "' expecting ")
        .or_else(|| between("mismatched input '", "' expecting "))
        .or_else(|| between("no viable alternative at input '", "'"));
    match unexpected.as_deref() {
        Some("<EOF>") => "something is missing at the end".to_owned(),
        Some("and") => "and is written `&&`".to_owned(),
        Some("or") => "or is written `||`".to_owned(),
        Some(text) => format!("{} is not expected here", quoted(text)),
        None => Refusal::unreadable().reason,
    }
}

fn unknown_token(text: &str) -> String {
    match text.chars().next() {
        Some('"' | '\'') => {
            "a text begins here that is not closed, or has an escape that does not exist".to_owned()
        }
        Some('=') => "equality is written `==`".to_owned(),
        Some('&') => "and is written `&&`".to_owned(),
        Some('|') => "or is written `||`".to_owned(),
        Some(letter) => format!(
            "{} is not part of the language",
            quoted(&letter.to_string())
        ),
        None => Refusal::unreadable().reason,
    }
}
