//! Codes as they might be, and a store and a topic as they must be expected.

mod counting;
mod expiry;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use uuid::Uuid;

use crate::amount::Rjv;
use crate::catalog::{Class, Partner, partner_write};
use crate::codes::{Code, Life, Sale, TextOf};
use crate::error::Failure;
use crate::id::{CodeId, MemberId, PartnerId, ProductId, PurchaseId};
use crate::messaging::{Message, NewsTopic, Send, Sender};
use crate::table::{self, Cancelled, Item, Key, Memory, Page, Query, Store, Tables, Write};
use crate::time::Timestamp;

/// When the first codes are sold.
fn start() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

fn member(number: u8) -> MemberId {
    MemberId::new(Uuid::from_u128(number.into()))
}

fn partner(class: Class) -> PartnerId {
    PartnerId::new(Uuid::from_u128(match class {
        Class::Standard => 1,
        Class::Exclusive => 2,
    }))
}

fn product(number: u8) -> ProductId {
    ProductId::new(Uuid::from_u128(number.into()))
}

/// Code number `number` of a member, sold now for 25 RJV, for 10 days.
fn sold(number: u8, to: u8, now: Timestamp) -> Code {
    Code {
        code_id: CodeId::new(Uuid::from_u128(number.into())),
        partner_id: partner(Class::Exclusive),
        product_id: product(1),
        text: TextOf::Minted {
            seed: Uuid::from_u128(number.into()),
            index: 0,
        },
        sale: Some(Sale {
            member_id: member(to),
            purchase_id: PurchaseId {
                member: member(to),
                seq: number.into(),
            },
            first_code_id: None,
        }),
        key_version: 1,
        last4: "7KQ2".to_owned(),
        unit_price: Rjv::whole(25),
        issued_at: now,
        expires_at: now.plus(TimeDelta::days(10)),
        revealed_at: None,
        reserved_as: None,
        reserved_until: None,
        reservation_extended: false,
        life: Life::Issued,
    }
}

/// A store of which some answers to commits get lost.
struct Lossy {
    memory: Arc<Memory>,
    /// Each so many.
    loses_every: usize,
    commits: AtomicUsize,
}

#[async_trait]
impl Store for Lossy {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let done = self.memory.commit(writes).await?;
        let count = self.commits.fetch_add(1, Ordering::Relaxed);
        if count % self.loses_every == 1 {
            return Err(Cancelled::Failed(Failure::unavailable("lost")));
        }
        Ok(done)
    }

    async fn back_off(&self, _attempt: u32) {}
}

/// Tables that know the partners; what is in them, and a handle on them that loses each so many answers.
async fn tables(loses_every: usize) -> (Arc<Memory>, Tables) {
    let memory = Arc::new(Memory::default());
    for class in [Class::Standard, Class::Exclusive] {
        let partner = Partner {
            partner_id: partner(class),
            reference: "partner".to_owned().try_into().unwrap(),
            name: "Partner".to_owned().try_into().unwrap(),
            class,
            created_at: start(),
        };
        let tables = Tables::new(Arc::clone(&memory));
        let write = partner_write(&partner).unwrap().or(());
        table::commit(&tables, vec![write]).await.unwrap();
    }
    let store = Lossy {
        memory: Arc::clone(&memory),
        loses_every,
        commits: AtomicUsize::new(0),
    };
    (memory, Tables::new(store))
}

/// A topic that keeps what it was told, and fails now and then.
#[derive(Default)]
struct Told {
    messages: Mutex<Vec<Message>>,
    fails_every: Option<usize>,
    sent: AtomicUsize,
}

#[async_trait]
impl Send for Told {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let sent = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        self.messages.lock().unwrap().push(message);
        if self
            .fails_every
            .is_some_and(|every| sent.is_multiple_of(every))
        {
            return Err(Failure::unavailable("lost"));
        }
        Ok(())
    }
}

#[async_trait]
impl Send for Arc<Told> {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        (**self).send(message).await
    }
}

fn topic(told: &Arc<Told>) -> NewsTopic {
    NewsTopic(Sender::new(Arc::clone(told)))
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}
