//! A reconciliation that got stuck goes on when it is asked for again.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use shared::id::RunId;
use shared::insights::{self, Run, Starter};
use shared::messaging::{Message, ReconciliationQueue, Sender};
use shared::table::{Condition, Item, Key, Store, Tables, WholeTables, Write};
use shared::time::Timestamp;
use simulation::start;
use uuid::Uuid;

use super::clients::run;
use super::reconciling::busy;
use super::world::World;
use crate::support::Outbox;

/// What a reconciliation needs, and the messages on their way.
struct Ground {
    world: Arc<World>,
    tables: Tables,
    whole: WholeTables,
    jobs: Outbox,
    queue: ReconciliationQueue,
}

impl Ground {
    async fn new() -> Self {
        let (world, jobs) = (busy().await, Outbox::default());
        Self {
            tables: Tables::new(Arc::clone(&world.memory)),
            whole: WholeTables::new(Arc::clone(&world.memory)),
            queue: ReconciliationQueue(Sender::new(jobs.clone())),
            world,
            jobs,
        }
    }

    /// Asks for a reconciliation; answers the messages that this sends.
    async fn ask(&self, number: u128, at: Timestamp) -> Vec<Message> {
        let run = Run::new(
            RunId::new(Uuid::from_u128(number)),
            Starter::Schedule {},
            at,
        );
        let started = insights::start(&self.tables, &self.queue, run, Vec::new()).await;
        assert_eq!(started.unwrap().run_id, RunId::new(Uuid::from_u128(1)));
        self.jobs.take()
    }

    async fn walk(&self, message: &Message, at: Timestamp) -> Option<Run> {
        let job = serde_json::from_str(&message.body).unwrap();
        let walked = insights::walk(&self.tables, &self.whole, &self.queue, job, at).await;
        walked.unwrap()
    }

    /// Takes back what was written since `before`, checkpoints excepted, as if the function had died in between.
    async fn forget_report(&self, before: &BTreeMap<Key, Item>) {
        let always = || Condition::All(Vec::new());
        let report = |key: &Key| !before.contains_key(key) && !key.sk.contains('#');
        let gone = self.world.memory.items().into_keys().filter(report);
        let runs = before.iter().filter(|(key, _)| key.pk == "runs");
        let kept = runs.map(|(key, item)| Write::put(key.clone(), item.clone(), always()));
        let writes: Vec<Write> = gone
            .map(|key| Write::delete(key, always()))
            .chain(kept)
            .collect();
        self.world.memory.commit(&writes).await.unwrap();
    }
}

#[test]
fn a_run_whose_last_function_died_before_its_report_is_woken_and_ends() {
    run(async {
        let ground = Ground::new().await;
        let messages = ground.ask(1, start()).await;
        let (last, others) = messages.split_last().unwrap();
        for message in others {
            assert!(ground.walk(message, start()).await.is_none());
        }
        let before = ground.world.memory.items();
        assert!(ground.walk(last, start()).await.is_some());
        ground.forget_report(&before).await;

        let soon = start().plus(TimeDelta::minutes(5));
        assert_eq!(ground.ask(2, soon).await, [], "it may still be at work");
        let late = start().plus(TimeDelta::hours(2));
        let woken = ground.ask(3, late).await;

        assert_eq!(woken.len(), 1, "the end of one part is enough");
        let ended = ground.walk(&woken[0], late).await.unwrap();
        assert_eq!(ended.counts().unwrap().findings, 0);
    });
}

#[test]
fn parts_whose_messages_got_lost_are_sent_again_and_no_others() {
    run(async {
        let ground = Ground::new().await;
        let messages = ground.ask(1, start()).await;
        for message in &messages[..10] {
            assert!(ground.walk(message, start()).await.is_none());
        }

        let late = start().plus(TimeDelta::hours(2));
        let mut woken = ground.ask(2, late).await;

        assert_eq!(woken, messages[10..]);
        let last = woken.pop().unwrap();
        for message in &woken {
            assert!(ground.walk(message, late).await.is_none());
        }
        assert!(ground.walk(&last, late).await.is_some());
    });
}
