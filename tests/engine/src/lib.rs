//! Amazon's own engine, DynamoDB Local, as tests and benchmarks use it: the production store on fresh tables, with a meter.
//!
//! The engine does one thing at a time, so it never answers a conflict of transactions, a throttle or an unprocessed key;
//! the simulation is where those happen. Everything else it decides as DynamoDB does, and it says what a request consumed.

pub mod capacity;
pub mod market;
mod meter;
pub mod rewarded;
mod till;
mod weighed;

use std::collections::HashMap;

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use shared::aws::{Settings, configuration};
use shared::table::{Dynamo, Table};
use uuid::Uuid;

pub use self::meter::Meter;
pub use self::weighed::Weighed;

/// A running engine.
#[derive(Clone)]
pub struct Engine {
    address: String,
    client: Client,
    meter: Meter,
}

/// The five tables, empty, under names of their own.
pub struct Fresh {
    /// The store on them, as it runs in production.
    pub store: Dynamo,
    /// What each table is called.
    pub names: HashMap<Table, String>,
}

/// The settings of a function that runs on this machine. The engine asks for credentials and accepts any.
struct Local(String);

impl Settings for Local {
    fn get(&self, name: &str) -> Option<String> {
        match name {
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            "AWS_REGION" => Some("us-east-1".to_owned()),
            "AWS_ENDPOINT_URL" => Some(self.0.clone()),
            _ => None,
        }
    }
}

impl Engine {
    /// The engine that `RJV_ENGINE` names.
    pub fn from_environment() -> Result<Self> {
        let address = std::env::var("RJV_ENGINE").context(
            "RJV_ENGINE does not say where DynamoDB Local answers\n\n  What to do: run `cargo local test parity`, which starts it",
        )?;
        Self::at(address)
    }

    /// The engine at this address.
    pub fn at(address: impl Into<String>) -> Result<Self> {
        let (address, meter) = (address.into(), Meter::default());
        let configuration = configuration(&Local(address.clone()))?;
        let configuration = Builder::from(&configuration)
            .interceptor(meter.clone())
            .build();
        Ok(Self {
            address,
            client: Client::from_conf(configuration),
            meter,
        })
    }

    /// A client whose requests are metered.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the requests of this engine's client consumed.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Makes the tables of the system.
    pub async fn fresh(&self) -> Result<Fresh> {
        let mut names = HashMap::new();
        for table in Table::ALL {
            names.insert(table, self.table(&format!("{table:?}")).await?);
        }
        let store = Dynamo::new(self.client.clone(), names.clone());
        Ok(Fresh { store, names })
    }

    /// The production store on tables of its own, which also says what transactions consume; it takes twice as long.
    pub async fn weighed(&self) -> Result<Weighed> {
        Weighed::over(self, self.fresh().await?, &[]).await
    }

    /// Makes one table with the keys that all our tables have, and answers its name.
    pub async fn table(&self, prefix: &str) -> Result<String> {
        let name = format!("{prefix}-{}", Uuid::now_v7());
        let mut request = self
            .client
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest);
        for (attribute, role) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
            request = request
                .attribute_definitions(
                    AttributeDefinition::builder()
                        .attribute_name(attribute)
                        .attribute_type(ScalarAttributeType::S)
                        .build()?,
                )
                .key_schema(
                    KeySchemaElement::builder()
                        .attribute_name(attribute)
                        .key_type(role)
                        .build()?,
                );
        }
        request
            .send()
            .await
            .with_context(|| format!("the engine did not make the table {name}"))?;
        self.meter.take();
        Ok(name)
    }
}
