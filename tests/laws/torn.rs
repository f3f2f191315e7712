//! A read of several items is not of one instant: what changes in between must not slip through.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::adjustments::{self, Proposal};
use shared::error::{Error, Failure, Rejection};
use shared::id::{AdjustmentId, EntryId};
use shared::ledger::Side;
use shared::table::{Cancelled, Item, Key, Memory, Page, Query, Store, Tables, Write};

use super::adjustments::{act, check, proposal, propose};
use super::clients::{quiet, run};
use simulation::member;

/// A store that reads the mark of a correction, then lets another adjustment be approved, then reads the rest.
struct Torn {
    memory: Arc<Memory>,
    approved_between: Mutex<Option<AdjustmentId>>,
}

#[async_trait]
impl Store for Torn {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        let early = self.memory.get_many(keys).await?;
        let is_mark = |key: &Key| key.sk == "correction";
        let other = if keys.iter().any(is_mark) {
            self.approved_between.lock().unwrap().take()
        } else {
            None
        };
        let Some(other) = other else {
            return Ok(early);
        };
        let tables = Tables::new(Arc::clone(&self.memory));
        adjustments::approve(&tables, other, &act(92))
            .await
            .unwrap();
        let late = self.memory.get_many(keys).await?;
        let seen = keys.iter().zip(early.into_iter().zip(late));
        Ok(seen
            .map(|(key, (early, late))| if is_mark(key) { early } else { late })
            .collect())
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.memory.commit(writes).await
    }

    async fn back_off(&self, _attempt: u32) {}
}

#[test]
fn an_entry_is_corrected_once_even_if_its_mark_was_read_before_the_wallet() {
    run(async {
        let world = quiet();
        world.earn(member(1), 0..1).await;
        let correction = |reference| Proposal {
            corrects: Some(EntryId {
                member: member(1),
                seq: 1,
            }),
            ..proposal(reference, Side::Debit, 5)
        };
        let first = propose(&world, &correction("a")).await;
        let second = propose(&world, &correction("b")).await;
        let torn = Tables::new(Torn {
            memory: Arc::clone(&world.memory),
            approved_between: Mutex::new(Some(first)),
        });

        let late = adjustments::approve(&torn, second, &act(91)).await;

        let corrected = Rejection::EntryCorrected {
            adjustment_id: first.to_string(),
        };
        assert!(
            matches!(&late, Err(Error::Rejected(rejection)) if *rejection == corrected),
            "{late:?}"
        );
        check(&world);
        assert_eq!(world.balance(member(1)), shared::amount::Rjv::whole(20));
    });
}
