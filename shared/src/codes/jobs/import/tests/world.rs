//! A partner, two products with pools, and what imports need.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;

use super::super::walk::{Pace, walk_at};
use super::super::*;
use crate::codes::pool::{self, Entry};
use crate::id::{AuditId, CodeId};
use crate::messaging::{Send, Sender};
use crate::objects::{InMemory, Keep};
use crate::seal::{Keyring, Vault};
use crate::stock::{self, Left};
use crate::table::{Cancelled, Item, Key, Memory, Page, Query, Store};

/// What is sent, until it is taken.
#[derive(Clone, Default)]
pub(super) struct Outbox(pub Arc<Mutex<Vec<Message>>>);

#[async_trait]
impl Send for Outbox {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        self.0.lock().unwrap().push(message);
        Ok(())
    }
}

/// A store that breaks down at a commit: before it is made, or after.
#[derive(Clone)]
pub(super) struct Breaking {
    pub memory: Arc<Memory>,
    pub commits_left: Arc<AtomicI64>,
    pub after: bool,
}

#[async_trait]
impl Store for Breaking {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        let left = self.commits_left.fetch_sub(1, Ordering::SeqCst);
        if left == 0 && self.after {
            self.memory.commit(writes).await?;
        }
        if left == 0 {
            return Err(Cancelled::Failed(Failure::unavailable("a crash")));
        }
        self.memory.commit(writes).await
    }

    async fn back_off(&self, _attempt: u32) {}
}

pub(super) struct World {
    pub memory: Arc<Memory>,
    pub files: Arc<InMemory>,
    pub tables: Tables,
    pub objects: Objects,
    pub outbox: Outbox,
    pub queue: ImportQueue,
    pub vault: Vault,
    pub lookup: Lookup,
}

pub(super) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub(super) fn act(number: u128) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(0xada)),
        request_id: format!("request-{number}"),
        at: now(),
        id: AuditId::new(Uuid::from_u128(number)),
    }
}

fn keyring(letter: &str) -> Keyring {
    Keyring::parse(&json!({ "1": letter.repeat(64) }).to_string()).unwrap()
}

pub(super) fn product(number: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(number))
}

fn reference(text: &str) -> Reference {
    text.to_owned().try_into().unwrap()
}

pub(super) fn partner() -> PartnerId {
    PartnerId::new(Uuid::from_u128(0x9a))
}

impl World {
    pub fn new() -> Self {
        let (memory, files, outbox) = (
            Arc::new(Memory::default()),
            Arc::new(InMemory::default()),
            Outbox::default(),
        );
        let world = Self {
            tables: Tables::new(Arc::clone(&memory)),
            objects: Objects::new(Arc::clone(&files)),
            queue: ImportQueue(Sender::new(outbox.clone())),
            vault: Vault(keyring("v")),
            lookup: Lookup(keyring("l")),
            memory,
            files,
            outbox,
        };
        for number in [1, 2] {
            for write in stock::create(product(number), &Left::default()) {
                world.memory.make(&[write]).unwrap();
            }
        }
        world
    }

    pub fn tools(&self) -> Tools<'_> {
        self.tools_of(&self.tables)
    }

    pub fn tools_of<'a>(&'a self, tables: &'a Tables) -> Tools<'a> {
        Tools {
            tables,
            objects: &self.objects,
            vault: &self.vault,
            lookup: &self.lookup,
        }
    }

    /// An import that waits for its file, as if it was ordered.
    pub async fn ordered(&self, product: ProductId, name: &str, codes: &Codes) -> Import {
        let reference = reference(name);
        let import = Import {
            job_id: Import::id_of(product, &reference),
            product_id: product,
            partner_id: partner(),
            reference,
            format: match codes {
                Codes::Listed(_) => Format::Jsonl,
                Codes::Uploaded(format) => *format,
            },
            listed: match codes {
                Codes::Listed(codes) => Fingerprint::new(&self.lookup, 1, codes),
                Codes::Uploaded(_) => None,
            },
            created_at: now(),
            created_by: act(1).actor,
            version: 1,
            counts: Counts::default(),
            state: State::Waiting {},
        };
        let number = u128::from(self.memory.items().len() as u64);
        let created = create(&self.tables, import, &self.lookup, codes, &act(number)).await;
        created.unwrap()
    }

    /// An import of a CSV file that is under way.
    pub async fn started(&self, product: ProductId, name: &str, file: &str) -> Import {
        let import = self
            .ordered(product, name, &Codes::Uploaded(Format::Csv))
            .await;
        let content = file.as_bytes().to_vec();
        self.files.write(&import.upload(), content).await.unwrap();
        self.run(import).await.unwrap()
    }

    pub async fn run(&self, import: Import) -> Result<Import, Error> {
        run((&self.tables, &self.objects, &self.queue), import, None).await
    }

    /// Takes messages until there are none. Each arrives `times` times.
    pub async fn deliver(&self, pace: Pace, times: usize) {
        loop {
            let messages: Vec<Message> = std::mem::take(&mut *self.outbox.0.lock().unwrap());
            // Those that arrived twice sent twice; SQS would deliver both, and the second finds nothing to do.
            let bodies: BTreeSet<String> =
                messages.into_iter().map(|message| message.body).collect();
            if bodies.is_empty() {
                return;
            }
            for body in bodies {
                let job: Job = serde_json::from_str(&body).unwrap();
                for _ in 0..times {
                    walk_at(pace, self.tools(), &self.queue, job, now())
                        .await
                        .unwrap();
                }
            }
        }
    }

    pub async fn shown(&self, import: &Import) -> Import {
        find(&self.tables, import.product_id, import.job_id)
            .await
            .unwrap()
    }

    pub fn entries(&self) -> Vec<Entry> {
        let products = [product(1), product(2)];
        let pools = products.map(|product| self.entries_of(product));
        pools.into_iter().flatten().collect()
    }

    /// What stands in the pool of a product, each where it belongs.
    fn entries_of(&self, product: ProductId) -> Vec<Entry> {
        let items = self.memory.items().into_iter();
        let entries = items.filter_map(|(key, item)| {
            let code: CodeId = key.sk.parse().ok()?;
            (key == pool::key(product, code)).then(|| table::read(item).unwrap())
        });
        entries.collect()
    }

    /// How many codes of a product its stock counts, if that is what is in its pool, shard by shard.
    pub async fn stock(&self, product: ProductId) -> u32 {
        let left = stock::left(&self.tables, &[product]).await.unwrap()[&product];
        let mut counted = Left::default();
        for entry in self.entries_of(product) {
            counted[usize::from(pool::shard_of(entry.code_id))] += 1;
        }
        assert_eq!(left, counted, "stock and pool differ");
        stock::total(&left).try_into().unwrap()
    }

    pub fn report(&self, import: &Import) -> Vec<String> {
        let report = self.files.content(&import.report()).unwrap();
        let report = String::from_utf8(report).unwrap();
        report.lines().map(str::to_owned).collect()
    }

    /// Fails if one of the codes can be read anywhere.
    pub fn assert_hidden(&self, codes: &[&str]) {
        let tables = format!("{:?}", self.memory.items());
        let names = self.files.names();
        for code in codes {
            assert!(!tables.contains(code), "{code} is in a table");
            for name in &names {
                let content = self.files.content(name).unwrap();
                assert!(
                    !String::from_utf8(content).unwrap().contains(code),
                    "{code} is in {name}"
                );
            }
        }
    }
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(future)
}
