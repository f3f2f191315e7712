//! Scale: an operation costs and takes the same whatever the number of wallets and the length of a history.
//!
//! Wallets and histories are made by the ledger itself and written in batches, so they are what years of operations would
//! have left behind.

use std::time::Instant;

use anyhow::{Context, Result};
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use engine::capacity::Spent;
use engine::market::{Market, member, start};
use engine::{Engine, Fresh, Weighed};
use shared::amount::Rjv;
use shared::error::{Error, Failure};
use shared::id::ActivityId;
use shared::ledger::{self, Category, Expiry, Order, Source, Wallet};
use shared::table::{Action, AttributeValue, Tables, Write};
use tokio::task::JoinSet;

use crate::report::{Budget, Row, Section, Unit, median};
use crate::setting::{Setting, wait};
use crate::textbook::Textbook;

/// DynamoDB takes so many writes in a batch.
const BATCH: usize = 25;

/// Members whose wallets are held in memory at a time.
const MEMBERS: usize = 1_000;

/// Batches that are on their way at the same time.
const PARALLEL: usize = 8;

/// The textbook's way to a balance, which is no constant.
const SUMMED: &str = "a balance summed from entries (textbook)";

/// What was found at one size.
struct Found {
    size: u32,
    spent: Spent,
    milliseconds: f64,
}

/// The section.
pub fn run(setting: &Setting) -> Result<Section> {
    wait(async {
        let wallets: &[u32] = setting.pick(&[100, 1_000], &[1_000, 10_000, 100_000]);
        let entries: &[u32] = setting.pick(&[10, 1_000], &[10, 10_000]);
        let engine = Engine::at(setting.engine()?)?;
        let tries = setting.pick(10, 40);
        let mut found: [Vec<Found>; 6] = Default::default();
        for size in wallets {
            let [purchase, balance, page] = among_wallets(&engine, *size, tries).await?;
            found[0].push(purchase);
            found[1].push(balance);
            found[2].push(page);
        }
        for size in entries {
            let [balance, page, summed] = behind_entries(&engine, *size, tries).await?;
            found[3].push(balance);
            found[4].push(page);
            found[5].push(summed);
        }
        let names = [
            ("a purchase", "wallets"),
            ("a balance", "wallets"),
            ("a page of history", "wallets"),
            ("a balance", "entries of its wallet"),
            ("a page of history", "entries of its wallet"),
            (SUMMED, "entries of its wallet"),
        ];
        let rows = names
            .iter()
            .zip(&found)
            .flat_map(|(name, found)| rows(*name, found));
        Ok(Section {
            name: "scale",
            title: "the same at any size, beside the smallest".to_owned(),
            rows: rows.collect(),
            notes: vec!["Times are medians on Amazon's engine, which keeps its tables in memory on this machine.".to_owned()],
        })
    })
}

fn rows((operation, things): (&str, &str), found: &[Found]) -> Vec<Row> {
    let Some((smallest, others)) = found.split_first() else {
        return Vec::new();
    };
    let beside = format!("{} {things}", smallest.size);
    let rows = others.iter().flat_map(|found| {
        let name = |what: &str| format!("{operation} at {} {things}: {what}", found.size);
        let row = |what: &str, unit, of: fn(&Found) -> f64| {
            let row = Row::new(name(what), of(found), unit).beside(beside.clone(), of(smallest));
            // A page of ten entries is half a page of twenty, and grows no further.
            let limit = match unit {
                Unit::Requests | Unit::WriteUnits => 1.0,
                Unit::ReadUnits => 2.0,
                _ => 1.5,
            };
            if operation == SUMMED {
                row
            } else {
                row.within(Budget::ratio_at_most(limit))
            }
        };
        [
            row("requests", Unit::Requests, |found| {
                f64::from(found.spent.requests())
            }),
            row("write units", Unit::WriteUnits, |found| {
                found.spent.write_units
            }),
            row("read units", Unit::ReadUnits, |found| {
                found.spent.read_units
            }),
            row("time", Unit::Milliseconds, |found| found.milliseconds),
        ]
    });
    // Reads write nothing at any size; there is nothing to compare.
    rows.filter(|row| row.measured > 0.0).collect()
}

/// Purchases, balances and pages of members among `size` others.
async fn among_wallets(engine: &Engine, size: u32, tries: u32) -> Result<[Found; 3]> {
    let fresh = engine.fresh().await?;
    for first in (0..size).step_by(MEMBERS) {
        let mut writes = Vec::new();
        for number in (first..size).take(MEMBERS) {
            writes.extend(history(u128::from(number), 1)?);
        }
        seed(engine, &fresh, &writes).await?;
    }
    let market = market(&fresh).await?;
    let step = u128::from(size / (tries + 1)).max(1);
    let who = |attempt: u32| u128::from(attempt) * step;

    let weighed = Weighed::over(engine, fresh, &history(who(tries), 1)?).await?;
    let weighing = Market::open(Tables::new(weighed)).await?;
    engine.meter().take();
    buy(&weighing, who(tries)).await?;
    let spent = engine.meter().take();
    let mut times = Vec::new();
    for attempt in 0..tries {
        let started = Instant::now();
        buy(&market, who(attempt)).await?;
        times.push(milliseconds(started));
    }
    let purchase = Found {
        size,
        spent,
        milliseconds: median(times),
    };
    let balance = measure(engine, size, tries, async |attempt| {
        balance(&market, who(attempt)).await
    })
    .await?;
    let page = measure(engine, size, tries, async |attempt| {
        page(&market, who(attempt)).await
    })
    .await?;
    Ok([purchase, balance, page])
}

