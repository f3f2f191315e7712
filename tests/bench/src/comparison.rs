//! The same purchase as most teams would write it, in Python with boto3 and in Node with the AWS SDK, beside `purchases-buy`:
//! started and called by the same stub, on the same engine, by turns.
//!
//! Theirs is the textbook's: a read of the product, then one transaction that takes the price from the wallet and writes two
//! entries, the purchase, the code and a record of the request. They are installed once, under `target/local/`, at exact
//! versions. On a machine without Python or Node that one is left out, and said to be.

mod installed;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::lambda::{Function, Program};
use crate::report::{Row, Unit, median, quantile};
use crate::setting::Setting;
use crate::stage::{Stage, subject_id, textbook_event};

const STARTS: usize = 20;
const WARM_UP: usize = 20;
const PURCHASES: usize = 200;

/// One way to write the purchase.
struct Contestant {
    program: Program,
    /// What is deployed, or would be if Lambda did not bring the SDK.
    package_megabytes: f64,
    ours: bool,
}

/// What was measured of one.
#[derive(Default)]
struct Measured {
    processor: Vec<f64>,
    clock: Vec<f64>,
    first_answer: Vec<f64>,
    warm: Vec<f64>,
    memory: f64,
}

/// The rows, and what a reader must know of them.
pub async fn rows(setting: &Setting, stage: &Stage) -> Result<(Vec<Row>, Vec<String>)> {
    let mut notes = vec![
        "Lambda's own Python and Node runtimes bring an SDK; the package counts it because an exact version must be shipped."
            .to_owned(),
    ];
    let ours = stage.function(setting, "purchases-buy");
    let mut contestants = vec![Contestant {
        package_megabytes: installed::megabytes(&ours.path)?,
        program: ours,
        ours: true,
    }];
    let variables = textbook_table(stage).await?;
    for install in [installed::python, installed::node] {
        match install(&variables) {
            Ok((program, package_megabytes)) => contestants.push(Contestant {
                program,
                package_megabytes,
                ours: false,
            }),
            Err(error) => notes.push(format!("left out: {error:#}")),
        }
    }
    let mut measured: Vec<Measured> = Vec::new();
    measured.resize_with(contestants.len(), Measured::default);
    for _ in 0..STARTS {
        for (contestant, measured) in contestants.iter().zip(&mut measured) {
            start_once(setting, stage, contestant, measured).await?;
        }
    }
    buy_by_turns(setting, stage, &contestants, &mut measured).await?;
    Ok((compared(&contestants, &measured), notes))
}

/// A start and the first purchase after it.
async fn start_once(
    setting: &Setting,
    stage: &Stage,
    contestant: &Contestant,
    measured: &mut Measured,
) -> Result<()> {
    let program = &contestant.program;
    let mut function = program.start(&setting.log(program.name)).await?;
    let start = function.start;
    let first = buy(stage, contestant, &mut function).await?;
    measured.processor.push(milliseconds(start.usage.processor));
    measured.clock.push(milliseconds(start.elapsed));
    measured
        .first_answer
        .push(milliseconds(start.elapsed + first));
    Ok(())
}

/// Purchases in processes that are warm.
async fn buy_by_turns(
    setting: &Setting,
    stage: &Stage,
    contestants: &[Contestant],
    measured: &mut [Measured],
) -> Result<()> {
    let mut functions = Vec::new();
    for Contestant { program, .. } in contestants {
        functions.push(program.start(&setting.log(program.name)).await?);
    }
    for turn in 0..WARM_UP + PURCHASES {
        for ((contestant, function), measured) in contestants
            .iter()
            .zip(&mut functions)
            .zip(measured.iter_mut())
        {
            let elapsed = buy(stage, contestant, function).await?;
            if turn >= WARM_UP {
                measured.warm.push(milliseconds(elapsed));
            }
        }
    }
    for (function, measured) in functions.iter().zip(measured) {
        measured.memory = function.usage()?.memory_peak_megabytes();
    }
    Ok(())
}

/// One purchase, which must succeed.
async fn buy(stage: &Stage, contestant: &Contestant, function: &mut Function) -> Result<Duration> {
    let event = if contestant.ours {
        stage.purchase_event()?
    } else {
        textbook_event()?
    };
    let answer = function.invoke(event).await?;
    if !answer.body.contains(r#""statusCode":201"#) && !answer.body.contains(r#""statusCode": 201"#)
    {
        bail!("{} did not sell: {}", contestant.program.name, answer.body);
    }
    Ok(answer.elapsed)
}

/// A table with the product and a rich wallet, and the variables that name it.
async fn textbook_table(stage: &Stage) -> Result<Vec<(String, String)>> {
    let (name, variables) = stage.table_of_its_own("Textbook").await?;
    let wallet = format!("wallet#{}", subject_id());
    for (pk, sk, attribute, value) in [
        ("product#pass", "product", "price", "25"),
        (wallet.as_str(), "wallet", "balance", "1000000000"),
    ] {
        let item = HashMap::from([
            ("pk".to_owned(), AttributeValue::S(pk.to_owned())),
            ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
            (attribute.to_owned(), AttributeValue::N(value.to_owned())),
        ]);
        let put = stage.client.put_item().table_name(&name);
        put.set_item(Some(item))
            .send()
            .await
            .with_context(|| format!("cannot write the {sk} of the textbook's table"))?;
    }
    Ok(variables)
}

/// Our figure beside each of the others'.
fn compared(contestants: &[Contestant], measured: &[Measured]) -> Vec<Row> {
    let all: Vec<(&Contestant, &Measured)> = contestants.iter().zip(measured).collect();
    let Some((first, others)) = all.split_first() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (what, unit, figure) in FIGURES {
        for other in others {
            let row = Row::new(format!("a purchase: {what}"), figure(*first), unit);
            rows.push(row.beside(other.0.program.name, figure(*other)));
        }
    }
    rows
}

type Figure = fn((&Contestant, &Measured)) -> f64;

/// What is compared.
const FIGURES: [(&str, Unit, Figure); 7] = [
    ("start, processor", Unit::Milliseconds, |(_, measured)| {
        median(measured.processor.clone())
    }),
    ("start, clock", Unit::Milliseconds, |(_, measured)| {
        median(measured.clock.clone())
    }),
    (
        "start to first answer",
        Unit::Milliseconds,
        |(_, measured)| median(measured.first_answer.clone()),
    ),
    ("warm, p50", Unit::Milliseconds, |(_, measured)| {
        median(measured.warm.clone())
    }),
    ("warm, p99", Unit::Milliseconds, |(_, measured)| {
        quantile(&mut measured.warm.clone(), 0.99)
    }),
    ("memory", Unit::MegabytesOfMemory, |(_, measured)| {
        measured.memory
    }),
    ("package", Unit::Megabytes, |(contestant, _)| {
        contestant.package_megabytes
    }),
];

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
