//! What a warm function adds to the requests that it must make: its time on the clock, from the hand-over of the event to the
//! response, less the time of the same requests made by the plain SDK. Both are made by turns on the same engine.

mod instructions;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use uuid::Uuid;

use crate::lambda::Function;
use crate::report::{Budget, Row, Section, Unit, median, quantile};
use crate::setting::{Setting, wait};
use crate::stage::{Item, Stage, wallet_event};

const WARM_UP: usize = 20;
const OVERHEAD_BUDGET_MILLISECONDS: f64 = 0.5;

/// Times of a function, and of its requests alone.
#[derive(Default)]
struct Times {
    function: Vec<f64>,
    bare: Vec<f64>,
}

/// Measures it.
pub fn run(setting: &Setting) -> Result<Section> {
    wait(measure(setting))
}

async fn measure(setting: &Setting) -> Result<Section> {
    let stage = Stage::set(setting).await?;
    let mut rows = showing(setting, &stage)
        .await?
        .rows("wallet-show", "its GetItem");
    let buying = buying(setting, &stage).await?;
    rows.extend(buying.rows("purchases-buy", "its GetItem and TransactWriteItems"));
    let mut notes = vec![
        "Over the bare requests is the difference of the two medians, or of the two 99th of 100."
            .to_owned(),
    ];
    if setting.short {
        notes.push("Instructions are counted in the long form.".to_owned());
    } else {
        match instructions::rows(setting, &stage).await {
            Ok(counted) => rows.extend(counted),
            Err(error) => notes.push(format!("Instructions are not counted: {error:#}")),
        }
    }
    Ok(Section {
        name: "warm",
        title: "a warm function beside its requests alone".to_owned(),
        rows,
        notes,
    })
}

/// `wallet-show` and the one read it makes.
async fn showing(setting: &Setting, stage: &Stage) -> Result<Times> {
    let program = stage.function(setting, "wallet-show");
    let mut function = program.start(&setting.log(program.name)).await?;
    let (table, wallet) = wallet(stage).await?;
    let mut times = Times::default();
    for turn in 0..WARM_UP + setting.pick(100, 1000) {
        let shown = call(&mut function, wallet_event()?).await?;
        let before = Instant::now();
        get(stage, &table, &wallet).await?;
        times.add(turn, shown, before.elapsed());
    }
    Ok(times)
}

/// `purchases-buy`, and its read and its transaction with items of the same size.
async fn buying(setting: &Setting, stage: &Stage) -> Result<Times> {
    let program = stage.function(setting, "purchases-buy");
    let mut function = program.start(&setting.log(program.name)).await?;
    let written = written_by_a_purchase(stage, &mut function).await?;
    let (table, wallet) = wallet(stage).await?;
    let mut times = Times::default();
    for turn in 0..WARM_UP + setting.pick(50, 400) {
        let bought = call(&mut function, stage.purchase_event()?).await?;
        let before = Instant::now();
        get(stage, &table, &wallet).await?;
        transact(stage, &written).await?;
        times.add(turn, bought, before.elapsed());
    }
    Ok(times)
}

/// One invocation, which must succeed.
async fn call(function: &mut Function, event: String) -> Result<Duration> {
    let answer = function.invoke(event).await?;
    if !answer.body.contains(r#""statusCode":20"#) {
        bail!("the function refused: {}", answer.body);
    }
    Ok(answer.elapsed)
}

/// The wallet, and the table it is in.
async fn wallet(stage: &Stage) -> Result<(String, Item)> {
    let is_wallet = |item: &Item| {
        item.get("sk")
            .is_some_and(|sk| sk.as_s().is_ok_and(|sk| sk == "wallet"))
    };
    let found = stage
        .items()
        .await?
        .into_iter()
        .find(|(_, item)| is_wallet(item));
    found.context("the member has no wallet")
}

/// The items of a purchase, with their tables.
async fn written_by_a_purchase(
    stage: &Stage,
    function: &mut Function,
) -> Result<Vec<(String, Item)>> {
    let before = stage.items().await?;
    call(function, stage.purchase_event()?).await?;
    let after = stage.items().await?;
    Ok(after
        .into_iter()
        .filter(|item| !before.contains(item))
        .collect())
}

/// A consistent read of an item.
async fn get(stage: &Stage, table: &str, item: &Item) -> Result<()> {
    let mut request = stage
        .client
        .get_item()
        .table_name(table)
        .consistent_read(true);
    for name in ["pk", "sk"] {
        let value = item
            .get(name)
            .with_context(|| format!("an item has no {name}"))?;
        request = request.key(name, value.clone());
    }
    request.send().await.context("the plain read failed")?;
    Ok(())
}

/// One transaction of new items like these.
async fn transact(stage: &Stage, items: &[(String, Item)]) -> Result<()> {
    let pk = AttributeValue::S(format!("bare#{}", Uuid::now_v7()));
    let mut request = stage.client.transact_write_items();
    for (table, item) in items {
        let mut item = item.clone();
        item.insert("pk".to_owned(), pk.clone());
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()?;
        request = request.transact_items(TransactWriteItem::builder().put(put).build());
    }
    request
        .send()
        .await
        .context("the plain transaction failed")?;
    Ok(())
}

impl Times {
    fn add(&mut self, turn: usize, function: Duration, bare: Duration) {
        if turn >= WARM_UP {
            self.function.push(function.as_secs_f64() * 1e3);
            self.bare.push(bare.as_secs_f64() * 1e3);
        }
    }

    fn rows(self, name: &str, bare_name: &str) -> Vec<Row> {
        let p99 = |times: &[f64]| quantile(&mut times.to_vec(), 0.99);
        let (function, bare) = (median(self.function.clone()), median(self.bare.clone()));
        let (function_p99, bare_p99) = (p99(&self.function), p99(&self.bare));
        let over = format!("{name}: over the bare requests");
        vec![
            Row::new(format!("{name}: p50"), function, Unit::Milliseconds).beside(bare_name, bare),
            Row::new(format!("{name}: p99"), function_p99, Unit::Milliseconds)
                .beside(bare_name, bare_p99),
            Row::new(format!("{over}, p50"), function - bare, Unit::Milliseconds)
                .within(Budget::at_most(OVERHEAD_BUDGET_MILLISECONDS)),
            Row::new(
                format!("{over}, p99"),
                function_p99 - bare_p99,
                Unit::Milliseconds,
            ),
        ]
    }
}
