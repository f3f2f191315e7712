//! What DynamoDB charges, by its documented formula.
//!
//! Source: "DynamoDB read and write operations" in the developer guide; the size of an item is [`shared::table::size`]. One write unit
//! is 1 KiB of one item, doubled in a transaction; one read unit is 4 KiB, read consistently. A page of a query is
//! rounded once, a batch item by item. An update is charged for the larger of the item before and after it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{Cancelled, Item, Key, Memory, Page, Query, Store, Write, size};

/// Requests and the units they consumed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// Requests that read.
    pub reads: u32,
    /// Requests that write.
    pub writes: u32,
    /// Read units.
    pub read_units: f64,
    /// Read units of keys of a batch that have no item, and of pages without one. The engine does not count them.
    pub absent_units: f64,
    /// Write units of writes that were made.
    pub write_units: f64,
    /// Write units of writes whose condition failed. DynamoDB charges them and does not say so in its answer.
    pub refused_units: f64,
}

impl Spent {
    /// All requests.
    pub fn requests(&self) -> u32 {
        self.reads + self.writes
    }

    /// What the engine counts of it.
    #[must_use]
    pub fn told(self) -> Self {
        Self {
            absent_units: 0.0,
            refused_units: 0.0,
            ..self
        }
    }
}

/// The store in memory with a meter that goes by the formula.
#[derive(Clone, Default)]
pub struct Metered {
    memory: Arc<Memory>,
    spent: Arc<Mutex<Spent>>,
}

impl Metered {
    /// Another store whose units are counted together with those of `other`.
    pub fn sharing(other: &Self) -> Self {
        Self {
            memory: Arc::default(),
            spent: Arc::clone(&other.spent),
        }
    }

    /// Where it keeps everything.
    pub fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// What was consumed since the last call.
    pub fn take(&self) -> Spent {
        std::mem::take(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, change: impl FnOnce(&mut Spent)) {
        change(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn size_of_item(item: Option<&Item>) -> usize {
    item.map_or(0, size)
}

/// Units of this many bytes each; even nothing costs one.
fn units(bytes: usize, each: usize) -> f64 {
    u32::try_from(bytes.div_ceil(each).max(1)).map_or(f64::INFINITY, f64::from)
}

fn read_units(bytes: usize) -> f64 {
    units(bytes, 4096)
}

fn write_units(bytes: usize) -> f64 {
    units(bytes, 1024)
}

#[async_trait]
impl Store for Metered {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let items = self.memory.get_many(keys).await?;
        let (mut found, mut absent) = (0.0, 0.0);
        for item in &items {
            match item {
                None if keys.len() > 1 => absent += read_units(0),
                item => found += read_units(size_of_item(item.as_ref())),
            }
        }
        self.add(|spent| {
            spent.reads += u32::from(!keys.is_empty());
            spent.read_units += found;
            spent.absent_units += absent;
        });
        Ok(items)
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        let page = self.memory.query(query).await?;
        let bytes = page.items.iter().map(size).sum();
        self.add(|spent| {
            spent.reads += 1;
            if page.items.is_empty() {
                spent.absent_units += read_units(0);
            } else {
                spent.read_units += read_units(bytes);
            }
        });
        Ok(page)
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let before = self.memory.items();
        let done = self.memory.commit(writes).await;
        let charged = charged(writes, &before, &self.memory.items());
        self.add(|spent| {
            spent.writes += u32::from(!writes.is_empty());
            match &done {
                Ok(_) => spent.write_units += charged,
                Err(Cancelled::Refused(_)) => spent.refused_units += charged,
                Err(_) => {}
            }
        });
        done
    }

    async fn back_off(&self, _attempt: u32) {}
}

/// Each item at its larger size; twice in a transaction, which prepares and commits it.
fn charged(writes: &[Write], before: &BTreeMap<Key, Item>, after: &BTreeMap<Key, Item>) -> f64 {
    let each = writes.iter().map(|write| {
        let (old, new) = (before.get(&write.key), after.get(&write.key));
        write_units(size_of_item(old).max(size_of_item(new)))
    });
    each.sum::<f64>() * if writes.len() > 1 { 2.0 } else { 1.0 }
}
