//! The tables: typed keys, conditional writes as values, and two stores that carry them out.
//!
//! A write names the item, the condition under which it may happen, and *what it means when that condition fails*.
//! [`commit`] sends all of them as one transaction and answers with the first meaning that failed and the item that was
//! in the way, so the condition and its meaning stand on one line and no second read is needed to explain a refusal.
//!
//! Deliberately absent: index reads, filters and partial reads. A scan is for jobs that look at everything; nothing on a
//! request's path needs one.

mod cached;
mod dynamo;
mod limits;
mod memory;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
pub use serde_dynamo::{AttributeValue, Item};

pub use self::cached::Cached;
pub use self::dynamo::Dynamo;
pub use self::limits::size;
pub use self::memory::Memory;
pub use self::write::{Action, Condition, TaggedWrite, Write, number, text};
use crate::error::Failure;

/// The tables of the system, one per bounded context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Wallets and entries.
    Ledger,
    /// Codes that were sold.
    Codes,
    /// Partners, products and reward rules.
    Catalog,
    /// What members did and were told.
    Members,
    /// Partners' keys.
    Partners,
    /// What administrators did, totals of the house's accounts, reports of reconciliations.
    Insights,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 6] = [
        Self::Ledger,
        Self::Codes,
        Self::Catalog,
        Self::Members,
        Self::Partners,
        Self::Insights,
    ];
}

/// Where an item stands. Built only in the `keys` module of a context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// In which table.
    pub table: Table,
    /// Partition key, attribute `pk`.
    pub pk: String,
    /// Sort key, attribute `sk`.
    pub sk: String,
}

/// A run of items in one partition, in the order of their sort keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// In which table.
    pub table: Table,
    /// The partition.
    pub pk: String,
    /// What the sort keys begin with.
    pub prefix: String,
    /// Whether the largest sort key comes first.
    pub descending: bool,
    /// Begin behind this sort key.
    pub after: Option<String>,
    /// At most so many items.
    pub limit: usize,
}

/// The answer to a [`Query`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The items, in order.
    pub items: Vec<Item>,
    /// The sort key to go on behind, if there may be more.
    pub next: Option<String>,
}

/// A run of all items of a table, or of one of the parts into which it is cut so that several can be read at a time.
///
/// Items of one partition stand together, in the order of their sort keys. Beyond that there is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Which table.
    pub table: Table,
    /// Which part, from 0.
    pub segment: u32,
    /// Into how many parts the table is cut.
    pub segments: u32,
    /// Begin behind this place.
    pub after: Option<Key>,
    /// At most so many items.
    pub limit: usize,
}

/// The answer to a [`Scan`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stretch {
    /// The items, each with its key.
    pub items: Vec<(Key, Item)>,
    /// The place to go on behind, if there may be more.
    pub next: Option<Key>,
}

/// Why the writes of a commit were not made. None of them was.
#[derive(Debug)]
pub enum Cancelled {
    /// Conditions did not hold: for each write in order, whether its condition failed and on what.
    Refused(Vec<Option<Obstacle>>),
    /// Another transaction held one of the items the whole time.
    Contended,
    /// The store did not answer, or not as it should. The writes may have been made all the same.
    Failed(Failure),
}

/// A failed condition: the item it failed on, if there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle(pub Option<Item>);

/// What a store can do. Reads are strongly consistent, commits are serialisable and all or nothing.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads items in one request, in the order of `keys`, at most 100. Each item is read consistently, but not all at one instant.
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure>;

    /// Reads a run of items in one request.
    async fn query(&self, query: &Query) -> Result<Page, Failure>;

    /// Makes all writes or none, at most 100, each on another item. A single update answers the item as it is afterwards.
    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled>;

    /// Waits before attempt number `attempt` (from 1) of an operation that lost a race.
    async fn back_off(&self, attempt: u32);
}

#[async_trait]
impl<S: Store + ?Sized> Store for Arc<S> {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        (**self).get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        (**self).query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        (**self).commit(writes).await
    }

    async fn back_off(&self, attempt: u32) {
        (**self).back_off(attempt).await;
    }
}

/// What reads whole tables. It stands apart from [`Store`], so that only the functions that need it are built with it.
#[async_trait]
pub trait ReadAll: Send + Sync {
    /// Reads a run of a table in one request. Alone among the reads it may be a moment behind.
    async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure>;
}

#[async_trait]
impl<S: ReadAll + ?Sized> ReadAll for Arc<S> {
    async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure> {
        (**self).scan(scan).await
    }
}

/// A handle on whole tables, for jobs that look at everything.
#[derive(Clone)]
pub struct WholeTables(Arc<dyn ReadAll>);

