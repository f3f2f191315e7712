//! How long the rules take to decide: a decision is a function of values, so nothing but the processor is measured.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, anyhow};
use engine::market::{activity, member, start};
use engine::rewarded::{crowded, publish};
use shared::rewards::expression::{Expression, Facts, Names, Type, Value};
use shared::rewards::{Activity, Book, Situation, decide};
use shared::table::{Memory, Tables};

use crate::report::{Budget, Row, Section, Unit, median};
use crate::setting::{Setting, wait};

/// How long a decision among 200 rules may take.
const DECISION_BUDGET_MICROSECONDS: f64 = 100.0;

/// Decisions between two looks at the clock.
pub const BLOCK: u32 = 100;

/// The section.
pub fn run(setting: &Setting) -> Result<Section> {
    wait(measure(setting))
}

async fn measure(setting: &Setting) -> Result<Section> {
    let blocks = setting.pick(40, 400);
    let book = publish(&Tables::new(Memory::default())).await?;
    let mut rows = Vec::new();
    for (what, kind) in [
        ("a fixed amount", "survey_completed"),
        ("an amount per unit", "health_data_shared"),
        ("days in a row", "data_updated"),
    ] {
        let activity = activity(member(1), "event", kind, start())?;
        let alone = microseconds(blocks, || decision(&book, &activity))?;
        let spread = crowded(&book, activity.kind, 195, true)?;
        let crowd = crowded(&book, activity.kind, 195, false)?;
        for (among, book) in [
            ("200 rules over all kinds", &spread),
            ("200 rules, 196 of its kind", &crowd),
        ] {
            let measured = microseconds(blocks, || decision(book, &activity))?;
            let row = Row::new(
                format!("{what} among {among}"),
                measured,
                Unit::Microseconds,
            );
            let row = row.beside("among 5 rules", alone);
            rows.push(row.within(Budget::at_most(DECISION_BUDGET_MICROSECONDS)));
        }
    }
    rows.extend(expressions(blocks)?);
    Ok(Section {
        name: "rules",
        title: "how long a decision takes by the rules".to_owned(),
        rows,
        notes: vec![format!("Medians of {blocks} times {BLOCK} decisions.")],
    })
}

fn decision(book: &Book, activity: &Activity) -> Result<()> {
    let situation = Situation::nobody(book);
    let decision = decide(book, activity, &situation, start());
    let decision = decision.map_err(|needed| anyhow!("{needed:?} is not known"))?;
    black_box(decision.outcome).map_err(|reason| anyhow!("refused: {reason:?}"))?;
    Ok(())
}

fn expressions(blocks: u32) -> Result<Vec<Row>> {
    let names = [
        ("records", Type::Integer),
        ("action", Type::Text),
        ("streak.days", Type::Integer),
    ];
    let names: Names = names.map(|(name, of)| (name.to_owned(), of)).into();
    let facts = [
        ("records", Value::Integer(250)),
        ("action", Value::Text("post".to_owned())),
        ("streak.days", Value::Integer(9)),
    ];
    let facts: Facts = facts.map(|(name, is)| (name.to_owned(), is)).into();
    let mut rows = Vec::new();
    for (source, gives) in [
        ("max(1, records / 100)", Type::Integer),
        (
            r#"action in ["post", "answer"] && (streak.days >= 7 || records % 2 == 1)"#,
            Type::Flag,
        ),
    ] {
        let expression = Expression::check(source, &names, gives)?;
        let measured = microseconds(blocks, || {
            black_box(expression.evaluate(&facts))?;
            Ok(())
        })?;
        rows.push(Row::new(
            format!("`{source}`"),
            measured,
            Unit::Microseconds,
        ));
    }
    Ok(rows)
}

/// How long one of something takes.
pub fn microseconds(blocks: u32, work: impl Fn() -> Result<()>) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..blocks {
        let started = Instant::now();
        for _ in 0..BLOCK {
            work()?;
        }
        times.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(BLOCK));
    }
    Ok(median(times))
}
