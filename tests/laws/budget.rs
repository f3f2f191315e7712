//! What an operation may cost: how many requests it makes, and how many write units these are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::error::Failure;
use shared::table::{
    Action, AttributeValue, Cancelled, Item, Key, Memory, Page, Query, Store, Write,
};

use super::world::{World, member, start};

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

#[tokio::test]
async fn every_operation_keeps_its_budget() {
    let store = Metered::default();
    let world = World::new(store.clone(), Arc::clone(&store.memory)).await;
    let survey = |n: u32| {
        world.activity(
            member(1),
            &format!("survey-{n}"),
            "survey_completed",
            start(),
        )
    };

    world.award(&[survey(0)], start()).await.unwrap();
    assert_eq!(
        store.take(),
        Meter {
            reads: 1,
            commits: 1,
            write_units: 8
        },
        "credit one activity"
    );

    let ten: Vec<_> = (0..10)
        .map(|n| world.activity(member(2), &format!("walk-{n}"), "steps_walked", start()))
        .collect();
    world.award(&ten, start()).await.unwrap();
    let folded = store.take();
    assert_eq!(
        (folded.reads, folded.commits),
        (1, 1),
        "ten activities of one member"
    );
    assert!(folded.write_units <= 50, "{folded:?}");

    let quote = world.quote(1, member(1), 1, start());
    let purchase = world.buy(&quote, start()).await.unwrap();
    assert_eq!(
        store.take(),
        Meter {
            reads: 1,
            commits: 1,
            write_units: 6
        },
        "buy one code"
    );

    world.buy(&quote, start()).await.unwrap();
    assert_eq!(
        store.take(),
        Meter {
            reads: 2,
            commits: 0,
            write_units: 0
        },
        "buy it again"
    );

    let code = world.reveal(&purchase, start()).await.unwrap()[0]
        .1
        .to_string();
    store.take();
    world.redeem(&code, "order-1", 1, start()).await.unwrap();
    assert_eq!(
        store.take(),
        Meter {
            reads: 0,
            commits: 1,
            write_units: 1
        },
        "redeem a code"
    );

    let typo = code.replace(code.chars().next_back().unwrap(), "0");
    let typo = if typo == code {
        code.replace('0', "1")
    } else {
        typo
    };
    world
        .redeem(&typo, "order-2", 2, start())
        .await
        .unwrap_err();
    assert_eq!(store.take(), Meter::default(), "refuse a wrong code");
}
