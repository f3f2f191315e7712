//! Requests and units of every operation, beside the textbook's. What Amazon's engine counts must be what the formula says;
//! the formula adds what the engine leaves out, reads of nothing and refused writes, because DynamoDB charges for them.

use anyhow::{Context, Result, ensure};
use engine::Engine;
use engine::capacity::{Metered, Spent};
use engine::market::{Market, activity, member, start};
use engine::rewarded::crowded;
use shared::purchases::Purchase;
use shared::rewards::{self, Activity};
use shared::table::Tables;

use crate::report::{Budget, Row, Section, Unit};
use crate::setting::{Setting, wait};
use crate::textbook::Textbook;

/// An operation, and what it consumed here and in the textbook's design.
pub struct Operation {
    /// What it is.
    pub name: &'static str,
    /// What it consumed.
    pub spent: Spent,
    /// What the textbook consumed.
    pub textbook: Spent,
    /// How many things it did at once; figures are for each of them.
    pub share: f64,
    /// Requests and write units it may consume.
    budget: (f64, f64),
}

/// The section.
pub fn run(setting: &Setting) -> Result<Section> {
    let operations = wait(measure(setting))?;
    Ok(Section {
        name: "units",
        title: "requests and units of an operation, beside the textbook's".to_owned(),
        rows: operations.iter().flat_map(rows).collect(),
        notes: vec![
            "Counted by Amazon's engine and equal to the formula; reads of nothing and refused writes by the formula.".to_owned(),
        ],
    })
}

fn rows(operation: &Operation) -> [Row; 3] {
    let Operation {
        name,
        spent,
        textbook,
        share,
        budget,
    } = operation;
    let row = |what: &str, unit, of: fn(&Spent) -> f64| {
        let row = Row::new(format!("{name}: {what}"), of(spent) / share, unit);
        row.beside("textbook", of(textbook) / share)
    };
    [
        row("requests", Unit::Requests, requests).within(Budget::at_most(budget.0)),
        row("write units", Unit::WriteUnits, write_units).within(Budget::at_most(budget.1)),
        row("read units", Unit::ReadUnits, read_units),
    ]
}

/// All requests.
fn requests(spent: &Spent) -> f64 {
    f64::from(spent.requests())
}

/// Write units, refused ones too.
pub fn write_units(spent: &Spent) -> f64 {
    spent.write_units + spent.refused_units
}

/// Read units, those of nothing too.
pub fn read_units(spent: &Spent) -> f64 {
    spent.read_units + spent.absent_units
}

/// The market and the textbook, once on the engine and once on the formula, and what is remembered of the way.
struct Lab {
    engine: Engine,
    formula: Metered,
    counted: Side,
    computed: Side,
    operations: Vec<Operation>,
}

struct Side {
    market: Market,
    textbook: Textbook,
    bought: Vec<Purchase>,
    codes: Vec<String>,
}

impl Side {
    async fn new(ours: Tables, theirs: Tables) -> Result<Self> {
        Ok(Self {
            market: Market::open(ours).await?,
            textbook: Textbook::new(theirs),
            bought: Vec::new(),
            codes: Vec::new(),
        })
    }
}

impl Lab {
    async fn new(setting: &Setting) -> Result<Self> {
        let engine = Engine::at(setting.engine()?)?;
        let formula = Metered::default();
        let (ours, theirs) = (engine.weighed().await?, engine.weighed().await?);
        let counted = Side::new(Tables::new(ours), Tables::new(theirs)).await?;
        let other = Tables::new(Metered::sharing(&formula));
        let computed = Side::new(Tables::new(formula.clone()), other).await?;
        engine.meter().take();
        formula.take();
        Ok(Self {
            engine,
            formula,
            counted,
            computed,
            operations: Vec::new(),
        })
    }

    /// What was consumed since the last call, if engine and formula agree.
    fn take(&self) -> Result<Spent> {
        let (counted, computed) = (self.engine.meter().take(), self.formula.take());
        ensure!(
            counted == computed.told(),
            "the engine counts {counted:?}, the formula says {computed:?}"
        );
        Ok(computed)
    }

    /// Does one thing in all four places.
    async fn measure(
        &mut self,
        name: &'static str,
        share: f64,
        budget: (f64, f64),
        ours: impl AsyncFn(&mut Side) -> Result<()>,
        theirs: impl AsyncFn(&mut Side) -> Result<()>,
    ) -> Result<()> {
        for side in [&mut self.counted, &mut self.computed] {
            ours(side).await.context(name)?;
        }
        let spent = self.take().context(name)?;
        for side in [&mut self.counted, &mut self.computed] {
            theirs(side)
                .await
                .with_context(|| format!("{name} (textbook)"))?;
        }
        let textbook = self.take().with_context(|| format!("{name} (textbook)"))?;
        self.operations.push(Operation {
            name,
            spent,
            textbook,
            share,
            budget,
        });
        Ok(())
    }

