//! Checking: what the parser read is one of the forms of the language, every name is known, and all types fit.

use std::thread;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::plan::{Plan, STEPS_MAX, Step, Unsound};
use super::refusal::{NO_MACROS, Refusal, Text, dotted, misused, unknown};
use super::{InvalidExpression, Names, Type, bounds, syntax};
use crate::amount::Rjv;

/// The stack of the parser. Without optimization it takes 3 MiB for what is nested as deep as is allowed.
const STACK_BYTES: usize = 32 << 20;

const ANY: &[Type] = &[Type::Integer, Type::Decimal, Type::Text, Type::Flag];
const NUMBER: &[Type] = &[Type::Integer, Type::Decimal];
const INTEGER: &[Type] = &[Type::Integer];
const TEXT: &[Type] = &[Type::Text];
const FLAG: &[Type] = &[Type::Flag];

/// What a text means, if it is an expression over these names that gives a value of this type.
pub(super) fn plan(source: &str, names: &Names, gives: Type) -> Result<Plan, InvalidExpression> {
    let planned = bounds::check(source).and_then(|()| {
        thread::scope(|scope| {
            let parser = thread::Builder::new().stack_size(STACK_BYTES);
            let planned = parser.spawn_scoped(scope, || read(source, names, gives));
            let planned = planned.map_err(|error| Refusal {
                at: 0,
                reason: format!("it cannot be read at the moment: {error}"),
            })?;
            planned
                .join()
                .unwrap_or_else(|_| Err(Refusal::unreadable()))
        })
    });
    planned.map_err(|Refusal { at, reason }| InvalidExpression::at(source, at, reason))
}

fn read(source: &str, names: &Names, gives: Type) -> Result<Plan, Refusal> {
    let (tree, places) = syntax::parse(source)?;
    let mut checker = Checker {
        text: Text { source, places },
        names,
        steps: Vec::new(),
        weight: 0,
    };
    checker.operand(&tree, &[gives])?;
    Plan::try_from(checker.steps).map_err(|error| Refusal {
        at: 0,
        reason: error.to_string(),
    })
}

/// A walk over the tree that leaves the steps of the plan behind.
struct Checker<'a> {
    text: Text<'a>,
    names: &'a Names,
    steps: Vec<Step>,
    weight: usize,
}

