//! The production store with a scale: what a transaction consumes is measured item by item.
//!
//! DynamoDB charges a transaction twice the units that its writes would consume alone. The engine counts single writes
//! right and transactions wrong, so whatever is committed to a table is written to a second one as well, write by write.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{Cancelled, Dynamo, Item, Key, Page, Query, Store, Table, Write};

use crate::{Engine, Fresh, Meter};

/// The store in production, and its copy on the scale.
pub struct Weighed {
    store: Dynamo,
    /// What each table of `store` is called.
    pub names: HashMap<Table, String>,
    /// Counts the requests and units of `store`.
    meter: Meter,
    copy: Dynamo,
    /// Counts the units of `copy`.
    scale: Meter,
}

impl Weighed {
    /// The same on tables that hold something already; `items` are those of it that will be written.
    pub async fn over(engine: &Engine, filled: Fresh, items: &[Write]) -> Result<Self> {
        let scale = Engine::at(engine.address.clone())?;
        let copy = scale.fresh().await?.store;
        for item in items {
            let put = copy.commit(std::slice::from_ref(item)).await;
            put.map_err(|cancelled| anyhow!("copying an item: {cancelled:?}"))?;
        }
        Ok(Self {
            store: filled.store,
            names: filled.names,
            meter: engine.meter().clone(),
            copy,
            scale: scale.meter().clone(),
        })
    }

    /// The units of these writes, each made alone.
    async fn weigh(&self, writes: &[Write]) -> Result<f64, Cancelled> {
        self.scale.take();
        for write in writes {
            self.copy.commit(std::slice::from_ref(write)).await?;
        }
        Ok(self.scale.take().write_units)
    }
}

#[async_trait]
impl Store for Weighed {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.store.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.store.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let answer = self.store.commit(writes).await?;
        let units = self.weigh(writes).await?;
        if writes.len() > 1 {
            self.meter.add(2.0 * units);
        }
        Ok(answer)
    }

    async fn back_off(&self, attempt: u32) {
        self.store.back_off(attempt).await;
    }
}
