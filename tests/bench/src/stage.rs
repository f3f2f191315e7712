//! What functions are measured on: fresh tables in DynamoDB Local, a member who can buy for as long as it takes, and the
//! events that the gateways would send.

use std::collections::HashMap;

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::Utc;
use engine::Engine;
use engine::market::{Market, activity, member, start};
use serde_json::{Value, json};
use shared::amount::Rjv;
use shared::aws::{Settings, configuration};
use shared::id::QuoteId;
use shared::pricing::Quantity;
use shared::rewards::terms::Formula;
use shared::seal::{Keyring, Signing};
use shared::store::{self, Ask};
use shared::table::{Table, Tables};
use shared::time::Timestamp;
use uuid::Uuid;

use crate::lambda::Program;
use crate::setting::Setting;

const WALLET_SHOW: &str = include_str!("../../../events/wallet-show/happy.json");
const PURCHASES_BUY: &str = include_str!("../../../events/purchases-buy/happy.json");

/// The member who does everything.
const MEMBER: u128 = 1;

/// More than all purchases of a run cost.
const SAVINGS: u32 = 1_000_000;

/// An item as the SDK knows it.
pub type Item = HashMap<String, AttributeValue>;

/// A market that functions can be run on.
pub struct Stage {
    engine: Engine,
    /// The plain client, as functions have it.
    pub client: Client,
    market: Market,
    names: HashMap<Table, String>,
    variables: Vec<(String, String)>,
    signing: Signing,
}

/// The variables of a function as its settings.
struct Variables<'a>(&'a [(String, String)]);

impl Settings for Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    }
}

/// Keys as a secret holds them, from a letter.
fn keys(letter: &str) -> String {
    format!(r#"{{"1":"{}"}}"#, letter.repeat(64))
}

impl Stage {
    /// Sets it on fresh tables.
    pub async fn set(setting: &Setting) -> Result<Self> {
        let engine = Engine::at(setting.engine()?)?;
        let fresh = engine.fresh().await?;
        let mut market = Market::open(Tables::new(fresh.store)).await?;
        save(&mut market).await?;
        let variables = variables(setting.engine()?, &fresh.names);
        let configuration = configuration(&Variables(&variables))?;
        Ok(Self {
            client: Client::new(&configuration),
            engine,
            market,
            names: fresh.names,
            signing: Signing(Keyring::parse(&keys("s"))?),
            variables,
        })
    }

    /// One of our functions on these tables.
    pub fn function(&self, setting: &Setting, name: &'static str) -> Program {
        Program {
            name,
            path: setting.function(name),
            arguments: Vec::new(),
            variables: self.variables.clone(),
        }
    }

    /// What a program needs that finds everything in one table of its own.
    pub async fn table_of_its_own(&self, prefix: &str) -> Result<(String, Vec<(String, String)>)> {
        let name = self.engine.table(prefix).await?;
        let mut variables = self.variables.clone();
        variables.push(("TABLE".to_owned(), name.clone()));
        Ok((name, variables))
    }

    /// The member executes a fresh quote.
    pub fn purchase_event(&self) -> Result<String> {
        let ask = Ask {
            quote_id: QuoteId::new(Uuid::now_v7()),
            member_id: member(MEMBER),
            product_id: self.market.offer.product.product_id,
            quantity: Quantity::ONE,
        };
        let quoted = self.market.promise(ask, Timestamp::new(Utc::now()));
        let quote = quoted.map_err(|rejection| anyhow::anyhow!("no quote: {rejection:?}"))?;
        let sealed = store::seal(&self.signing, &quote)?;
        event(PURCHASES_BUY, Some(&json!({"quote": sealed})))
    }

    /// Everything that is in the tables, and where.
    pub async fn items(&self) -> Result<Vec<(String, Item)>> {
        let mut found = Vec::new();
        for table in Table::ALL {
            let name = &self.names[&table];
            let pages = self.client.scan().table_name(name).into_paginator();
            let mut items = pages.items().send();
            while let Some(item) = items.next().await {
                found.push((name.clone(), item?));
            }
        }
        Ok(found)
    }
}

/// The member asks for the wallet.
pub fn wallet_event() -> Result<String> {
    event(WALLET_SHOW, None)
}

/// The member buys what most teams' functions would be asked for: a product, under a key that makes a repetition harmless.
pub fn textbook_event() -> Result<String> {
    let key = Uuid::now_v7().to_string();
    event(
        PURCHASES_BUY,
        Some(&json!({"product_id": "pass", "idempotency_key": key})),
    )
}

/// The sample event with this member and another body.
fn event(sample: &str, body: Option<&Value>) -> Result<String> {
    let mut event: Value = serde_json::from_str(sample)?;
    let subject = event.pointer_mut("/requestContext/authorizer/jwt/claims/sub");
    *subject.context("the sample event names no member")? = json!(subject_id());
    if let Some(body) = body {
        event["body"] = json!(body.to_string());
    }
    Ok(event.to_string())
}

/// The member as the user pool knows them.
pub fn subject_id() -> String {
    member(MEMBER).uuid().to_string()
}

/// What a function is told by the template.
fn variables(address: &str, names: &HashMap<Table, String>) -> Vec<(String, String)> {
    let table = |table: Table| names[&table].clone();
    [
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT_URL", address.to_owned()),
        ("LEDGER_TABLE", table(Table::Ledger)),
        ("CODES_TABLE", table(Table::Codes)),
        ("CATALOG_TABLE", table(Table::Catalog)),
        ("MEMBERS_TABLE", table(Table::Members)),
        ("PARTNERS_TABLE", table(Table::Partners)),
        ("SIGNING_KEYS", keys("s")),
        ("CODE_MINT_KEYS", keys("m")),
        ("CODE_LOOKUP_KEYS", keys("l")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Lets the member earn enough for everything.
async fn save(market: &mut Market) -> Result<()> {
    let savings = activity(member(MEMBER), "savings", "survey_completed", start())?;
    let mut rules = market.book.rules.iter_mut();
    let rule = rules.find(|rule| rule.terms.kind == savings.kind);
    let rule = rule.context("no rule about surveys")?;
    rule.terms.amount_max = Rjv::whole(SAVINGS);
    rule.terms.amount = Formula::Fixed {
        amount: Rjv::whole(SAVINGS),
    };
    market.award(&[savings], start()).await?;
    Ok(())
}
