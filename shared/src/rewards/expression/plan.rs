//! The plan of an expression: its steps in the order in which they are taken, operands before the operator that they are for.
//!
//! A list, not a tree: nothing recurses over it, however deep the expression was nested, and a table that holds no more than
//! 32 levels can hold it. `minutes >= 30 && !weekend` is stored as `[{"fact":"minutes"},{"int":30},">=",{"fact":"weekend"},"!","&&"]`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The most steps a plan has. Each element of a list is one.
pub(super) const STEPS_MAX: usize = 64;

/// The steps of an expression: at most [`STEPS_MAX`], each with its operands before it, and one value at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Step>")]
pub(super) struct Plan(Vec<Step>);

/// A step: it takes values off the stack and puts one there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    #[serde(rename = "int")]
    Integer(i64),
    /// Millionths.
    #[serde(rename = "micros")]
    Decimal(i64),
    #[serde(rename = "text")]
    Text(String),
    #[serde(rename = "flag")]
    Flag(bool),
    #[serde(rename = "fact")]
    Fact(String),
    #[serde(rename = "!")]
    Not,
    #[serde(rename = "neg")]
    Negate,
    #[serde(rename = "decimal")]
    ToDecimal,
    #[serde(rename = "size")]
    Size,
    #[serde(rename = "in_ints")]
    InIntegers(Vec<i64>),
    #[serde(rename = "in_texts")]
    InTexts(Vec<String>),
    #[serde(rename = "&&")]
    And,
    #[serde(rename = "||")]
    Or,
    #[serde(rename = "==")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "+")]
    Add,
    #[serde(rename = "-")]
    Subtract,
    #[serde(rename = "*")]
    Multiply,
    #[serde(rename = "/")]
    Divide,
    #[serde(rename = "%")]
    Remainder,
    #[serde(rename = "min")]
    Min,
    #[serde(rename = "max")]
    Max,
    #[serde(rename = "starts_with")]
    StartsWith,
    #[serde(rename = "?:")]
    Choose,
}

/// Why a list of steps is not a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsound {
    #[error("an expression has at most {STEPS_MAX} values and operators")]
    TooLong,
    #[error("the steps of an expression do not come out at one value")]
    Unbalanced,
}

impl Step {
    /// How many values it takes off the stack.
    fn takes(&self) -> usize {
        match self {
            Self::Integer(_) | Self::Decimal(_) | Self::Text(_) | Self::Flag(_) | Self::Fact(_) => {
                0
            }
            Self::Not
            | Self::Negate
            | Self::ToDecimal
            | Self::Size
            | Self::InIntegers(_)
            | Self::InTexts(_) => 1,
            Self::And
            | Self::Or
            | Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::AtMost
            | Self::Greater
            | Self::AtLeast
            | Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder
            | Self::Min
            | Self::Max
            | Self::StartsWith => 2,
            Self::Choose => 3,
        }
    }

    /// As how many steps it counts.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::InIntegers(list) => list.len().saturating_add(1),
            Self::InTexts(list) => list.len().saturating_add(1),
            _ => 1,
        }
    }
}

impl Plan {
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The names of the facts it asks for.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let steps = self.0.iter();
        let names = steps.filter_map(|step| match step {
            Step::Fact(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }
}

impl TryFrom<Vec<Step>> for Plan {
    type Error = Unsound;

    fn try_from(steps: Vec<Step>) -> Result<Self, Unsound> {
        let mut weight = 0_usize;
        let mut values = 0_usize;
        for step in &steps {
            weight = weight.saturating_add(step.weight());
            if weight > STEPS_MAX {
                return Err(Unsound::TooLong);
            }
            let left = values.checked_sub(step.takes());
            values = left.ok_or(Unsound::Unbalanced)? + 1;
        }
        if values == 1 {
            Ok(Self(steps))
        } else {
            Err(Unsound::Unbalanced)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{check, facts};
    use super::super::{Expression, NoValue, Type};
    use crate::amount::Rjv;
    use crate::rewards::terms::Formula;

    #[test]
    fn the_names_in_it_are_told_once() {
        let source = "streak.days > 3 && minutes > 1 ? minutes : min(minutes, 2)";
        let expression = check(source, Type::Integer);

        let used: Vec<_> = expression.names_used().collect();

        assert_eq!(used, ["minutes", "streak.days"]);
        assert_eq!(expression.source(), source);
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

    /// Rules are stored for good, so a step never changes its name.
    #[test]
    fn every_step_is_stored_under_its_name() {
        for (source, gives, plan) in [
            (
                "done ? -minutes : size(\"a\")",
                Type::Integer,
                json!([
                    { "fact": "done" }, { "fact": "minutes" }, "neg", { "text": "a" }, "size", "?:",
                ]),
            ),
            (
                "min(1, 2) + max(3, 4) - 5 * 6 / 7 % 8",
                Type::Integer,
                json!([
                    { "int": 1 }, { "int": 2 }, "min", { "int": 3 }, { "int": 4 }, "max", "+",
                    { "int": 5 }, { "int": 6 }, "*", { "int": 7 }, "/", { "int": 8 }, "%", "-",
                ]),
            ),
            (
                "1 < 2 == (1 <= 2) != (1 > 2)",
                Type::Flag,
                json!([
                    { "int": 1 }, { "int": 2 }, "<", { "int": 1 }, { "int": 2 }, "<=", "==",
                    { "int": 1 }, { "int": 2 }, ">", "!=",
                ]),
            ),
            (
                "true && minutes in [1, 2] || action.startsWith(\"a\")",
                Type::Flag,
                json!([
                    { "flag": true }, { "fact": "minutes" }, { "in_ints": [1, 2] }, "&&",
                    { "fact": "action" }, { "text": "a" }, "starts_with", "||",
                ]),
            ),
            (
                "decimal(minutes)",
                Type::Decimal,
                json!([{ "fact": "minutes" }, "decimal"]),
            ),
        ] {
            let stored = serde_json::to_value(check(source, gives)).unwrap();
            assert_eq!(stored, json!({ "source": source, "plan": plan }));
        }
    }

    /// A rule is a flat item, and what it says of an amount is tagged: its fields are held in between before they are read.
    #[test]
    fn it_is_stored_in_a_rule() {
        #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        struct Rule {
            #[serde(flatten)]
            amount: Formula<Expression>,
        }
        let source = "minutes in [-9223372036854775808, 1] && spent * 2 > spent ? minutes : -1";
        let rule = Rule {
            amount: Formula::PerUnit {
                units: check(source, Type::Integer),
                amount: Rjv::whole(1),
            },
        };

        let item: serde_dynamo::Item = serde_dynamo::to_item(&rule).unwrap();
        let read: Rule = serde_dynamo::from_item(item).unwrap();

        assert_eq!(read, rule);
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
            json!([{ "int": 1 }, { "in_ints": many(json!(1), 63) }]),
            json!([{ "double": 1.5 }]),
            json!([{ "int": 1.5 }]),
            json!("minutes"),
        ] {
            assert!(read(plan).is_err());
        }

        for plan in [
            json!([{ "text": "a" }, "!"]),
            json!([{ "text": "a" }, { "int": 1 }, "+"]),
            json!([{ "text": "a" }, { "int": 1 }, "=="]),
            json!([{ "text": "a" }, { "int": 1 }, "!="]),
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
}
