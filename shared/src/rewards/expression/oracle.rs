//! Expressions against the interpreter of the crate that reads them, and against noise.

use std::thread;

use cel::{Context, Program};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;

const STACK_BYTES: usize = 64 << 20;

/// One of the types that the interpreter has as well.
#[derive(Clone, Copy)]
enum Kind {
    Integer,
    Text,
    Flag,
}

fn names() -> Names {
    [
        ("action", Type::Text),
        ("done", Type::Flag),
        ("minutes", Type::Integer),
        ("records", Type::Integer),
        ("streak.days", Type::Integer),
    ]
    .map(|(name, kind)| (name.to_owned(), kind))
    .into()
}

fn texts() -> impl Strategy<Value = &'static str> {
    select(vec!["", "post", "po", "é", "p\u{1d11e}"])
}

fn integers() -> impl Strategy<Value = i64> {
    prop_oneof![-3..4_i64, Just(i64::MIN), Just(i64::MAX), any::<i64>(),]
}

prop_compose! {
    fn facts()(action in texts(), done: bool, minutes in integers(), records in integers(), days in integers()) -> Facts {
        [
            ("action", Value::Text(action.to_owned())),
            ("done", Value::Flag(done)),
            ("minutes", Value::Integer(minutes)),
            ("records", Value::Integer(records)),
            ("streak.days", Value::Integer(days)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

/// An expression of a type, so many operators deep.
fn expression(kind: Kind, depth: u32) -> BoxedStrategy<String> {
    match (kind, depth.checked_sub(1)) {
        (_, None) => leaf(kind),
        (Kind::Integer, Some(below)) => integer(below),
        (Kind::Text, Some(below)) => prop_oneof![choice(kind, below), leaf(kind)].boxed(),
        (Kind::Flag, Some(below)) => question(below),
    }
}

fn leaf(kind: Kind) -> BoxedStrategy<String> {
    let name = |name: &str| Just(name.to_owned());
    match kind {
        Kind::Integer => prop_oneof![
            name("minutes"),
            name("records"),
            name("streak.days"),
            integers().prop_map(|number| format!("({number})")),
        ]
        .boxed(),
        Kind::Text => {
            prop_oneof![name("action"), texts().prop_map(|text| format!("{text:?}"))].boxed()
        }
        Kind::Flag => prop_oneof![name("done"), name("true"), name("false")].boxed(),
    }
}

fn integer(depth: u32) -> BoxedStrategy<String> {
    prop_oneof![
        4 => two(Kind::Integer, depth, &["+", "-", "*", "/", "%"]),
        1 => expression(Kind::Integer, depth).prop_map(|operand| format!("-({operand})")),
        1 => expression(Kind::Text, depth).prop_map(|text| format!("size({text})")),
        1 => expression(Kind::Text, depth).prop_map(|text| format!("({text}).size()")),
        1 => choice(Kind::Integer, depth),
        1 => leaf(Kind::Integer),
    ]
    .boxed()
}

fn question(depth: u32) -> BoxedStrategy<String> {
    let starts = (expression(Kind::Text, depth), expression(Kind::Text, depth))
        .prop_map(|(text, start)| format!("({text}).startsWith({start})"));
    let in_integers = (expression(Kind::Integer, depth), vec(integers(), 0..4))
        .prop_map(|(number, list)| format!("({number} in {list:?})"));
    let in_texts = (expression(Kind::Text, depth), vec(texts(), 0..4))
        .prop_map(|(text, list)| format!("({text} in {list:?})"));
    prop_oneof![
        3 => two(Kind::Flag, depth, &["&&", "||", "==", "!="]),
        3 => two(Kind::Integer, depth, &["==", "!=", "<", "<=", ">", ">="]),
        1 => two(Kind::Text, depth, &["==", "!="]),
        1 => starts,
        1 => in_integers,
        1 => in_texts,
        1 => expression(Kind::Flag, depth).prop_map(|operand| format!("!({operand})")),
        1 => choice(Kind::Flag, depth),
        1 => leaf(Kind::Flag),
    ]
    .boxed()
}

fn two(
    kind: Kind,
    depth: u32,
    operators: &'static [&'static str],
) -> impl Strategy<Value = String> {
    (
        expression(kind, depth),
        select(operators),
        expression(kind, depth),
    )
        .prop_map(|(left, operator, right)| format!("({left} {operator} {right})"))
}

fn choice(kind: Kind, depth: u32) -> impl Strategy<Value = String> {
    (
        expression(Kind::Flag, depth),
        expression(kind, depth),
        expression(kind, depth),
    )
        .prop_map(|(condition, then, otherwise)| format!("({condition} ? {then} : {otherwise})"))
}

/// What the crate's own interpreter makes of it.
fn interpreted(source: &str, facts: &Facts) -> Option<Value> {
    let program = Program::compile(source).unwrap();
    let mut context = Context::default();
    for (name, value) in facts {
        let value = match value {
            Value::Integer(number) => cel::Value::Int(*number),
            Value::Text(text) => cel::Value::from(text.as_str()),
            Value::Flag(flag) => cel::Value::Bool(*flag),
            Value::Decimal(_) => unreachable!("the interpreter has no decimals"),
        };
        context.add_variable_from_value(name.clone(), value);
    }
    match program.execute(&context).ok()? {
        cel::Value::Int(number) => Some(Value::Integer(number)),
        cel::Value::String(text) => Some(Value::Text(text.as_str().to_owned())),
        cel::Value::Bool(flag) => Some(Value::Flag(flag)),
        other => panic!("{source} is {other:?}"),
    }
}

fn agrees(kind: Kind, gives: Type) {
    let run = move || {
        TestRunner::default().run(&(expression(kind, 3), facts()), |(source, facts)| {
            let checked = match Expression::check(&source, &names(), gives) {
                Ok(checked) => checked,
                Err(error) => {
                    prop_assert!(error.reason.contains("at most"), "{}: {}", source, error);
                    return Err(TestCaseError::reject("it is too long"));
                }
            };
            let value = checked.evaluate(&facts).ok();
            prop_assert_eq!(value, interpreted(&source, &facts), "{}", source);
            Ok(())
        })
    };
    let interpreter = thread::Builder::new().stack_size(STACK_BYTES);
    interpreter.spawn(run).unwrap().join().unwrap().unwrap();
}

#[test]
fn whole_numbers_agree_with_the_interpreter() {
    agrees(Kind::Integer, Type::Integer);
}

#[test]
fn texts_agree_with_the_interpreter() {
    agrees(Kind::Text, Type::Text);
}

#[test]
fn questions_agree_with_the_interpreter() {
    agrees(Kind::Flag, Type::Flag);
}

/// Tokens of CEL, of the language and not of it, and what is no token.
const TOKENS: &str = "minutes action done streak . days 1 2.5 0x1F 7u \"a\" ' \" \"\"\" \\ r\" b'x' null true in ( ) [ ] { } , \
    ? : ! - + * / // % == != < <= && || = & ` min max size startsWith decimal has all x exists map \u{e9} \u{0} \u{1d11e} \
    @ if 9223372036854775808";

fn soup(tokens: &'static str, most: usize) -> impl Strategy<Value = String> {
    let blanks = [" ", "\n", "\t", "\r"];
    let token = select(tokens.split_whitespace().chain(blanks).collect::<Vec<_>>());
    (vec(token, 0..most), any::<bool>()).prop_map(|(tokens, spaced)| {
        let text = tokens.join(if spaced { " " } else { "" });
        text.chars().take(600).collect()
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(source in "(?s).{0,600}") {
        refused_within(&source)?;
    }

    #[test]
    fn any_tokens_are_read_or_refused(source in soup(TOKENS, 300)) {
        refused_within(&source)?;
    }

    #[test]
    fn a_few_tokens_are_read_or_refused(source in soup(TOKENS, 12)) {
        refused_within(&source)?;
    }

    #[test]
    fn tokens_of_the_language_are_read_or_refused(
        source in soup("done minutes 1 ( ) && + - ! ? : < , min( [ ] in", 20)
    ) {
        refused_within(&source)?;
    }
}

/// It is an expression, or it is refused at a place within the text.
fn refused_within(source: &str) -> Result<(), TestCaseError> {
    let Err(refused) = Expression::check(source, &names(), Type::Flag) else {
        return Ok(());
    };
    let line = source.split('\n').nth(refused.line as usize - 1);
    let length = line.map(|line| line.chars().count());
    prop_assert!(
        length.is_some_and(|length| refused.column as usize <= length + 1),
        "{:?}: {}",
        source,
        refused
    );
    Ok(())
}
