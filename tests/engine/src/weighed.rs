//! The production store with a scale: what a transaction consumes is measured item by item.
//!
//! DynamoDB charges a transaction twice the units that its writes would consume alone. The engine counts single writes
//! right and transactions wrong, so whatever is committed to a table is written to a second one as well, write by write.

use std::collections::HashMap;

use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{
    Cancelled, Dynamo, Item, Key, Page, Query, Scan, Store, Stretch, Table, Write,
};

use crate::Meter;

/// The store in production, and its copy on the scale.
pub struct Weighed {
    pub(crate) store: Dynamo,
    /// What each table of `store` is called.
    pub names: HashMap<Table, String>,
    /// Counts the requests and units of `store`.
    pub(crate) meter: Meter,
    pub(crate) copy: Dynamo,
    /// Counts the units of `copy`.
    pub(crate) scale: Meter,
}

impl Weighed {
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

    async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure> {
        self.store.scan(scan).await
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