impl WholeTables {
    /// A handle on the tables of `store`.
    pub fn new(store: impl ReadAll + 'static) -> Self {
        Self(Arc::new(store))
    }

    /// Reads a run of a table in one request.
    pub async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure> {
        self.0.scan(scan).await
    }
}

/// A handle on the store, shared by everything in a process.
#[derive(Clone)]
pub struct Tables(Arc<dyn Store>);

impl Tables {
    /// A handle on `store`.
    pub fn new(store: impl Store + 'static) -> Self {
        Self(Arc::new(store))
    }

    /// Reads one item.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Failure> {
        let items = self.get_many(std::slice::from_ref(key)).await?;
        items.into_iter().next().flatten().map(read).transpose()
    }

    /// Reads a run of items, and the sort key to go on behind, if there may be more.
    pub async fn page<T: DeserializeOwned>(
        &self,
        query: &Query,
    ) -> Result<(Vec<T>, Option<String>), Failure> {
        let page = self.query(query).await?;
        let values = page.items.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok((values, page.next))
    }
}

impl Deref for Tables {
    type Target = dyn Store;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// The most items that one request reads.
pub const KEYS_MAX: usize = 100;

/// Reads the items that are there, in as few requests as they take. A key may be given more than once.
pub async fn get_distinct(
    tables: &Tables,
    keys: impl Iterator<Item = Key>,
) -> Result<BTreeMap<Key, Item>, Failure> {
    let keys: Vec<Key> = keys.collect::<BTreeSet<_>>().into_iter().collect();
    let mut items = BTreeMap::new();
    for keys in keys.chunks(KEYS_MAX) {
        let found = tables.get_many(keys).await?;
        let there = keys.iter().zip(found);
        items.extend(there.filter_map(|(key, item)| Some((key.clone(), item?))));
    }
    Ok(items)
}

/// The attributes of a value, without the key.
pub fn item(value: &impl Serialize) -> Result<Item, Failure> {
    serde_dynamo::to_item(value).map_err(|error| Failure::broken("writing an item").because(error))
}

/// The value an item holds.
pub fn read<T: DeserializeOwned>(item: Item) -> Result<T, Failure> {
    serde_dynamo::from_item(item).map_err(|error| Failure::broken("reading an item").because(error))
}

/// Why a commit of tagged writes did not happen.
#[derive(Debug)]
pub enum Lost<T> {
    /// The first write, in order, whose condition failed: its tag, and the item that was in the way.
    Refused(T, Option<Item>),
    /// The store failed.
    Failed(Failure),
}

/// Makes all writes or none; answers whether they were made. If not, something they build on has moved since it was read: the
/// caller, whose attempt this is, waited long enough to read it again.
pub async fn commit_unless_moved(
    store: &Tables,
    writes: Vec<Write>,
    attempt: u32,
) -> Result<bool, Failure> {
    let writes = writes.into_iter().map(|write| write.or(())).collect();
    match commit(store, writes).await {
        Ok(_) => Ok(true),
        Err(Lost::Failed(failure)) => Err(failure),
        Err(Lost::Refused((), _)) => {
            store.back_off(attempt).await;
            Ok(false)
        }
    }
}

/// How often a commit is tried while other transactions hold one of its items.
const ATTEMPTS_MAX: u32 = 8;

/// Makes all writes or none. The order of `writes` is the order in which their conditions are reported.
pub async fn commit<T>(
    store: &Tables,
    writes: Vec<TaggedWrite<T>>,
) -> Result<Option<Item>, Lost<T>> {
    let (writes, tags): (Vec<Write>, Vec<T>) = writes
        .into_iter()
        .map(|TaggedWrite { write, tag }| (write, tag))
        .unzip();
    if writes.is_empty() {
        return Ok(None);
    }
    for attempt in 1..=ATTEMPTS_MAX {
        match store.commit(&writes).await {
            Ok(item) => return Ok(item),
            Err(Cancelled::Contended) => store.back_off(attempt).await,
            Err(Cancelled::Failed(failure)) => return Err(Lost::Failed(failure)),
            Err(Cancelled::Refused(obstacles)) => {
                let refused = tags
                    .into_iter()
                    .zip(obstacles)
                    .find_map(|(tag, obstacle)| Some((tag, obstacle?.0)));
                let unexplained = || {
                    Lost::Failed(Failure::broken(
                        "a commit was cancelled without a failed condition",
                    ))
                };
                return Err(
                    refused.map_or_else(unexplained, |(tag, item)| Lost::Refused(tag, item))
                );
            }
        }
    }
    Err(Lost::Failed(Failure::unavailable(
        "other transactions held the items of a commit",
    )))
}
