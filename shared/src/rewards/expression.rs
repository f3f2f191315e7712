//! Expressions: what a rule asks and counts, written in a subset of CEL, checked when it is saved and evaluated without floats.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// The names an expression may use, such as `minutes` or `streak.days`, and what each stands for.
pub type Names = BTreeMap<String, Type>;

/// What the names stand for in one case.
pub type Facts = BTreeMap<String, Value>;

/// An expression that was checked: its text, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expression {
    source: String,
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
    /// The expression that `source` says, if it is one of these names and gives a value of this type.
    pub fn check(_source: &str, _names: &Names, _gives: Type) -> Result<Self, InvalidExpression> {
        todo!()
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its value in a case.
    pub fn evaluate(&self, _facts: &Facts) -> Result<Value, NoValue> {
        todo!()
    }
}

impl Expression {
    pub fn names_used(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }
}
impl std::fmt::Display for Value {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
