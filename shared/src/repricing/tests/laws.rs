//! The history that administrators and rules write together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;
use tokio::runtime::Builder;

use super::super::*;
use super::{act, history, monday, opened, product, publish, setting, weekly};
use crate::error::{Error, Rejection};
use crate::pricing::PriceTerms;
use crate::pricing::prices::PriceReason;
use crate::table::{Cancelled, Memory, Page, Query, Store, Write};

/// What may happen to prices at once.
#[derive(Clone, Debug)]
enum Doing {
    Beat,
    Set(u8),
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever administrators and rules do at once, each version follows the one before it, says what the head said, and has
    /// a reason; each setting that was accepted is in it once and is noted once.
    #[test]
    fn the_history_of_a_price_has_no_gaps(
        rounds in prop::collection::vec(
            prop::collection::vec(
                prop_oneof![Just(Doing::Beat), (21..29_u8).prop_map(Doing::Set)], 1..4),
            1..8),
        turns in any::<u32>(),
    ) {
        let memory = Arc::new(Memory::default());
        let store = Turns { memory: Arc::clone(&memory), turns: AtomicU32::new(turns) };
        let runtime = Builder::new_current_thread().build().unwrap();
        let product = product(1, &json!({ "kind": "unlimited" }));
        let id = product.product_id;
        let (tables, accepted) = runtime.block_on(async {
            let tables = opened(store, &[product]).await;
            publish(&tables, 800, "busy", weekly("1.2")).await;
            let mut accepted = 0;
            for (round, doings) in rounds.iter().enumerate() {
                accepted += together(&tables, id, u32::try_from(round).unwrap(), doings).await;
            }
            (tables, accepted)
        });
        let price = runtime.block_on(prices::find(&tables, id)).unwrap();
        let versions = runtime.block_on(history(&tables, id));
        let numbers: Vec<u32> = versions.iter().map(|version| version.version).collect();
        prop_assert_eq!(numbers, (1..=price.version).collect::<Vec<_>>());
        let last = versions.last().unwrap();
        prop_assert_eq!((&last.terms, &last.dynamic), (&price.terms, &price.dynamic));
        let mut sets = 0;
        for pair in versions.windows(2) {
            let [before, after] = pair else { continue };
            match &after.reason {
                PriceReason::Set { .. } => {
                    sets += 1;
                    prop_assert_eq!(&after.dynamic, &before.dynamic);
                }
                PriceReason::Repriced { factor_before, factor, .. } => {
                    prop_assert_eq!(&after.terms, &before.terms);
                    prop_assert_eq!(*factor_before, before.dynamic.factor);
                    prop_assert_eq!(*factor, after.dynamic.factor);
                    let since = before.dynamic.moved_at.zip(after.dynamic.moved_at);
                    prop_assert!(since.is_none_or(|(last, next)| next.since(last) >= TimeDelta::minutes(15)));
                }
            }
        }
        prop_assert_eq!(sets, accepted);
        let items = memory.items();
        let notes = items.values().filter(|item| {
            item.get("action") == Some(&table::text("set_price"))
        });
        prop_assert_eq!(notes.count(), accepted);
    }
}

/// Does all of it at once; answers how many settings changed something.
async fn together(tables: &Tables, id: ProductId, round: u32, doings: &[Doing]) -> usize {
    let now = monday().plus(TimeDelta::minutes(10 * i64::from(round)));
    let seen = prices::find(tables, id).await.unwrap();
    let mut tasks = Vec::new();
    for (number, doing) in (0..).zip(doings) {
        let act = act(round * 10 + number, now);
        tasks.push(async {
            let base = match doing {
                Doing::Beat => {
                    reprice(tables, now).await.unwrap();
                    return None;
                }
                Doing::Set(base) => base.to_string(),
            };
            let act = act;
            let set = prices::set(tables, id, setting(seen.version, &base), &act).await;
            match set {
                Ok(price) => Some(price.terms),
                Err(Error::Rejected(Rejection::VersionConflict { .. })) => None,
                Err(other) => panic!("{other:?}"),
            }
        });
    }
    let told = join_all(tasks).await;
    let told = told.into_iter().flatten();
    let changed: Vec<PriceTerms> = told.filter(|terms| *terms != seen.terms).collect();
    assert!(
        changed.iter().all(|terms| *terms == changed[0]),
        "two that saw the same both set something else"
    );
    usize::from(!changed.is_empty())
}

/// Waits for all of them, each in its turn.
async fn join_all<F: Future>(tasks: Vec<F>) -> Vec<F::Output> {
    let mut tasks: Vec<_> = tasks.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = tasks.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (task, answer) in tasks.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let std::task::Poll::Ready(ready) = task.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if answers.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// A store that lets others in before each of its answers, as often as chance says.
struct Turns {
    memory: Arc<Memory>,
    turns: AtomicU32,
}

impl Turns {
    async fn give_way(&self) {
        let next = |turns: u32| Some(turns.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        let order = Ordering::Relaxed;
        let turns = self.turns.fetch_update(order, order, next).unwrap();
        for _ in 0..turns >> 30 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait::async_trait]
impl Store for Turns {
    async fn get_many(&self, keys: &[table::Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.give_way().await;
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.give_way().await;
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.give_way().await;
        self.memory.commit(writes).await
    }

    async fn back_off(&self, _attempt: u32) {
        self.give_way().await;
    }
}
