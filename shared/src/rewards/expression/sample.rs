//! The names, facts and expressions of the tests.

use super::*;

pub(super) fn names() -> Names {
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
pub(super) fn facts() -> Facts {
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

pub(super) fn check(source: &str, gives: Type) -> Expression {
    Expression::check(source, &names(), gives).unwrap_or_else(|error| panic!("{source}: {error}"))
}
