//! What a start costs: each of our functions beside the smallest function there is, and a purchase beside the same purchase
//! as most teams would write it.
//!
//! A start is counted from the spawn to the first request for an invocation. Programs are started by turns, so that a
//! machine that is busy for a while is busy for all of them.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::comparison;
use crate::lambda::{Program, Start};
use crate::report::{Budget, Row, Section, Unit, median};
use crate::setting::{Setting, sibling, wait};
use crate::stage::Stage;

/// The functions that are started: the smallest read, the heaviest write, and one that serves a queue.
const FUNCTIONS: [&str; 3] = ["wallet-show", "purchases-buy", "rewards-award"];

const HELLO: &str = "hello";

/// How large a binary may be, by what it carries. The first class whose name a function's begins with is its own.
///
/// The nightly walk uses every operation of the store, reads whole tables and sends messages, and starts some twenty times a
/// night, when nobody waits for it. Functions of rewards carry the rules engine; one of them the parser of expressions, another
/// the walk of a backtest. Functions that read or write files carry the client of the bucket; none of them is on a member's way.
/// The others are as large as those that work out prices, with their exact fractions.
const SIZE_BUDGETS_MEGABYTES: [(&str, f64); 11] = [
    ("insights-reconcile", 8.7),
    ("rewards-set-rule", 8.9),
    ("rewards-backtest", 8.8),
    ("rewards-", 8.5),
    ("codes-start-import", 9.7),
    ("codes-run-import", 9.7),
    ("codes-show-import", 9.7),
    ("codes-import", 9.7),
    ("codes-generate", 9.7),
    ("codes-download-batch", 9.7),
    ("", 8.4),
];

const PROCESSOR_BUDGET_RATIO: f64 = 1.7;

/// A program with what its starts took.
struct Started {
    program: Program,
    starts: Vec<Start>,
}

/// Measures it.
pub fn run(setting: &Setting) -> Result<Section> {
    wait(measure(setting))
}

async fn measure(setting: &Setting) -> Result<Section> {
    let stage = Stage::set(setting).await?;
    let hello = Program {
        path: sibling(HELLO)?,
        name: HELLO,
        ..stage.function(setting, HELLO)
    };
    let functions = FUNCTIONS.map(|name| stage.function(setting, name));
    let started = by_turns(
        setting,
        std::iter::once(hello).chain(functions),
        setting.pick(10, 40),
    )
    .await?;
    let (hello, ours) = started.split_first().context("nothing was started")?;
    let mut rows = sizes(setting, hello)?;
    for function in ours {
        let of = |what: &str| format!("{}: {what}", function.program.name);
        rows.extend([
            Row::new(of("processor"), function.processor(), Unit::Milliseconds)
                .beside(HELLO, hello.processor())
                .within(Budget::ratio_at_most(PROCESSOR_BUDGET_RATIO)),
            Row::new(of("clock"), function.clock(), Unit::Milliseconds)
                .beside(HELLO, hello.clock()),
            Row::new(of("memory"), function.memory(), Unit::MegabytesOfMemory)
                .beside(HELLO, hello.memory()),
        ]);
    }
    let mut notes = Vec::new();
    if setting.short {
        notes.push("The same purchase in Python and Node is measured in the long form.".to_owned());
    } else {
        let (compared, said) = comparison::rows(setting, &stage).await?;
        rows.extend(compared);
        notes.extend(said);
    }
    Ok(Section {
        name: "startup",
        title: "a function's start, from spawn to first request for an invocation".to_owned(),
        rows,
        notes,
    })
}

/// The sizes of the functions' binaries: the largest of those that answer somebody or move tokens, and that of the one that
/// does neither. Their budgets bind.
fn sizes(setting: &Setting, hello: &Started) -> Result<Vec<Row>> {
    let mut sizes = Vec::new();
    for name in setting.functions()? {
        sizes.push((megabytes(&setting.function(&name))?, name));
    }
    let hello = megabytes(&hello.program.path)?;
    let mut largest: BTreeMap<usize, (f64, String)> = BTreeMap::new();
    for (size, name) in sizes {
        let mut classes = SIZE_BUDGETS_MEGABYTES.iter();
        let class = classes.position(|(prefix, _)| name.starts_with(prefix));
        let known = largest.entry(class.context("a function of no class")?);
        let known = known.or_insert_with(|| (size, name.clone()));
        if size > known.0 {
            *known = (size, name);
        }
    }
    let rows = largest.into_iter().filter_map(|(class, (size, name))| {
        let (_, budget) = SIZE_BUDGETS_MEGABYTES.get(class)?;
        let row = Row::new(
            format!("largest binary of its class: {name}"),
            size,
            Unit::Megabytes,
        );
        Some(row.beside(HELLO, hello).within(Budget::at_most(*budget)))
    });
    let rows: Vec<Row> = rows.collect();
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
fn megabytes(path: &std::path::Path) -> Result<f64> {
    let file = fs::metadata(path).with_context(|| {
        format!(
            "cannot read {}\n\n  What to do: run `cargo local bench`, which builds it",
            path.display()
        )
    })?;
    Ok(file.len() as f64 / 1e6)
}

/// Starts each program `times` times, one after the other, after one start that counts for nothing.
async fn by_turns(
    setting: &Setting,
    programs: impl IntoIterator<Item = Program>,
    times: usize,
) -> Result<Vec<Started>> {
    let mut started: Vec<Started> = programs
        .into_iter()
        .map(|program| Started {
            program,
            starts: Vec::new(),
        })
        .collect();
    for turn in 0..=times {
        for Started { program, starts } in &mut started {
            let function = program.start(&setting.log(program.name)).await?;
            if turn > 0 {
                starts.push(function.start);
            }
        }
    }
    Ok(started)
}

impl Started {
    fn median(&self, figure: impl Fn(&Start) -> f64) -> f64 {
        median(self.starts.iter().map(figure).collect())
    }

    fn processor(&self) -> f64 {
        self.median(|start| milliseconds(start.usage.processor))
    }

    fn clock(&self) -> f64 {
        self.median(|start| milliseconds(start.elapsed))
    }

    fn memory(&self) -> f64 {
        self.median(|start| start.usage.memory_peak_megabytes())
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
