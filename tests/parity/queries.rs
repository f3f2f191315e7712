//! Reading runs of items.

use proptest::prelude::*;
use shared::table::{Condition, Query, Store, Table, Write, text};

use super::pair::{Pair, at, attributes, run};

fn query(pk: &str, prefix: &str) -> Query {
    Query {
        table: Table::Ledger,
        pk: pk.to_owned(),
        prefix: prefix.to_owned(),
        descending: false,
        after: None,
        limit: 100,
    }
}

fn item(sk: &str, bytes: usize) -> Write {
    let attributes = attributes(&[("text", text("x".repeat(bytes)))]);
    Write::put(at("p", sk), attributes, Condition::All(Vec::new()))
}

const KEYS: [&str; 9] = ["a", "a#1", "a#10", "a#2", "ab", "b#1", "b#2", "é", "日"];

async fn filled() -> Pair {
    let pair = Pair::new().await;
    pair.fill(&KEYS.map(|sk| item(sk, 10))).await;
    pair
}

#[test]
fn every_prefix_in_both_directions_from_every_place_with_every_limit_is_the_same_run() {
    run(async {
        let pair = filled().await;
        for prefix in ["", "a", "a#", "a#1", "b", "c", "é"] {
            for descending in [false, true] {
                for limit in [1, 2, 3, 9, 10] {
                    let mut page = Query {
                        descending,
                        limit,
                        ..query("p", prefix)
                    };
                    // To the end, page by page; a full page at the exact end has a place to go on from as well.
                    loop {
                        let Some(next) = pair.query(&page).await.unwrap().next else {
                            break;
                        };
                        page.after = Some(next);
                    }
                }
            }
        }
        pair.query(&query("nobody", "")).await.unwrap();
    });
}

#[test]
fn a_run_goes_on_behind_keys_that_are_not_there_and_never_from_outside() {
    run(async {
        let pair = filled().await;
        for (prefix, after) in [
            ("", "a#11"),
            ("", "zz"),
            ("a#", "a#11"),
            ("a#", "a#"),
            ("a#", "ab"),
            ("b", "a#1"),
            ("a", "b#1"),
        ] {
            for descending in [false, true] {
                let after = Some(after.to_owned());
                let _ = pair
                    .query(&Query {
                        descending,
                        after,
                        ..query("p", prefix)
                    })
                    .await;
            }
        }
    });
}

#[test]
fn runs_that_make_no_sense_are_refused() {
    run(async {
        let pair = filled().await;
        let wrong = [
            Query {
                limit: 0,
                ..query("p", "a")
            },
            query("", "a"),
            query(&"p".repeat(2049), "a"),
            query("p", &"a".repeat(1025)),
            Query {
                after: Some(String::new()),
                ..query("p", "")
            },
            Query {
                after: Some("a".repeat(1025)),
                ..query("p", "a")
            },
        ];
        for query in wrong {
            pair.query(&query).await.unwrap_err();
        }
    });
}

#[test]
fn a_page_ends_after_a_mebibyte() {
    run(async {
        let pair = Pair::new().await;
        for n in 0..12 {
            pair.fill(&[item(&format!("s{n:02}"), 100_000 + n * 1000)])
                .await;
        }
        for descending in [false, true] {
            let mut page = Query {
                descending,
                ..query("p", "s")
            };
            while let Some(next) = pair.query(&page).await.unwrap().next {
                page.after = Some(next);
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn runs_over_any_texts_are_in_the_same_order(keys in prop::collection::btree_set("[ -~é日𝄞]{1,4}", 1..12), limit in 1_usize..6, descending: bool) {
        run(async {
            let pair = Pair::new().await;
            let writes: Vec<Write> = keys.iter().map(|sk| item(sk, 1)).collect();
            pair.fill(&writes).await;
            let mut page = Query { descending, limit, ..query("p", "") };
            let mut found = 0;
            loop {
                let answer = pair.query(&page).await.unwrap();
                found += answer.items.len();
                let Some(next) = answer.next else { break };
                page.after = Some(next);
            }
            assert_eq!(found, keys.len());
        });
    }
}
