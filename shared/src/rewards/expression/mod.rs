//! Expressions: what a rule asks and counts, written in a subset of CEL, checked when it is saved and evaluated without floats.
//!
//! | It has | Written | Gives |
//! |---|---|---|
//! | whole numbers of 64 bits, texts, truth values | `30`, `-1`, `"post"`, `true` | itself |
//! | decimals with six digits behind the point | `decimal("12.5")`, `decimal(minutes)` | a decimal |
//! | names, with or without a point | `minutes`, `streak.days` | what the activity and the member have there |
//! | and, or, not | `a && b`, `a \|\| b`, `!a` | true or false |
//! | a choice between two values of one type | `a ? b : c` | one of them |
//! | equality, of two values of one type | `==`, `!=` | true or false |
//! | order, of two whole numbers or two decimals | `<`, `<=`, `>`, `>=` | true or false |
//! | one of several whole numbers or texts | `action in ["post", "answer"]` | true or false |
//! | arithmetic of whole numbers | `+`, `-`, `*`, `/`, `%`, `-a` | a whole number |
//! | arithmetic of decimals | `+` and `-` of two, `*` with and `/` by a whole number, `-a` | a decimal |
//! | the smaller and the larger of two numbers of one type | `min(a, b)`, `max(a, b)` | one of them |
//! | texts | `a.startsWith("x")`, `a.size()`, `size(a)` (characters) | true or false; a whole number |
//!
//! Everything means what it means in CEL; decimals, `min` and `max` are additions. Division drops what does not come out even
//! (`-7 / 2` is `-3`, `decimal("1") / 3` is 0.333333). A sum that is too large and a division by zero have no value, and neither
//! has what is made of them, but `false && a` is false and `true || a` is true even if `a` has no value, on either side, and
//! `a ? b : c` asks only the branch it takes. There are no doubles, lists of anything but literals, maps, messages, macros, bytes,
//! nulls, unsigned numbers, times or regular expressions, and no two signs in a row, which cancel out. An expression has at most 500
//! characters, brackets and choices nested at most 16 deep, and 64 steps: its values, its operators and the elements of its lists.
//!
//! The crate `cel` reads the text when a rule is saved, and what it read is made into a plan of our own that is stored with the
//! text. Awards evaluate the plan and never call the crate, because a parser of over a megabyte with a recursive grammar does
//! not belong into their path, because CEL has only doubles for what is not whole, and because a version of a rule must give the
//! same in years, whatever its next release understands.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use self::plan::Plan;

mod bounds;
mod check;
mod evaluate;
mod plan;
mod refusal;
mod syntax;

/// What a name in an expression stands for, or what an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// A whole number.
    Integer,
    /// A number with up to six digits behind the point.
    Decimal,
    /// A text.
    Text,
    /// True or false.
    Flag,
}

/// A value of one of the types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// Millionths.
    Decimal(i64),
    /// A text.
    Text(String),
    /// True or false.
    Flag(bool),
}

/// As an expression would write it, a text without its quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Decimal(millionths) => {
                let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
                let sign = if *millionths < 0 { "-" } else { "" };
                let digits = format!("{:06}", rest.unsigned_abs());
                match digits.trim_end_matches('0') {
                    "" => write!(f, "{sign}{}", whole.unsigned_abs()),
                    digits => write!(f, "{sign}{}.{digits}", whole.unsigned_abs()),
                }
            }
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

/// The names an expression may use, such as `minutes` or `streak.days`, and what each stands for.
pub type Names = BTreeMap<String, Type>;

/// What the names stand for in one case.
pub type Facts = BTreeMap<String, Value>;

/// An expression that was checked: its text, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expression {
    source: String,
    plan: Plan,
}

/// What is wrong with the text of an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct InvalidExpression {
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub reason: String,
}

/// Why an expression has no value in a case.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum NoValue {
    /// A number is too large, in the middle or at the end.
    #[error("a number is too large")]
    Overflow,
    /// Something is divided by zero.
    #[error("something is divided by zero")]
    DivisionByZero,
    /// A fact is missing or has another type than it was checked against.
    #[error("a fact is missing")]
    MissingFact,
}

impl Expression {
    /// The most characters an expression has.
    pub const CHARS_MAX: usize = bounds::CHARS_MAX;

    /// The expression that `source` says, if it is one of these names and gives a value of this type.
    ///
    /// This is the only function that needs the parser: who does not call it does not carry it.
    pub fn check(source: &str, names: &Names, gives: Type) -> Result<Self, InvalidExpression> {
        let plan = check::plan(source, names, gives)?;
        Ok(Self {
            source: source.to_owned(),
            plan,
        })
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names it asks for, each once.
    pub fn names_used(&self) -> impl Iterator<Item = &str> {
        self.plan.names().into_iter()
    }

    /// Its value in a case.
    pub fn evaluate(&self, facts: &Facts) -> Result<Value, NoValue> {
        self.plan.evaluate(facts)
    }
}

impl InvalidExpression {
    /// Something wrong at a byte of the source.
    fn at(source: &str, byte: usize, reason: String) -> Self {
        let before = source.get(..byte).unwrap_or(source);
        let line = before.rsplit('\n').next().unwrap_or_default();
        // Nothing is this long: what is longer than bounded is refused at its first character too many.
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            line: count(before.matches('\n').count() + 1),
            column: count(line.chars().count() + 1),
            reason,
        }
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod sample;