/// Balance, newest page, and the textbook's balance of a member with `size` entries.
async fn behind_entries(engine: &Engine, size: u32, tries: u32) -> Result<[Found; 3]> {
    let fresh = engine.fresh().await?;
    seed(engine, &fresh, &history(0, size)?).await?;
    let market = market(&fresh).await?;
    let balance = measure(engine, size, tries, async |_| balance(&market, 0).await).await?;
    let page = measure(engine, size, tries, async |_| page(&market, 0).await).await?;
    let textbook = Textbook::new(market.tables.clone());
    seed(engine, &fresh, &textbook.past(u64::from(size))).await?;
    let summed = measure(engine, size, tries, async |_| textbook.balance().await).await?;
    Ok([balance, page, summed])
}

async fn market(fresh: &Fresh) -> Result<Market> {
    Market::open(Tables::new(fresh.store.clone())).await
}

async fn buy(market: &Market, who: u128) -> Result<()> {
    let quote = market.quote(who, member(who), 1)?;
    market.buy(&quote, start()).await?;
    Ok(())
}

async fn balance(market: &Market, who: u128) -> Result<()> {
    market.wallet(member(who)).await?;
    Ok(())
}

async fn page(market: &Market, who: u128) -> Result<()> {
    market.history(member(who), 20).await?;
    Ok(())
}

/// Does something that changes nothing `tries` times. What it consumes is the same every time.
async fn measure(
    engine: &Engine,
    size: u32,
    tries: u32,
    work: impl AsyncFn(u32) -> Result<()>,
) -> Result<Found> {
    let (mut times, mut spent) = (Vec::new(), Spent::default());
    for attempt in 0..tries {
        engine.meter().take();
        let started = Instant::now();
        work(attempt).await?;
        times.push(milliseconds(started));
        spent = engine.meter().take();
    }
    Ok(Found {
        size,
        spent,
        milliseconds: median(times),
    })
}

fn milliseconds(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1000.0
}

/// A member's wallet after so many awards, and the entries of these.
fn history(number: u128, entries: u32) -> Result<Vec<Write>> {
    let empty = Wallet::empty(member(number));
    let (mut wallet, mut posted) = (empty.clone(), Vec::new());
    for event in 0..entries {
        let order = Order::Credit {
            amount: Rjv::whole(25),
            expiry: Expiry::Never,
            source: Source::Award {
                activity_id: ActivityId::new(engine::market::uuid(number, event)),
                activity_kind: "survey_completed".to_owned(),
                category: Category::Engagement,
                occurred_at: start(),
                rule_id: "survey-completion".parse()?,
                rule_version: 1,
            },
        };
        let (entries, after) = wallet.decide(order, start()).map_err(failed)?;
        posted.extend(entries);
        wallet = after;
    }
    let (first, mut writes) = ledger::writes(&empty, &wallet, &posted)?;
    writes.push(first);
    Ok(writes)
}

fn failed(error: Error) -> Failure {
    match error {
        Error::Failed(failure) => failure,
        Error::Rejected(rejection) => Failure::broken("an award was refused").because(rejection),
    }
}

/// Writes items in batches, several at a time.
async fn seed(engine: &Engine, fresh: &Fresh, writes: &[Write]) -> Result<()> {
    let name = fresh
        .names
        .get(&shared::table::Table::Ledger)
        .context("no ledger")?;
    let mut sending = JoinSet::new();
    for batch in writes.chunks(BATCH) {
        let requests = batch.iter().map(put).collect::<Result<Vec<_>>>()?;
        let request = engine
            .client()
            .batch_write_item()
            .request_items(name, requests);
        sending.spawn(async move { request.send().await.map(drop) });
        if sending.len() >= PARALLEL
            && let Some(sent) = sending.join_next().await
        {
            sent??;
        }
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(())
}

fn put(write: &Write) -> Result<WriteRequest> {
    let Action::Put(item) = &write.action else {
        anyhow::bail!("a seed that is no item");
    };
    let mut attributes = item.clone().into_inner();
    attributes.insert("pk".to_owned(), AttributeValue::S(write.key.pk.clone()));
    attributes.insert("sk".to_owned(), AttributeValue::S(write.key.sk.clone()));
    let attributes = shared::table::Item::from(attributes);
    let request = PutRequest::builder()
        .set_item(Some(attributes.into()))
        .build()?;
    Ok(WriteRequest::builder().put_request(request).build())
}
