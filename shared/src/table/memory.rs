//! The store in memory: the same promises as [`Dynamo`](super::Dynamo), for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{
    Action, AttributeValue, Cancelled, Condition, Item, Key, Obstacle, Page, Query, Store, Write,
};
use crate::error::Failure;

/// Items in memory. Every call is one step that nothing can interleave with.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<Key, Item>>);

impl Memory {
    /// Everything it holds, by key.
    pub fn items(&self) -> BTreeMap<Key, Item> {
        self.lock().clone()
    }

    /// The item at this place.
    pub fn item(&self, key: &Key) -> Option<Item> {
        self.lock().get(key).cloned()
    }

    /// What [`Store::query`] answers, at once.
    pub fn run(&self, query: &Query) -> Page {
        let items = self.lock();
        let first = Key {
            table: query.table,
            pk: query.pk.clone(),
            sk: query.prefix.clone(),
        };
        let mut run: Vec<(&Key, &Item)> = items
            .range(first..)
            .take_while(|(key, _)| {
                key.table == query.table && key.pk == query.pk && key.sk.starts_with(&query.prefix)
            })
            .collect();
        if query.descending {
            run.reverse();
        }
        let behind = |key: &Key| match &query.after {
            None => true,
            Some(after) if query.descending => key.sk < *after,
            Some(after) => key.sk > *after,
        };
        run.retain(|(key, _)| behind(key));
        let more = run.len() > query.limit;
        run.truncate(query.limit);
        let next = if more {
            run.last().map(|(key, _)| key.sk.clone())
        } else {
            None
        };
        Page {
            items: run.into_iter().map(|(_, item)| item.clone()).collect(),
            next,
        }
    }

    /// What [`Store::commit`] does, at once.
    pub fn make(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let mut items = self.lock();
        let obstacles: Vec<Option<Obstacle>> = writes
            .iter()
            .map(|write| {
                let item = items.get(&write.key);
                (!holds(&write.condition, item)).then(|| Obstacle(item.cloned()))
            })
            .collect();
        if obstacles.iter().any(Option::is_some) {
            return Err(Cancelled::Refused(obstacles));
        }
        for write in writes {
            carry_out(&mut items, write);
        }
        Ok(match writes {
            [
                Write {
                    key,
                    action: Action::Set(_),
                    ..
                },
            ] => items.get(key).cloned(),
            _ => None,
        })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Item>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for Memory {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let items = self.lock();
        Ok(keys.iter().map(|key| items.get(key).cloned()).collect())
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        Ok(self.run(query))
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.make(writes)
    }

    async fn back_off(&self, _attempt: u32) {
        tokio::task::yield_now().await;
    }
}

fn carry_out(items: &mut BTreeMap<Key, Item>, write: &Write) {
    match &write.action {
        Action::Put(attributes) => {
            items.insert(write.key.clone(), keyed(attributes.clone(), &write.key));
        }
        Action::Set(changes) => {
            let item = items
                .entry(write.key.clone())
                .or_insert_with(|| keyed(Item::default(), &write.key));
            let mut attributes = std::mem::take(item).into_inner();
            attributes.extend(
                changes
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone())),
            );
            *item = Item::from(attributes);
        }
        Action::Delete => {
            items.remove(&write.key);
        }
    }
}

/// Items carry their key as attributes, as they do in a table.
fn keyed(attributes: Item, key: &Key) -> Item {
    let mut attributes = attributes.into_inner();
    attributes.insert("pk".to_owned(), AttributeValue::S(key.pk.clone()));
    attributes.insert("sk".to_owned(), AttributeValue::S(key.sk.clone()));
    Item::from(attributes)
}

fn holds(condition: &Condition, item: Option<&Item>) -> bool {
    let attribute = |name: &str| item.and_then(|item| item.get(name));
    match condition {
        Condition::Absent => item.is_none(),
        Condition::Equals(name, value) => attribute(name).is_some_and(|found| found == value),
        Condition::Above(name, value) => attribute(name).is_some_and(|found| above(found, value)),
        Condition::Lacks(name) => item.is_some() && attribute(name).is_none(),
        Condition::All(conditions) => conditions.iter().all(|condition| holds(condition, item)),
    }
}

fn above(found: &AttributeValue, value: &AttributeValue) -> bool {
    match (found, value) {
        (AttributeValue::S(found), AttributeValue::S(value)) => found > value,
        (AttributeValue::N(found), AttributeValue::N(value)) => {
            matches!((found.parse::<i128>(), value.parse::<i128>()), (Ok(found), Ok(value)) if found > value)
        }
        _ => false,
    }
}
