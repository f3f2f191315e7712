//! Evaluation: a walk over the steps of a plan with a stack of values, or of reasons why there is none.
//!
//! A reason stands on the stack like a value. So `&&`, `||` and `?:` need no jumps: they drop a reason that does not matter, and
//! every other step hands it on. All branches are computed, which nobody can see, since a step changes nothing and costs nanoseconds.

use super::plan::{Plan, Step};
use super::{Facts, NoValue, Value};

const MICROS: i64 = 1_000_000;

/// A value that borrows its text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held<'a> {
    Integer(i64),
    Decimal(i64),
    Text(&'a str),
    Flag(bool),
}

type Outcome<'a> = Result<Held<'a>, NoValue>;

impl Plan {
    /// The value it comes out at in a case.
    pub(super) fn evaluate(&self, facts: &Facts) -> Result<Value, NoValue> {
        let mut stack = Vec::with_capacity(8);
        for step in self.steps() {
            let outcome = take(step, facts, &mut stack);
            stack.push(outcome);
        }
        pop(&mut stack).map(Value::from)
    }
}

/// What a step puts on the stack. A plan never takes more off it than there is, and its values have the types that it was checked
/// with, so a type that does not fit comes from a fact.
fn take<'a>(step: &'a Step, facts: &'a Facts, stack: &mut Vec<Outcome<'a>>) -> Outcome<'a> {
    match step {
        Step::Integer(number) => Ok(Held::Integer(*number)),
        Step::Decimal(micros) => Ok(Held::Decimal(*micros)),
        Step::Text(text) => Ok(Held::Text(text)),
        Step::Flag(flag) => Ok(Held::Flag(*flag)),
        Step::Fact(name) => facts.get(name).map(Held::from).ok_or(NoValue::MissingFact),
        Step::Not
        | Step::Negate
        | Step::ToDecimal
        | Step::Size
        | Step::InIntegers(_)
        | Step::InTexts(_) => of_one(step, pop(stack)?),
        Step::Choose => {
            let (otherwise, then, condition) = (pop(stack), pop(stack), pop(stack));
            match condition? {
                Held::Flag(true) => then,
                Held::Flag(false) => otherwise,
                _ => Err(NoValue::MissingFact),
            }
        }
        _ => {
            let (right, left) = (pop(stack), pop(stack));
            match step {
                Step::And => decide(left, right, false),
                Step::Or => decide(left, right, true),
                _ => of_two(step, left?, right?),
            }
        }
    }
}

fn pop<'a>(stack: &mut Vec<Outcome<'a>>) -> Outcome<'a> {
    stack.pop().unwrap_or(Err(NoValue::MissingFact))
}

/// What `&&` and `||` give: one side is enough if it decides, whatever became of the other.
fn decide<'a>(left: Outcome<'a>, right: Outcome<'a>, decisive: bool) -> Outcome<'a> {
    let decided = Ok(Held::Flag(decisive));
    if left == decided || right == decided {
        return decided;
    }
    match (left?, right?) {
        (Held::Flag(_), Held::Flag(_)) => Ok(Held::Flag(!decisive)),
        _ => Err(NoValue::MissingFact),
    }
}

fn of_one<'a>(step: &Step, operand: Held<'a>) -> Outcome<'a> {
    match (step, operand) {
        (Step::Not, Held::Flag(flag)) => Ok(Held::Flag(!flag)),
        (Step::Negate, Held::Integer(number)) => counted(number.checked_neg(), Held::Integer),
        (Step::Negate, Held::Decimal(micros)) => counted(micros.checked_neg(), Held::Decimal),
        (Step::ToDecimal, Held::Integer(number)) => {
            counted(number.checked_mul(MICROS), Held::Decimal)
        }
        (Step::Size, Held::Text(text)) => {
            counted(i64::try_from(text.chars().count()).ok(), Held::Integer)
        }
        (Step::InIntegers(list), Held::Integer(number)) => Ok(Held::Flag(list.contains(&number))),
        (Step::InTexts(list), Held::Text(text)) => {
            Ok(Held::Flag(list.iter().any(|element| element == text)))
        }
        _ => Err(NoValue::MissingFact),
    }
}

fn of_two<'a>(step: &Step, left: Held<'a>, right: Held<'a>) -> Outcome<'a> {
    match (step, left, right) {
        (Step::Equal, ..) if same_type(left, right) => Ok(Held::Flag(left == right)),
        (Step::NotEqual, ..) if same_type(left, right) => Ok(Held::Flag(left != right)),
        (Step::StartsWith, Held::Text(text), Held::Text(start)) => {
            Ok(Held::Flag(text.starts_with(start)))
        }
        (Step::Multiply, Held::Integer(left), Held::Integer(right)) => {
            counted(left.checked_mul(right), Held::Integer)
        }
        (Step::Multiply, Held::Decimal(micros), Held::Integer(times))
        | (Step::Multiply, Held::Integer(times), Held::Decimal(micros)) => {
            counted(micros.checked_mul(times), Held::Decimal)
        }
        (Step::Divide, Held::Integer(left), Held::Integer(right)) => {
            counted(left.checked_div(not_zero(right)?), Held::Integer)
        }
        (Step::Divide, Held::Decimal(micros), Held::Integer(by)) => {
            counted(micros.checked_div(not_zero(by)?), Held::Decimal)
        }
        (Step::Remainder, Held::Integer(left), Held::Integer(right)) => {
            counted(left.checked_rem(not_zero(right)?), Held::Integer)
        }
        (_, Held::Integer(left), Held::Integer(right)) => alike(step, left, right, Held::Integer),
        (_, Held::Decimal(left), Held::Decimal(right)) => alike(step, left, right, Held::Decimal),
        _ => Err(NoValue::MissingFact),
    }
}

/// What is the same for whole numbers and for millionths.
fn alike<'a>(step: &Step, left: i64, right: i64, number: fn(i64) -> Held<'a>) -> Outcome<'a> {
    match step {
        Step::Less => Ok(Held::Flag(left < right)),
        Step::AtMost => Ok(Held::Flag(left <= right)),
        Step::Greater => Ok(Held::Flag(left > right)),
        Step::AtLeast => Ok(Held::Flag(left >= right)),
        Step::Add => counted(left.checked_add(right), number),
        Step::Subtract => counted(left.checked_sub(right), number),
        Step::Min => Ok(number(left.min(right))),
        Step::Max => Ok(number(left.max(right))),
        _ => Err(NoValue::MissingFact),
    }
}

fn counted<'a>(result: Option<i64>, number: fn(i64) -> Held<'a>) -> Outcome<'a> {
    result.map(number).ok_or(NoValue::Overflow)
}

fn not_zero(divisor: i64) -> Result<i64, NoValue> {
    if divisor == 0 {
        Err(NoValue::DivisionByZero)
    } else {
        Ok(divisor)
    }
}

fn same_type(left: Held<'_>, right: Held<'_>) -> bool {
    std::mem::discriminant(&left) == std::mem::discriminant(&right)
}

impl<'a> From<&'a Value> for Held<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Integer(number) => Self::Integer(*number),
            Value::Decimal(micros) => Self::Decimal(*micros),
            Value::Text(text) => Self::Text(text),
            Value::Flag(flag) => Self::Flag(*flag),
        }
    }
}

impl From<Held<'_>> for Value {
    fn from(value: Held<'_>) -> Self {
        match value {
            Held::Integer(number) => Self::Integer(number),
            Held::Decimal(micros) => Self::Decimal(micros),
            Held::Text(text) => Self::Text(text.to_owned()),
            Held::Flag(flag) => Self::Flag(flag),
        }
    }
}
