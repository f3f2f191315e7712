//! Two stores as one: every command goes to both, and their answers must be equal.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use engine::capacity::Metered;
use engine::{Engine, Fresh};
use shared::error::Failure;
use shared::table::{
    AttributeValue, Cancelled, Item, Key, Obstacle, Page, Query, Store, Table, Tables, Write,
};
use tokio::runtime::Builder;

/// The store in memory, and the production store on tables of Amazon's engine.
///
/// It answers what both answered. Where they differ, or where the units that the engine counts are not those of the
/// formula, the test ends.
pub struct Pair {
    memory: Metered,
    fresh: Fresh,
    engine: Engine,
}

/// A store's answer, as far as callers can tell answers apart.
#[derive(Debug, PartialEq)]
pub enum Outcome<T> {
    Done(T),
    Refused(Vec<Option<Obstacle>>),
    Contended,
    /// It may pass.
    Unavailable,
    /// It is our mistake.
    Broken,
}

impl<T> Outcome<T> {
    fn of_read(result: &Result<T, Failure>) -> Self
    where
        T: Clone,
    {
        match result {
            Ok(done) => Self::Done(done.clone()),
            Err(failure) => Self::of_failure(failure),
        }
    }

    fn of_commit(result: &Result<T, Cancelled>) -> Self
    where
        T: Clone,
    {
        match result {
            Ok(done) => Self::Done(done.clone()),
            Err(Cancelled::Refused(obstacles)) => Self::Refused(obstacles.clone()),
            Err(Cancelled::Contended) => Self::Contended,
            Err(Cancelled::Failed(failure)) => Self::of_failure(failure),
        }
    }

    fn of_failure(failure: &Failure) -> Self {
        if failure.retryable() {
            Self::Unavailable
        } else {
            Self::Broken
        }
    }
}

impl Pair {
    /// Two empty stores.
    pub async fn new() -> Self {
        let engine = Engine::from_environment().unwrap_or_else(|error| panic!("{error:#}"));
        let fresh = engine.fresh().await.expect("fresh tables");
        Self {
            memory: Metered::default(),
            fresh,
            engine,
        }
    }

    /// A handle on both stores and one to look at them afterwards.
    pub async fn tables() -> (Tables, Arc<Self>) {
        let pair = Arc::new(Self::new().await);
        (Tables::new(Arc::clone(&pair)), pair)
    }

    /// Puts items that are there whatever stood in their place.
    pub async fn fill(&self, writes: &[Write]) {
        for writes in writes.chunks(100) {
            let done = self.commit(writes).await;
            assert!(done.is_ok(), "{done:?}");
        }
    }

    /// Commits, and answers what came of it.
    pub async fn outcome(&self, writes: &[Write]) -> Outcome<Option<Item>> {
        Outcome::of_commit(&self.commit(writes).await)
    }

    /// Asserts that both stores hold the same items.
    pub async fn assert_equal_items(&self) {
        let expected = self.memory.memory().items();
        let found = self.items().await;
        for (key, item) in &expected {
            assert_eq!(found.get(key), Some(item), "{key:?}");
        }
        let surplus: Vec<_> = found
            .keys()
            .filter(|key| !expected.contains_key(key))
            .collect();
        assert!(surplus.is_empty(), "only the engine has {surplus:?}");
    }

    async fn items(&self) -> BTreeMap<Key, Item> {
        let mut items = BTreeMap::new();
        for (table, name) in &self.fresh.names {
            let mut pages = self
                .engine
                .client()
                .scan()
                .table_name(name)
                .consistent_read(true)
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                for item in page.expect("a page of a scan").items.unwrap_or_default() {
                    let item = Item::from(item);
                    items.insert(key_of(*table, &item), item);
                }
            }
        }
        self.engine.meter().take();
        items
    }

    fn compare<T: Debug + PartialEq>(
        &self,
        command: &dyn Debug,
        memory: &Outcome<T>,
        engine: &Outcome<T>,
        reason: &dyn Debug,
    ) {
        assert_eq!(
            memory, engine,
            "memory and engine differ on\n{command:#?}\n{reason:?}"
        );
        let (formula, counted) = (self.memory.take().told(), self.engine.meter().take());
        if matches!(engine, Outcome::Done(_)) {
            assert_eq!(
                formula, counted,
                "formula and engine differ on\n{command:#?}"
            );
        }
    }
}

fn key_of(table: Table, item: &Item) -> Key {
    let text = |name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        other => panic!("a key that is {other:?}"),
    };
    Key {
        table,
        pk: text("pk"),
        sk: text("sk"),
    }
}

#[async_trait]
impl Store for Pair {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let memory = self.memory.get_many(keys).await;
        let engine = self.fresh.store.get_many(keys).await;
        let outcomes = (Outcome::of_read(&memory), Outcome::of_read(&engine));
        self.compare(&keys, &outcomes.0, &outcomes.1, &engine.err());
        memory
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        let memory = self.memory.query(query).await;
        let engine = self.fresh.store.query(query).await;
        let outcomes = (Outcome::of_read(&memory), Outcome::of_read(&engine));
        self.compare(&query, &outcomes.0, &outcomes.1, &engine.err());
        memory
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let memory = self.memory.commit(writes).await;
        let engine = self.fresh.store.commit(writes).await;
        let outcomes = (Outcome::of_commit(&memory), Outcome::of_commit(&engine));
        self.compare(&writes, &outcomes.0, &outcomes.1, &engine.err());
        memory
    }

    async fn back_off(&self, _attempt: u32) {}
}

/// Runs a test that waits for the engine.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

/// A place in the table of ledgers.
pub fn at(pk: &str, sk: &str) -> Key {
    Key {
        table: Table::Ledger,
        pk: pk.to_owned(),
        sk: sk.to_owned(),
    }
}

/// An item's attributes.
pub fn attributes(attributes: &[(&str, AttributeValue)]) -> Item {
    let owned = attributes
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Item::from(owned.collect::<std::collections::HashMap<_, _>>())
}
