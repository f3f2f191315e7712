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

#[cfg(test)]
mod tests {
    use super::super::Type;
    use super::super::sample::{check, facts};
    use super::*;

    fn kind(value: &Value) -> Type {
        match value {
            Value::Integer(_) => Type::Integer,
            Value::Decimal(_) => Type::Decimal,
            Value::Text(_) => Type::Text,
            Value::Flag(_) => Type::Flag,
        }
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

    fn has_no_value(why: NoValue, table: &[(&str, Type)]) {
        for (source, gives) in table {
            let value = check(source, *gives).evaluate(&facts());
            assert_eq!(value, Err(why), "{source}");
        }
    }

    #[test]
    fn what_is_too_large_has_no_value() {
        has_no_value(
            NoValue::Overflow,
            &[
                ("9223372036854775807 + minutes", Type::Integer),
                ("-(-9223372036854775807 - 1)", Type::Integer),
                ("(-9223372036854775807 - 1) / -1", Type::Integer),
                ("(-9223372036854775807 - 1) % -1", Type::Integer),
                ("spent * 9223372036854775807", Type::Decimal),
                ("decimal(9223372036854) + decimal(1)", Type::Decimal),
                ("decimal(9223372036855)", Type::Decimal),
            ],
        );
    }

    #[test]
    fn what_is_divided_by_zero_has_no_value() {
        has_no_value(
            NoValue::DivisionByZero,
            &[
                ("minutes / records", Type::Integer),
                ("minutes % records", Type::Integer),
                ("spent / records", Type::Decimal),
                ("minutes / records > 1 && done", Type::Flag),
                ("minutes / records > 1 ? 1 : 2", Type::Integer),
                ("done ? minutes / records : 2", Type::Integer),
                ("max(minutes / records, 1)", Type::Integer),
            ],
        );
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
}
