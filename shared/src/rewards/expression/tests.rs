//! What expressions mean, what is refused and where, and what a table may hold.

use serde_json::json;

use super::*;

fn names() -> Names {
    [
        ("action", Type::Text),
        ("done", Type::Flag),
        ("member.earned", Type::Decimal),
        ("minutes", Type::Integer),
        ("records", Type::Integer),
        ("spent", Type::Decimal),
        ("streak.days", Type::Integer),
    ]
    .map(|(name, kind)| (name.to_owned(), kind))
    .into()
}

/// A text of 6 characters and 7 bytes, 45 minutes, no records, 12.5 spent, 0.000001 earned, the seventh day.
fn facts() -> Facts {
    [
        ("action", Value::Text("répond".to_owned())),
        ("done", Value::Flag(true)),
        ("member.earned", Value::Decimal(1)),
        ("minutes", Value::Integer(45)),
        ("records", Value::Integer(0)),
        ("spent", Value::Decimal(12_500_000)),
        ("streak.days", Value::Integer(7)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn kind(value: &Value) -> Type {
    match value {
        Value::Integer(_) => Type::Integer,
        Value::Decimal(_) => Type::Decimal,
        Value::Text(_) => Type::Text,
        Value::Flag(_) => Type::Flag,
    }
}

fn check(source: &str, gives: Type) -> Expression {
    Expression::check(source, &names(), gives).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn comes_out_at(table: &[(&str, Value)]) {
    for (source, value) in table {
        let expression = check(source, kind(value));
        assert_eq!(
            expression.evaluate(&facts()).as_ref(),
            Ok(value),
            "{source}"
        );
    }
}

#[test]
fn whole_numbers_are_those_of_cel() {
    let integers = [
        ("minutes", 45),
        ("streak.days", 7),
        ("-minutes", -45),
        ("0x10 - -1", 17),
        ("-9223372036854775808", i64::MIN),
        ("2 + 3 * 4 - 10 / 4", 12),
        ("(2 + 3) * 4", 20),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 % 2", -1),
        ("minutes / 10 % 3", 1),
        ("min(minutes, 30) + max(streak.days, 10)", 40),
        ("action.size() + size(\"\u{1d11e}\")", 7),
        ("done ? minutes : records", 45),
        ("records > 0 ? minutes / records : -1", -1),
        ("minutes < 10 ? 1 : minutes < 100 ? 2 : 3", 2),
    ];
    comes_out_at(&integers.map(|(source, number)| (source, Value::Integer(number))));
}

#[test]
fn decimals_are_whole_millionths() {
    let decimals = [
        ("decimal(\"12.5\")", 12_500_000),
        ("decimal(\"-0.000001\")", -1),
        ("decimal(minutes)", 45_000_000),
        ("decimal(1 + 1)", 2_000_000),
        ("spent + member.earned", 12_500_001),
        ("-spent - decimal(\"0.5\")", -13_000_000),
        ("spent * 3", 37_500_000),
        ("3 * spent", 37_500_000),
        ("spent * minutes / 100", 5_625_000),
        ("decimal(\"1\") / 3", 333_333),
        ("decimal(\"-1\") / 3", -333_333),
        ("member.earned / 2", 0),
        ("max(spent, decimal(20))", 20_000_000),
        ("done ? spent : decimal(0)", 12_500_000),
    ];
    comes_out_at(&decimals.map(|(source, micros)| (source, Value::Decimal(micros))));
}

#[test]
fn questions_are_answered() {
    let flags = [
        ("done", true),
        ("!done", false),
        ("!(minutes < 30) && done", true),
        ("minutes >= 30 && minutes <= 60 || false", true),
        ("minutes == 45 && minutes != 46 && minutes > 44", true),
        ("spent > decimal(\"12.499999\")", true),
        ("spent <= decimal(12)", false),
        ("spent == decimal(\"12.50\")", true),
        ("done == true && done != false", true),
        ("action == \"répond\" && action != 'post'", true),
        ("action.startsWith(\"ré\") && !action.startsWith('é')", true),
        ("action in [\"post\", \"r\\u00e9pond\"]", true),
        ("action in []", false),
        ("minutes in [44, -45]", false),
        ("streak.days % 7 == 0 // a week", true),
        ("streak\n  .days\n  == 7", true),
    ];
    comes_out_at(&flags.map(|(source, flag)| (source, Value::Flag(flag))));
    comes_out_at(&[
        ("\"a\\\"b\"", Value::Text("a\"b".to_owned())),
        ("r'a\\b'", Value::Text("a\\b".to_owned())),
        ("done ? action : ''", Value::Text("répond".to_owned())),
    ]);
}

#[test]
fn what_is_too_large_or_divided_by_zero_has_no_value() {
    for (source, gives, why) in [
        (
            "9223372036854775807 + minutes",
            Type::Integer,
            NoValue::Overflow,
        ),
        (
            "-(-9223372036854775807 - 1)",
            Type::Integer,
            NoValue::Overflow,
        ),
        (
            "(-9223372036854775807 - 1) / -1",
            Type::Integer,
            NoValue::Overflow,
        ),
        (
            "(-9223372036854775807 - 1) % -1",
            Type::Integer,
            NoValue::Overflow,
        ),
        (
            "spent * 9223372036854775807",
            Type::Decimal,
            NoValue::Overflow,
        ),
        (
            "decimal(9223372036854)+decimal(1)",
            Type::Decimal,
            NoValue::Overflow,
        ),
        ("decimal(9223372036855)", Type::Decimal, NoValue::Overflow),
        ("minutes / records", Type::Integer, NoValue::DivisionByZero),
        ("minutes % records", Type::Integer, NoValue::DivisionByZero),
        ("spent / records", Type::Decimal, NoValue::DivisionByZero),
        (
            "minutes / records > 1 && done",
            Type::Flag,
            NoValue::DivisionByZero,
        ),
        (
            "minutes / records > 1 ? 1 : 2",
            Type::Integer,
            NoValue::DivisionByZero,
        ),
        (
            "done ? minutes / records : 2",
            Type::Integer,
            NoValue::DivisionByZero,
        ),
        (
            "max(minutes / records, 1)",
            Type::Integer,
            NoValue::DivisionByZero,
        ),
    ] {
        let value = check(source, gives).evaluate(&facts());
        assert_eq!(value, Err(why), "{source}");
    }
}

#[test]
fn a_side_that_decides_makes_up_for_one_without_a_value() {
    for (source, flag) in [
        ("minutes / records > 1 && false", false),
        ("false && minutes / records > 1", false),
        ("minutes / records > 1 || done", true),
        ("done || minutes / records > 1", true),
        ("minutes / records > 1 && done && !done", false),
        ("done ? true : minutes / records > 1", true),
    ] {
        let value = check(source, Type::Flag).evaluate(&facts());
        assert_eq!(value, Ok(Value::Flag(flag)), "{source}");
    }
}

#[test]
fn a_fact_that_is_missing_or_of_another_type_gives_no_value() {
    let expression = check("minutes >= 30", Type::Flag);
    let mut facts = facts();

    facts.insert("minutes".to_owned(), Value::Text("45".to_owned()));
    assert_eq!(expression.evaluate(&facts), Err(NoValue::MissingFact));

    facts.remove("minutes");
    assert_eq!(expression.evaluate(&facts), Err(NoValue::MissingFact));
    let enough = check("minutes >= 30 || done", Type::Flag);
    assert_eq!(enough.evaluate(&facts), Ok(Value::Flag(true)));
}

#[test]
fn the_names_in_it_are_told_once() {
    let source = "streak.days > 3 && minutes > 1 ? minutes : min(minutes, 2)";
    let expression = check(source, Type::Integer);

    let used: Vec<_> = expression.names_used().collect();

    assert_eq!(used, ["minutes", "streak.days"]);
    assert_eq!(expression.source(), source);
}

#[test]
fn what_is_not_in_the_language_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    for line in include_str!("refused.txt").lines() {
        let (source, expected) = line.split_once(" => ").unwrap();
        let found = match Expression::check(&source.replace("\\n", "\n"), &names(), Type::Flag) {
            Ok(_) => "nothing".to_owned(),
            Err(refused) => refused.to_string(),
        };
        if found != expected {
            wrong.push(format!("{source} => {found}"));
        }
    }
    assert!(wrong.is_empty(), "refused otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn where_there_are_no_names_none_is_known() {
    let refused = Expression::check("a", &Names::new(), Type::Flag).unwrap_err();

    assert_eq!(refused.reason, "there is no `a`, and no other name");
}

#[test]
fn the_longest_and_the_deepest_are_read() {
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(16), close.repeat(16))
    };
    for (source, gives) in [
        (nested("(", "minutes", ")"), Type::Integer),
        (nested("-(", "minutes", ")"), Type::Integer),
        (nested("!(", "done", ")"), Type::Flag),
        (nested("min(1, ", "minutes", ")"), Type::Integer),
        (nested("done ? 1 : ", "2", ""), Type::Integer),
        (format!("1{}", " + 1".repeat(31)), Type::Integer),
        (format!("done{}", " && done".repeat(31)), Type::Flag),
        (format!("minutes in [1{}]", ", 1".repeat(61)), Type::Flag),
        (format!("{:1$}", "done", Expression::CHARS_MAX), Type::Flag),
        (
            format!("\"{}\".size()", "(\u{e9}?-".repeat(122)),
            Type::Integer,
        ),
    ] {
        let value = check(&source, gives).evaluate(&facts());
        assert!(value.is_ok(), "{source}");
    }
}

#[test]
fn what_is_longer_or_deeper_is_refused_before_it_is_read() {
    let fill = |part: &str| part.repeat(Expression::CHARS_MAX / part.len());
    for (source, reason) in [
        (
            fill("("),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("["),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("{1:"),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("-("),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("min(1,"),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("a?b:"),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("a?"),
            "brackets and choices are nested more than 16 deep",
        ),
        (
            fill("(a?"),
            "brackets and choices are nested more than 16 deep",
        ),
        (fill("!"), "two `!` in a row cancel out: leave both out"),
        (fill("-"), "two `-` in a row cancel out: leave both out"),
        (
            format!("{}1", fill("-")),
            "an expression has at most 500 characters",
        ),
        (
            format!("{}1", fill("1 + ")),
            "an expression has at most 500 characters",
        ),
        (fill("1+1+") + "", "something is missing at the end"),
        (
            format!("{}1", "1+".repeat(249)),
            "an expression has at most 64 values and operators",
        ),
        (format!("{}a", "a.".repeat(249)), "there is no"),
        (
            format!("minutes in [{}1]", "1,".repeat(240)),
            "an expression has at most 64 values",
        ),
        (fill("\"(\""), "`\"(\"` is not expected here"),
        (fill("a<1+1*"), "something is missing at the end"),
    ] {
        let refused = Expression::check(&source, &names(), Type::Integer).unwrap_err();
        assert!(refused.reason.starts_with(reason), "{source}: {refused}");
    }
}

#[test]
fn it_is_stored_with_its_text_and_its_plan() {
    let source = "minutes >= 30 && !done || action in [\"post\"] && spent > decimal(\"0.5\")";
    let expression = check(source, Type::Flag);
    let stored = json!({
        "source": source,
        "plan": [
            { "fact": "minutes" }, { "int": 30 }, ">=", { "fact": "done" }, "!", "&&",
            { "fact": "action" }, { "in_texts": ["post"] },
            { "fact": "spent" }, { "micros": 500_000 }, ">", "&&", "||",
        ],
    });

    assert_eq!(serde_json::to_value(&expression).unwrap(), stored);
    assert_eq!(
        serde_json::from_value::<Expression>(stored).unwrap(),
        expression
    );

    let item: serde_dynamo::Item = serde_dynamo::to_item(&expression).unwrap();
    let read: Expression = serde_dynamo::from_item(item).unwrap();
    assert_eq!(read, expression);
}

#[test]
fn a_plan_that_no_expression_has_is_not_read() {
    let read = |plan: serde_json::Value| {
        serde_json::from_value::<Expression>(json!({ "source": "", "plan": plan }))
            .map_err(|error| error.to_string())
    };
    let many = |step: serde_json::Value, times| vec![step; times];
    for plan in [
        json!([]),
        json!(["+"]),
        json!([{ "int": 1 }, "+"]),
        json!([{ "int": 1 }, { "int": 2 }]),
        json!(["?:", { "int": 1 }, { "int": 2 }, { "int": 3 }]),
        json!(many(json!({ "int": 1 }), 100_000)),
        json!([{ "int": 1 }, { "in_ints": many(json!(1), 64) }]),
        json!([{ "double": 1.5 }]),
        json!([{ "int": 1.5 }]),
        json!("minutes"),
    ] {
        assert!(read(plan).is_err());
    }

    for plan in [
        json!([{ "text": "a" }, "!"]),
        json!([{ "text": "a" }, { "int": 1 }, "+"]),
        json!([{ "micros": 1 }, { "micros": 1 }, "*"]),
        json!([{ "int": 1 }, { "int": 1 }, { "int": 1 }, "?:"]),
        json!([{ "int": 1 }, { "flag": true }, "&&"]),
        json!([{ "flag": true }, { "flag": true }, "<"]),
    ] {
        assert_eq!(
            read(plan).unwrap().evaluate(&facts()),
            Err(NoValue::MissingFact)
        );
    }
}

/// Run by hand, optimized: `cargo test --release -p shared --lib expression::tests::time -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn time_of_an_evaluation() {
    for source in [
        "minutes >= 30",
        "minutes >= 30 && done && action in [\"post\", \"answer\"] || streak.days % 7 == 0",
        "done && spent * 3 / 100 > decimal(\"0.25\") && action.startsWith(\"re\")",
    ] {
        let expression = check(source, Type::Flag);
        let facts = facts();
        let times = 1_000_000;
        let started = std::time::Instant::now();
        for _ in 0..times {
            let value = std::hint::black_box(&expression).evaluate(&facts);
            assert!(std::hint::black_box(value).is_ok());
        }
        let nanoseconds = started.elapsed().as_nanos() / times;
        println!("{nanoseconds} ns for {source}");
    }
}