impl Checker<'_> {
    /// The type of an operand, if it is one of these.
    fn operand(&mut self, node: &IdedExpr, expected: &[Type]) -> Result<Type, Refusal> {
        let found = self.node(node)?;
        if expected.contains(&found) {
            return Ok(found);
        }
        Err(self.text.mismatch(node, found, expected))
    }

    fn node(&mut self, node: &IdedExpr) -> Result<Type, Refusal> {
        let (step, kind) = match &node.expr {
            Expr::Literal(literal) => self.literal(node, literal)?,
            Expr::Ident(_) | Expr::Select(_) => self.name(node)?,
            Expr::Call(call) => return self.call(node, call),
            Expr::List(_) => {
                let reason = "a list stands only on the right of `in`";
                return Err(self.text.refuse(node, reason));
            }
            Expr::Comprehension(_) => {
                return Err(self.text.refuse(node, NO_MACROS));
            }
            Expr::Map(_) | Expr::Struct(_) => {
                let reason = "maps and messages are not part of the language";
                return Err(self.text.refuse(node, reason));
            }
            Expr::Unspecified => return Err(Refusal::unreadable()),
        };
        self.step(node, step)?;
        Ok(kind)
    }

    fn name(&self, node: &IdedExpr) -> Result<(Step, Type), Refusal> {
        if matches!(&node.expr, Expr::Select(select) if select.test) {
            return Err(self.text.refuse(node, NO_MACROS));
        }
        let Some(name) = dotted(node) else {
            let reason = "a point stands only in a name and before a function";
            return Err(self.text.refuse(node, reason));
        };
        match self.names.get(&name) {
            Some(kind) => Ok((Step::Fact(name), *kind)),
            None => Err(self.text.refuse(node, unknown(&name, self.names))),
        }
    }

    fn literal(&self, node: &IdedExpr, literal: &LiteralValue) -> Result<(Step, Type), Refusal> {
        let refused = match literal {
            LiteralValue::Int(number) => return Ok((Step::Integer(**number), Type::Integer)),
            LiteralValue::String(text) => {
                return Ok((Step::Text(text.inner().to_owned()), Type::Text));
            }
            LiteralValue::Boolean(flag) => return Ok((Step::Flag(**flag), Type::Flag)),
            LiteralValue::Double(_) => {
                let written = self.text.written(node);
                let example = micros(&written).map_or("0.5", |_| &written);
                let reason = format!(
                    "a number with a point is written as a decimal, such as decimal(\"{example}\")"
                );
                return Err(self.text.refuse(node, reason));
            }
            LiteralValue::UInt(_) => "a whole number is written without `u`",
            LiteralValue::Bytes(_) => "bytes are not part of the language",
            LiteralValue::Null => "null is not part of the language",
        };
        Err(self.text.refuse(node, refused))
    }

    fn call(&mut self, node: &IdedExpr, call: &CallExpr) -> Result<Type, Refusal> {
        let target = call.target.as_deref();
        let operands: Vec<_> = target.into_iter().chain(&call.args).collect();
        match (
            call.func_name.as_str(),
            target.is_some(),
            operands.as_slice(),
        ) {
            (operators::CONDITIONAL, _, [condition, then, otherwise]) => {
                self.operand(condition, FLAG)?;
                let kind = self.node(then)?;
                self.operand(otherwise, &[kind])?;
                self.step(node, Step::Choose)?;
                Ok(kind)
            }
            (operators::LOGICAL_NOT, _, [operand]) => self.one(node, operand, FLAG, Step::Not),
            (operators::NEGATE, _, [operand]) => self.one(node, operand, NUMBER, Step::Negate),
            (operators::IN, _, [operand, list]) => self.membership(node, operand, list),
            ("decimal", false, [operand]) => self.decimal(node, operand),
            ("size", _, [operand]) => {
                self.one(node, operand, TEXT, Step::Size)?;
                Ok(Type::Integer)
            }
            ("startsWith", true, [text, start]) => {
                self.operand(text, TEXT)?;
                self.operand(start, TEXT)?;
                self.step(node, Step::StartsWith)?;
                Ok(Type::Flag)
            }
            (operators::MULTIPLY, _, [left, right]) => {
                let first = self.operand(left, NUMBER)?;
                let second = match first {
                    Type::Decimal => self.operand(right, INTEGER)?,
                    _ => self.operand(right, NUMBER)?,
                };
                self.step(node, Step::Multiply)?;
                Ok(if first == Type::Decimal {
                    first
                } else {
                    second
                })
            }
            (operators::DIVIDE, _, [left, right]) => {
                let kind = self.operand(left, NUMBER)?;
                self.operand(right, INTEGER)?;
                self.step(node, Step::Divide)?;
                Ok(kind)
            }
            (name, false, [left, right]) => match of_one_type(name) {
                Some((step, expected)) => self.two(node, [left, right], expected, step),
                None => Err(self.text.refuse(node, misused(name))),
            },
            (name, ..) => Err(self.text.refuse(node, misused(name))),
        }
    }

    /// The type of the operand, with a step that takes it.
    fn one(
        &mut self,
        node: &IdedExpr,
        operand: &IdedExpr,
        expected: &[Type],
        step: Step,
    ) -> Result<Type, Refusal> {
        let kind = self.operand(operand, expected)?;
        self.step(node, step)?;
        Ok(kind)
    }

    /// What a step gives that takes two operands of one type.
    fn two(
        &mut self,
        node: &IdedExpr,
        [left, right]: [&IdedExpr; 2],
        expected: &[Type],
        step: Step,
    ) -> Result<Type, Refusal> {
        let kind = self.operand(left, expected)?;
        self.operand(right, &[kind])?;
        let gives = match step {
            Step::Add | Step::Subtract | Step::Remainder | Step::Min | Step::Max => kind,
            _ => Type::Flag,
        };
        self.step(node, step)?;
        Ok(gives)
    }

    fn decimal(&mut self, node: &IdedExpr, operand: &IdedExpr) -> Result<Type, Refusal> {
        let step = if let Expr::Literal(LiteralValue::String(text)) = &operand.expr {
            let micros = micros(text.inner()).ok_or_else(|| {
                let max = Rjv::MAX;
                let reason = format!(
                    "a decimal is written as \"12.5\", with up to 6 digits behind the point, up to {max}"
                );
                self.text.refuse(operand, reason)
            })?;
            Step::Decimal(micros)
        } else {
            self.operand(operand, INTEGER)?;
            Step::ToDecimal
        };
        self.step(node, step)?;
        Ok(Type::Decimal)
    }

    fn membership(
        &mut self,
        node: &IdedExpr,
        operand: &IdedExpr,
        list: &IdedExpr,
    ) -> Result<Type, Refusal> {
        let kind = self.operand(operand, &[Type::Integer, Type::Text])?;
        let Expr::List(elements) = &list.expr else {
            let reason = "a list such as [1, 2] or [\"a\", \"b\"] is expected on the right of `in`";
            return Err(self.text.refuse(list, reason));
        };
        let (mut integers, mut texts) = (Vec::new(), Vec::new());
        for element in &elements.elements {
            let Expr::Literal(literal) = &element.expr else {
                let reason = "a list has whole numbers or texts in it, written out";
                return Err(self.text.refuse(element, reason));
            };
            match (self.literal(element, literal)?, kind) {
                ((Step::Integer(number), _), Type::Integer) => integers.push(number),
                ((Step::Text(text), _), Type::Text) => texts.push(text),
                ((_, found), _) => {
                    return Err(self.text.mismatch(element, found, &[kind]));
                }
            }
        }
        let step = if kind == Type::Integer {
            Step::InIntegers(integers)
        } else {
            Step::InTexts(texts)
        };
        self.step(node, step)?;
        Ok(Type::Flag)
    }

    fn step(&mut self, node: &IdedExpr, step: Step) -> Result<(), Refusal> {
        self.weight = self.weight.saturating_add(step.weight());
        if self.weight > STEPS_MAX {
            return Err(self.text.refuse(node, Unsound::TooLong.to_string()));
        }
        self.steps.push(step);
        Ok(())
    }
}