    async fn rewards(&mut self) -> Result<()> {
        self.measure(
            "credit one activity",
            1.0,
            (2.0, 8.0),
            async |side| side.market.earn(member(1), "survey").await,
            async |side| side.textbook.credit(25).await,
        )
        .await?;
        self.measure(
            "credit one activity, 200 rules",
            1.0,
            (2.0, 8.0),
            async |side| {
                let survey = activity(member(4), "survey", "survey_completed", start())?;
                let (market, kind) = (&side.market, survey.kind);
                let book = crowded(&market.book, kind, 199, true)?;
                Ok(rewards::award(&market.tables, &book, &[survey], start()).await?)
            },
            async |side| side.textbook.credit(25).await,
        )
        .await?;
        self.measure(
            "credit one activity out of a budget",
            1.0,
            (2.0, 10.0),
            async |side| {
                let synced = activity(member(5), "sync", "sensor_synced", start())?;
                Ok(side.market.award(&[synced], start()).await?)
            },
            async |side| side.textbook.credit(1).await,
        )
        .await?;
        self.measure(
            "credit one of ten together",
            10.0,
            (0.2, 5.0),
            async |side| Ok(side.market.award(&ten()?, start()).await?),
            async |side| {
                for _ in 0..10 {
                    side.textbook.credit(1).await?;
                }
                Ok(())
            },
        )
        .await
    }

    async fn purchases(&mut self) -> Result<()> {
        self.measure(
            "buy one code",
            1.0,
            (2.0, 6.0),
            async |side| {
                let quote = side.market.quote(1, member(1), 1)?;
                side.bought.push(side.market.buy(&quote, start()).await?);
                Ok(())
            },
            async |side| {
                side.codes.push(side.textbook.buy(25).await?);
                Ok(())
            },
        )
        .await?;
        self.measure(
            "buy the same quote again",
            1.0,
            (2.0, 0.0),
            async |side| {
                let quote = side.market.quote(1, member(1), 1)?;
                side.market.buy(&quote, start()).await?;
                Ok(())
            },
            async |side| side.textbook.buy_again().await,
        )
        .await
    }

    async fn redemptions(&mut self) -> Result<()> {
        self.measure(
            "refuse a mistyped code",
            1.0,
            (1.0, 0.0),
            async |side| refused(&side.market, "000000-000000-000000").await,
            async |side| side.textbook.redeem("mistyped").await,
        )
        .await?;
        self.measure(
            "refuse a code with right check characters",
            1.0,
            (2.0, 1.0),
            async |side| {
                let mut unsold = side.bought.first().context("no purchase")?.clone();
                unsold.quote_id = side.market.quote(99, member(1), 1)?.quote_id;
                refused(&side.market, &side.market.code(&unsold)?).await
            },
            async |side| side.textbook.redeem("unknown").await,
        )
        .await?;
        self.measure(
            "redeem a code",
            1.0,
            (1.0, 1.0),
            async |side| {
                let purchase = side.bought.first().context("no purchase")?;
                let code = side.market.code(purchase)?;
                side.market.redeem(&code, "order-1", start()).await?;
                Ok(())
            },
            async |side| {
                let code = side.codes.first().context("no purchase")?;
                side.textbook.redeem(code).await
            },
        )
        .await
    }

    async fn looks(&mut self) -> Result<()> {
        for side in [&mut self.counted, &mut self.computed] {
            for event in 0..20 {
                side.market
                    .earn(member(2), &format!("survey-{event}"))
                    .await?;
                side.textbook.credit(1).await?;
            }
        }
        self.take()?;
        self.measure(
            "balance",
            1.0,
            (1.0, 0.0),
            async |side| {
                side.market.wallet(member(2)).await?;
                Ok(())
            },
            async |side| side.textbook.balance().await,
        )
        .await?;
        self.measure(
            "a history page of 20",
            1.0,
            (1.0, 0.0),
            async |side| {
                side.market.history(member(2), 20).await?;
                Ok(())
            },
            async |side| side.textbook.history().await,
        )
        .await
    }
}

fn ten() -> Result<Vec<Activity>> {
    let share = |n| {
        activity(
            member(3),
            &format!("share-{n}"),
            "health_data_shared",
            start(),
        )
    };
    (0..10).map(share).collect()
}

async fn refused(market: &Market, code: &str) -> Result<()> {
    let redeemed = market.redeem(code, "order-1", start()).await;
    ensure!(redeemed.is_err(), "a wrong code was redeemed");
    Ok(())
}

/// Goes through every operation.
pub async fn measure(setting: &Setting) -> Result<Vec<Operation>> {
    let mut lab = Lab::new(setting).await?;
    lab.rewards().await?;
    lab.purchases().await?;
    lab.redemptions().await?;
    lab.looks().await?;
    Ok(lab.operations)
}
