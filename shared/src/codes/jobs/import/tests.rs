//! Imports that are interrupted, repeated and raced.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;

use super::walk::{Pace, walk_at};
use super::*;
use crate::codes::pool::{self, Entry};
use crate::id::AuditId;
use crate::messaging::{Send, Sender};
use crate::objects::InMemory;
use crate::seal::{Keyring, Vault};
use crate::stock::{self, Left};
use crate::table::{
    Cancelled, Condition, Item, Key, Memory, Obstacle, Page, Query, Store, Table, TaggedWrite,
};

/// What is sent, until it is taken.
#[derive(Clone, Default)]
struct Outbox(Arc<Mutex<Vec<Message>>>);

#[async_trait]
impl Send for Outbox {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        self.0.lock().unwrap().push(message);
        Ok(())
    }
}

/// A store that breaks down at a commit: before it is made, or after.
#[derive(Clone)]
struct Breaking {
    memory: Arc<Memory>,
    commits_left: Arc<AtomicI64>,
    after: bool,
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

pub(in crate::codes::jobs) struct World {
    memory: Arc<Memory>,
    files: Arc<InMemory>,
    tables: Tables,
    objects: Objects,
    outbox: Outbox,
    queue: ImportQueue,
    vault: Vault,
    lookup: Lookup,
}

fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn act(number: u128) -> Act {
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

fn product(number: u128) -> ProductId {
    ProductId::new(Uuid::from_u128(number))
}

fn reference(text: &str) -> Reference {
    text.to_owned().try_into().unwrap()
}

fn partner() -> PartnerId {
    PartnerId::new(Uuid::from_u128(0x9a))
}

impl World {
    fn new() -> Self {
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

    fn tools(&self) -> Tools<'_> {
        self.tools_of(&self.tables)
    }

    fn tools_of<'a>(&'a self, tables: &'a Tables) -> Tools<'a> {
        Tools {
            tables,
            objects: &self.objects,
            vault: &self.vault,
            lookup: &self.lookup,
        }
    }

    /// An import that waits for its file, as if it was ordered.
    async fn ordered(&self, product: ProductId, name: &str, codes: &Codes) -> Import {
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
    async fn started(&self, product: ProductId, name: &str, file: &str) -> Import {
        let import = self
            .ordered(product, name, &Codes::Uploaded(Format::Csv))
            .await;
        let content = file.as_bytes().to_vec();
        self.files.write(&import.upload(), content).await.unwrap();
        self.run(import).await.unwrap()
    }

    async fn run(&self, import: Import) -> Result<Import, Error> {
        run((&self.tables, &self.objects, &self.queue), import, None).await
    }

    /// Takes messages until there are none. Each arrives `times` times.
    async fn deliver(&self, pace: Pace, times: usize) {
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

    async fn shown(&self, import: &Import) -> Import {
        find(&self.tables, import.product_id, import.job_id)
            .await
            .unwrap()
    }

    fn entries(&self) -> Vec<Entry> {
        let is_entry = |key: &Key| key.table == Table::Codes && key.pk.starts_with("pool#");
        let items = self
            .memory
            .items()
            .into_iter()
            .filter(|(key, _)| is_entry(key));
        items.map(|(_, item)| table::read(item).unwrap()).collect()
    }

    /// How many codes of a product its stock counts, if that is what is in its pool, shard by shard.
    async fn stock(&self, product: ProductId) -> u32 {
        let left = stock::left(&self.tables, &[product]).await.unwrap()[&product];
        let mut counted = Left::default();
        for shard in 0..stock::SHARDS {
            let prefix = format!("pool#{product}#{shard}");
            let items = self.memory.items();
            let entries = items.keys().filter(|key| key.pk == prefix).count();
            counted[usize::from(shard)] = u32::try_from(entries).unwrap();
        }
        assert_eq!(left, counted, "stock and pool differ");
        stock::total(&left)
    }

    fn report(&self, import: &Import) -> Vec<String> {
        let report = self.files.content(&import.report()).unwrap();
        let report = String::from_utf8(report).unwrap();
        report.lines().map(str::to_owned).collect()
    }

    /// Fails if one of the codes can be read anywhere.
    fn assert_hidden(&self, codes: &[&str]) {
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

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(future)
}

const SLOW: Pace = Pace {
    steps: 1,
    bytes: 64,
};

#[test]
fn every_row_is_judged_and_reported_without_its_code() {
    block_on(async {
        let world = World::new();
        let first = world.started(product(2), "first", "POOLED-1\n").await;
        world.deliver(Pace::default(), 1).await;
        assert_eq!(world.shown(&first).await.counts.imported, 1);

        let file = "no,code\n1,SPRING-AAAA\n2,spring aaaa\n\n3,SPRINGAAAA\n4,abc\n5,POOLED1\n6,SPRING-BBBB\n7\n";
        let import = world.started(product(1), "second", file).await;
        world.deliver(SLOW, 2).await;

        let done = world.shown(&import).await;
        assert_eq!(done.state, State::Done { finished_at: now() });
        assert_eq!(
            (
                done.counts.imported,
                done.counts.duplicate,
                done.counts.invalid
            ),
            (2, 2, 3)
        );
        assert_eq!(
            world.report(&import),
            [
                "row,status,reason,last4",
                "2,imported,,AAAA",
                "3,invalid,characters,",
                "5,duplicate,repeated_in_file,AAAA",
                "6,invalid,length,",
                "7,duplicate,in_pool,LED1",
                "8,imported,,BBBB",
                "9,invalid,unreadable,",
            ]
        );
        assert_eq!(world.stock(product(1)).await, 2);
        assert_eq!(world.stock(product(2)).await, 1);
        assert_eq!(world.files.content(&import.upload()), None);
        world.assert_hidden(&["SPRING-AAAA", "SPRINGAAAA", "SPRING-BBBB", "POOLED"]);
    });
}

#[test]
fn an_entry_opens_to_the_code_as_its_partner_writes_it() {
    block_on(async {
        let world = World::new();
        world.started(product(1), "one", "Spring-Aaaa\n").await;
        world.deliver(Pace::default(), 1).await;

        let [entry] = world.entries().try_into().unwrap();
        let place = crate::seal::Place {
            product_id: product(1),
            code_id: entry.code_id,
        };
        let opened = world
            .vault
            .open(place, entry.key_version, &entry.ciphertext);
        assert_eq!(opened.unwrap(), "Spring-Aaaa");
        let found = world.lookup.find_imported(partner(), "SPRINGAAAA");
        assert_eq!(found, [entry.code_id]);
    });
}

#[test]
fn a_sold_code_is_not_imported_again() {
    block_on(async {
        let world = World::new();
        world
            .started(product(1), "one", "SPRING-AAAA\nSPRING-BBBB\n")
            .await;
        world.deliver(Pace::default(), 1).await;
        let sold = world.lookup.find_imported(partner(), "SPRING-AAAA")[0];
        let code = Write::create(crate::codes::code_key(sold), Item::default());
        let taking = stock::Taking {
            shard: pool::shard_of(sold),
            count: 1,
        };
        let writes = [
            pool::claim(product(1), sold),
            stock::take(product(1), taking),
            code,
        ];
        world.memory.make(&writes).unwrap();

        let again = world
            .started(product(2), "again", "SPRING-AAAA\nSPRING-CCCC\n")
            .await;
        world.deliver(Pace::default(), 1).await;

        assert_eq!(world.report(&again)[1], "1,duplicate,sold_already,AAAA");
        assert_eq!(world.stock(product(1)).await, 1);
        assert_eq!(world.stock(product(2)).await, 1);
    });
}

#[test]
fn wherever_it_breaks_down_each_row_is_imported_once() {
    let file: String = (0..300)
        .map(|row| format!("CODE-{:04}-X\n", row % 280))
        .collect();
    for after in [false, true] {
        for crash in 0..7 {
            block_on(async {
                let world = World::new();
                let import = world.started(product(1), "one", &file).await;
                let breaking = Breaking {
                    memory: Arc::clone(&world.memory),
                    commits_left: Arc::new(AtomicI64::new(crash)),
                    after,
                };
                let tables = Tables::new(breaking);
                let pace = Pace {
                    steps: 2,
                    bytes: 4096,
                };
                let job = import.job();
                for _ in 0..4 {
                    let _ = walk_at(pace, world.tools_of(&tables), &world.queue, job, now()).await;
                }
                world.run(world.shown(&import).await).await.unwrap();
                world.deliver(pace, 2).await;

                let done = world.shown(&import).await;
                assert_eq!(
                    (
                        done.counts.imported,
                        done.counts.duplicate,
                        done.counts.invalid
                    ),
                    (280, 20, 0)
                );
                assert_eq!(world.stock(product(1)).await, 280);
                assert_eq!(world.report(&import).len(), 301);
            });
        }
    }
}

#[test]
fn a_hundred_thousand_codes_survive_a_crash_in_the_middle() {
    block_on(async {
        let world = World::new();
        let rows = u32::try_from(crate::codes::jobs::CODES_MAX).unwrap();
        let file: String = (0..rows).map(|row| format!("GYM-{row:06}-K\n")).collect();
        let import = world.started(product(1), "all", &file).await;
        let breaking = Breaking {
            memory: Arc::clone(&world.memory),
            commits_left: Arc::new(AtomicI64::new(555)),
            after: true,
        };
        let tables = Tables::new(breaking);
        let mut stretches = 0;
        while walk_at(
            Pace::default(),
            world.tools_of(&tables),
            &world.queue,
            import.job(),
            now(),
        )
        .await
        .is_ok()
        {
            stretches += 1;
            assert!(stretches < 100, "it never crashes");
        }
        let halfway = world.shown(&import).await.counts.imported;
        assert!((40_000..60_000).contains(&halfway), "{halfway}");
        world.deliver(Pace::default(), 1).await;

        let done = world.shown(&import).await;
        assert_eq!(done.state, State::Done { finished_at: now() });
        assert_eq!(
            (
                done.counts.imported,
                done.counts.duplicate,
                done.counts.invalid
            ),
            (rows, 0, 0)
        );
        assert_eq!(world.stock(product(1)).await, rows);
        let names: BTreeSet<_> = world.entries().iter().map(|entry| entry.code_id).collect();
        assert_eq!(names.len(), usize::try_from(rows).unwrap());
        assert_eq!(
            world.report(&import).len(),
            usize::try_from(rows).unwrap() + 1
        );
        assert_eq!(world.files.content(&import.upload()), None);
    });
}

#[test]
fn imports_of_one_partner_at_the_same_time_bring_each_code_once() {
    block_on(async {
        let world = World::new();
        let file: String = (0..200).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let one = world.started(product(1), "one", &file).await;
        let two = world.started(product(2), "two", &file).await;
        // The second reads that nothing is there; the first gets in before it writes.
        let racing = Racing {
            world: &world,
            first: one.job(),
        };
        racing.walk(two.job()).await;
        world.deliver(Pace::default(), 1).await;

        let counts = [
            world.shown(&one).await.counts,
            world.shown(&two).await.counts,
        ];
        assert_eq!(counts[0].imported + counts[1].imported, 200);
        assert_eq!(
            world.stock(product(1)).await + world.stock(product(2)).await,
            200
        );
        assert!(
            counts[0].imported > 0 && counts[1].duplicate > 0,
            "{counts:?}"
        );
    });
}

/// Lets one import make a step between the reads and the write of another.
struct Racing<'a> {
    world: &'a World,
    first: Job,
}

impl Racing<'_> {
    async fn walk(&self, second: Job) {
        let between = Between {
            memory: Arc::clone(&self.world.memory),
            held: Arc::new(Mutex::new(None)),
        };
        let tables = Tables::new(between.clone());
        let pace = Pace {
            steps: 1,
            bytes: 4096,
        };
        let walked = walk_at(
            pace,
            self.world.tools_of(&tables),
            &self.world.queue,
            second,
            now(),
        );
        let error = walked.await.unwrap_err();
        assert!(error.retryable());
        let held: Vec<Write> = between.held.lock().unwrap().take().unwrap();
        walk_at(
            pace,
            self.world.tools(),
            &self.world.queue,
            self.first,
            now(),
        )
        .await
        .unwrap();
        let late = self.world.memory.commit(&held).await;
        let Err(Cancelled::Refused(obstacles)) = late else {
            panic!("a step was made on what was read before another import: {late:?}");
        };
        assert!(
            obstacles
                .iter()
                .any(|obstacle: &Option<Obstacle>| obstacle.is_some())
        );
        self.world
            .outbox
            .0
            .lock()
            .unwrap()
            .push(Message::job(&second).unwrap());
    }
}

/// Keeps the first commit for later.
#[derive(Clone)]
struct Between {
    memory: Arc<Memory>,
    held: Arc<Mutex<Option<Vec<Write>>>>,
}

#[async_trait]
impl Store for Between {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        *self.held.lock().unwrap() = Some(writes.to_vec());
        Err(Cancelled::Failed(Failure::unavailable("it takes its time")))
    }

    async fn back_off(&self, _attempt: u32) {}
}

#[test]
fn an_order_is_answered_again_and_another_under_its_reference_is_refused() {
    block_on(async {
        let world = World::new();
        let codes = Codes::Listed(vec!["AAAA-1111".to_owned()]);
        let import = world.ordered(product(1), "one", &codes).await;

        assert_eq!(world.ordered(product(1), "one", &codes).await, import);
        for other in [
            Codes::Listed(vec!["AAAA-1112".to_owned()]),
            Codes::Uploaded(Format::Jsonl),
        ] {
            let refused = create(
                &world.tables,
                import.clone(),
                &world.lookup,
                &other,
                &act(77),
            )
            .await;
            assert!(matches!(
                refused,
                Err(Error::Rejected(Rejection::JobConflict { .. }))
            ));
        }
        world.assert_hidden(&["AAAA-1111"]);
    });
}

#[test]
fn a_file_that_cannot_be_imported_is_refused_before_it_is_read() {
    block_on(async {
        let world = World::new();
        let many = "AAAA\n".repeat(100_002);
        let large = "A".repeat(17 * 1024 * 1024);
        for (number, (format, file, code)) in [
            (Format::Csv, None, "UPLOAD_MISSING"),
            (Format::Csv, Some(""), "UPLOAD_UNREADABLE"),
            (
                Format::Csv,
                Some("{\"code\":\"AAAA\"}\n"),
                "UPLOAD_UNREADABLE",
            ),
            (Format::Csv, Some("AAAA\0\n"), "UPLOAD_UNREADABLE"),
            (Format::Csv, Some(&many), "UPLOAD_UNREADABLE"),
            (Format::Jsonl, Some("AAAA\n"), "UPLOAD_UNREADABLE"),
            (Format::Jsonl, Some(&large), "UPLOAD_TOO_LARGE"),
        ]
        .into_iter()
        .enumerate()
        {
            let codes = Codes::Uploaded(format);
            let import = world
                .ordered(product(1), &format!("import {number}"), &codes)
                .await;
            if let Some(file) = file {
                world
                    .files
                    .write(&import.upload(), file.as_bytes().to_vec())
                    .await
                    .unwrap();
            }
            let Err(Error::Rejected(refused)) = world.run(import.clone()).await else {
                panic!("{code} is expected");
            };
            assert_eq!(serde_json::to_value(refused).unwrap()["code"], code);
            assert_eq!(world.shown(&import).await.state, State::Waiting {});
        }
    });
}

#[test]
fn a_file_that_is_replaced_while_it_is_read_ends_the_import() {
    block_on(async {
        let world = World::new();
        let file: String = (0..200).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let import = world.started(product(1), "one", &file).await;
        let pace = Pace {
            steps: 1,
            bytes: 4096,
        };
        walk_at(pace, world.tools(), &world.queue, import.job(), now())
            .await
            .unwrap();
        world
            .files
            .write(&import.upload(), b"OTHER-CODE\n".to_vec())
            .await
            .unwrap();
        world.deliver(pace, 1).await;

        let failed = world.shown(&import).await;
        assert!(matches!(
            failed.state,
            State::Failed {
                flaw: Flaw::FileGone,
                ..
            }
        ));
        assert_eq!(failed.counts.imported, world.stock(product(1)).await);
        assert_eq!(world.files.names(), Vec::<String>::new());
    });
}

#[test]
fn a_step_is_one_transaction_of_at_most_a_hundred_writes() {
    // A step with entries in every shard: what Memory refuses, DynamoDB refuses.
    block_on(async {
        let world = World::new();
        let file: String = (0..90).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let import = world.started(product(1), "one", &file).await;
        let between = Between {
            memory: Arc::clone(&world.memory),
            held: Arc::default(),
        };
        let tables = Tables::new(between.clone());
        let _ = walk_at(
            Pace::default(),
            world.tools_of(&tables),
            &world.queue,
            import.job(),
            now(),
        )
        .await;
        let held = between.held.lock().unwrap().take().unwrap();
        assert_eq!(held.len(), 100);
        let unconditional = |write: &Write| write.condition == Condition::All(Vec::new());
        assert!(!held.iter().any(unconditional));
        let _: Vec<TaggedWrite<()>> = held.into_iter().map(|write| write.or(())).collect();
    });
}
