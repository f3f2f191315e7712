//! Imports that are interrupted, repeated and raced.

mod racing;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use self::world::{Breaking, World, act, block_on, now, partner, product};
use super::walk::{Pace, walk_at};
use super::*;
use crate::codes::pool;
use crate::objects::Keep;
use crate::stock;
use crate::table::Item;

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
                "7,duplicate,in_pool,ED1",
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
    let lines: Vec<String> = (0..300)
        .map(|row| format!("CODE-{:04}-X\n", row % 280))
        .collect();
    let file = lines.concat();
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
        let rows = crate::codes::jobs::CODES_MAX;
        let lines: Vec<String> = (0..rows).map(|row| format!("GYM-{row:06}-K\n")).collect();
        let file = lines.concat();
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
        let lines: Vec<String> = (0..200).map(|row| format!("CODE-{row:04}-X\n")).collect();
        let file = lines.concat();
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