/// The operators and functions that take two operands of one type, and which types.
fn of_one_type(name: &str) -> Option<(Step, &'static [Type])> {
    let found = match name {
        operators::LOGICAL_AND => (Step::And, FLAG),
        operators::LOGICAL_OR => (Step::Or, FLAG),
        operators::EQUALS => (Step::Equal, ANY),
        operators::NOT_EQUALS => (Step::NotEqual, ANY),
        operators::LESS => (Step::Less, NUMBER),
        operators::LESS_EQUALS => (Step::AtMost, NUMBER),
        operators::GREATER => (Step::Greater, NUMBER),
        operators::GREATER_EQUALS => (Step::AtLeast, NUMBER),
        operators::ADD => (Step::Add, NUMBER),
        operators::SUBSTRACT => (Step::Subtract, NUMBER),
        operators::MODULO => (Step::Remainder, INTEGER),
        "min" => (Step::Min, NUMBER),
        "max" => (Step::Max, NUMBER),
        _ => return None,
    };
    Some(found)
}

/// The millionths that a plain decimal says, with or without a sign.
fn micros(text: &str) -> Option<i64> {
    let (digits, negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let micros = i64::try_from(digits.parse::<Rjv>().ok()?.micros()).ok()?;
    if negative {
        micros.checked_neg()
    } else {
        Some(micros)
    }
}
