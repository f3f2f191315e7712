//! What an operation may cost: how many requests it makes, and how many write units these are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{
    Action, AttributeValue, Cancelled, Item, Key, Memory, Page, Query, Store, Write,
};

use simulation::{activity, member, start};

use super::world::World;

/// The store in memory with a meter.
#[derive(Clone, Default)]
struct Metered {
    memory: Arc<Memory>,
    meter: Arc<Mutex<Meter>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Meter {
    reads: u32,
    commits: u32,
    write_units: usize,
}

/// What DynamoDB counts as the size of an item: names, texts and numbers, and three bytes for every list or map and one for
/// each thing in it. Source: "DynamoDB item sizes and formats" in the developer guide.
fn size(attributes: &HashMap<String, AttributeValue>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + size_of_value(value))
        .sum()
}

fn size_of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::M(map) => 3 + map.len() + size(map),
        AttributeValue::L(list) => 3 + list.len() + list.iter().map(size_of_value).sum::<usize>(),
        other => panic!("no item has a {other:?}"),
    }
}

impl Metered {
    fn units(&self, writes: &[Write]) -> usize {
        let items = self.memory.items();
        let written = writes.iter().map(|write| {
            let attributes = items
                .get(&write.key)
                .map(|item| size(item.inner()))
                .unwrap_or_default();
            assert!(attributes > 0 || matches!(write.action, Action::Delete));
            attributes.div_ceil(1024).max(1)
        });
        // A transaction prepares and commits each item.
        written.sum::<usize>() * if writes.len() > 1 { 2 } else { 1 }
    }

    fn take(&self) -> Meter {
        std::mem::take(&mut self.meter.lock().unwrap())
    }
}

#[async_trait]
impl Store for Metered {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.meter.lock().unwrap().reads += 1;
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.meter.lock().unwrap().reads += 1;
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let done = self.memory.commit(writes).await;
        let mut meter = self.meter.lock().unwrap();
        meter.commits += 1;
        if done.is_ok() {
            meter.write_units += self.units(writes);
        }
        done
    }

    async fn back_off(&self, _attempt: u32) {}
}

fn metered() -> (Metered, World) {
    let store = Metered::default();
    let world = World::new(store.clone(), Arc::clone(&store.memory));
    store.take();
    (store, world)
}

fn cost(reads: u32, commits: u32, write_units: usize) -> Meter {
    Meter {
        reads,
        commits,
        write_units,
    }
}

#[tokio::test]
async fn crediting_an_activity_keeps_its_budget() {
    let (store, world) = metered();
    let survey = activity(member(1), "survey", "survey_completed", start());

    world
        .award(std::slice::from_ref(&survey), start())
        .await
        .unwrap();
    assert_eq!(store.take(), cost(1, 1, 8), "the first time");

    world.award(&[survey], start()).await.unwrap();
    assert_eq!(store.take(), cost(1, 0, 0), "again");
}

#[tokio::test]
async fn ten_activities_that_arrive_together_cost_five_units_each() {
    let (store, world) = metered();
    let walk = |n| activity(member(1), &format!("walk-{n}"), "steps_walked", start());
    let ten: Vec<_> = (0..10).map(walk).collect();

    world.award(&ten, start()).await.unwrap();

    let folded = store.take();
    assert_eq!((folded.reads, folded.commits), (1, 1));
    assert!(folded.write_units <= 50, "{folded:?}");
}

#[tokio::test]
async fn buying_and_redeeming_a_code_keeps_its_budget() {
    let (store, world) = metered();
    world.earn(member(1), 0..1).await;
    let quote = world.house.quote(1, member(1), 1, start());
    store.take();

    let purchase = world.buy(&quote, start()).await.unwrap();
    assert_eq!(store.take(), cost(1, 1, 6), "buying");

    world.buy(&quote, start()).await.unwrap();
    assert_eq!(store.take(), cost(2, 0, 0), "buying it again");

    let code = world.reveal(&purchase, start()).await.unwrap()[0]
        .1
        .to_string();
    store.take();
    world.redeem(world.partner(), &code, start()).await.unwrap();
    assert_eq!(store.take(), cost(0, 1, 1), "redeeming");
}

#[tokio::test]
async fn refusing_a_mistyped_code_costs_nothing() {
    let (store, world) = metered();

    world
        .redeem(world.partner(), "000000-000000-000000", start())
        .await
        .unwrap_err();

    assert_eq!(store.take(), Meter::default());
}
