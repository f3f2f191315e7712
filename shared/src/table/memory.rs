//! The store in memory: the same promises as [`Dynamo`](super::Dynamo), for tests.
//!
//! The parity tests run the same commands through both, the other one on Amazon's own engine. What DynamoDB refuses as
//! invalid is refused here too, see [`limits`]; only of numbers less is taken.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{
    Action, AttributeValue, Cancelled, Condition, Item, Key, Obstacle, Page, Query, ReadAll, Scan,
    Store, Stretch, Write, limits, size,
};
use crate::error::Failure;

/// Items in memory. Every call is one step that nothing can interleave with.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<Key, Item>>);

/// Another memory with the same items.
impl Clone for Memory {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.items()))
    }
}

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
    pub fn run(&self, query: &Query) -> Result<Page, Failure> {
        limits::query(query)?;
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
        let next = cut(&mut run, query.limit).map(|key| key.sk);
        Ok(Page {
            items: run.into_iter().map(|(_, item)| item.clone()).collect(),
            next,
        })
    }

    /// What [`Store::commit`] does, at once.
    pub fn make(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        limits::writes(writes).map_err(Cancelled::Failed)?;
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
        let mut after = Vec::with_capacity(writes.len());
        for write in writes {
            let item = outcome(write, items.get(&write.key)).map_err(Cancelled::Failed)?;
            if let Some(item) = &item {
                limits::item(item).map_err(Cancelled::Failed)?;
            }
            after.push((write.key.clone(), item));
        }
        for (key, item) in after {
            match item {
                Some(item) => items.insert(key, item),
                None => items.remove(&key),
            };
        }
        Ok(match writes {
            [
                Write {
                    key,
                    action: Action::Set(_) | Action::Add(_),
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
        limits::keys(keys)?;
        let items = self.lock();
        Ok(keys.iter().map(|key| items.get(key).cloned()).collect())
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.run(query)
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.make(writes)
    }

    async fn back_off(&self, _attempt: u32) {
        tokio::task::yield_now().await;
    }
}

#[async_trait]
impl ReadAll for Memory {
    async fn scan(&self, scan: &Scan) -> Result<Stretch, Failure> {
        let items = self.lock();
        let mut run: Vec<(&Key, &Item)> = items
            .iter()
            .filter(|(key, _)| key.table == scan.table && segment_of(key, scan) == scan.segment)
            .filter(|(key, _)| scan.after.as_ref().is_none_or(|after| *key > after))
            .collect();
        let next = cut(&mut run, scan.limit);
        let items = run.into_iter();
        Ok(Stretch {
            items: items
                .map(|(key, item)| (key.clone(), item.clone()))
                .collect(),
            next,
        })
    }
}

/// Cuts a run to one page; answers the key to go on behind, if the page is full. It is full or not whatever is behind it.
fn cut(run: &mut Vec<(&Key, &Item)>, limit: usize) -> Option<Key> {
    let mut bytes = 0;
    let end = run.iter().position(|(_, item)| {
        bytes += size(item);
        bytes > limits::PAGE_BYTES
    });
    let full = limit.min(end.map_or(usize::MAX, |last| last + 1));
    run.truncate(full);
    let last = run.last().filter(|_| run.len() == full);
    last.map(|(key, _)| (*key).clone())
}

/// In which part of a table a partition lies. Like the real one, it has nothing to do with the order of keys.
fn segment_of(key: &Key, scan: &Scan) -> u32 {
    let sum = key.pk.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    sum % scan.segments.max(1)
}

/// What an item is after a write.
fn outcome(write: &Write, before: Option<&Item>) -> Result<Option<Item>, Failure> {
    Ok(match &write.action {
        Action::Put(attributes) => Some(keyed(attributes.clone(), &write.key)),
        Action::Set(changes) => {
            let before = before.cloned().unwrap_or_default();
            let mut attributes = keyed(before, &write.key).into_inner();
            let changes = changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()));
            attributes.extend(changes);
            Some(Item::from(attributes))
        }
        Action::Add(more) => {
            let before = before.cloned().unwrap_or_default();
            let mut attributes = keyed(before, &write.key).into_inner();
            for (name, more) in more {
                let sum = sum(attributes.get(*name), *more)?;
                attributes.insert((*name).to_owned(), sum);
            }
            Some(Item::from(attributes))
        }
        Action::Delete => None,
    })
}

fn sum(found: Option<&AttributeValue>, more: i64) -> Result<AttributeValue, Failure> {
    let found: Option<i128> = match found {
        None => Some(0),
        Some(AttributeValue::N(digits)) => digits.parse().ok(),
        Some(_) => None,
    };
    let sum = found.and_then(|found| found.checked_add(more.into()));
    let sum = sum.ok_or_else(|| Failure::broken("DynamoDB refuses to add to what is no number"))?;
    Ok(AttributeValue::N(sum.to_string()))
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
        Condition::Above(name, value) => {
            attribute(name).and_then(|found| order(found, value)) == Some(Ordering::Greater)
        }
        Condition::AtLeast(name, value) => attribute(name)
            .and_then(|found| order(found, value))
            .is_some_and(Ordering::is_ge),
        Condition::AtMost(name, value) => attribute(name)
            .and_then(|found| order(found, value))
            .is_some_and(Ordering::is_le),
        Condition::Lacks(name) => item.is_some() && attribute(name).is_none(),
        Condition::All(conditions) => conditions.iter().all(|condition| holds(condition, item)),
        Condition::Any(conditions) => conditions.iter().any(|condition| holds(condition, item)),
    }
}

/// How two values of one type stand to each other; none where they have no order.
fn order(found: &AttributeValue, value: &AttributeValue) -> Option<Ordering> {
    match (found, value) {
        (AttributeValue::S(found), AttributeValue::S(value)) => Some(found.cmp(value)),
        (AttributeValue::B(found), AttributeValue::B(value)) => Some(found.cmp(value)),
        (AttributeValue::N(found), AttributeValue::N(value)) => {
            let (found, value): (i128, i128) = (found.parse().ok()?, value.parse().ok()?);
            Some(found.cmp(&value))
        }
        _ => None,
    }
}
