//! Holders are told once of each notice, and expiries are counted once, whatever happens to the runs of the job.

use std::collections::BTreeSet;

use super::super::{expire, log, of};
use super::*;
use crate::codes;
use crate::notifications::{self, CodeNews, News};
use crate::time::Day;

/// A run of the job that finds nothing to do makes fewer commits, so that another try gets further.
const LOSES_EVERY: usize = 61;

/// How often anything is tried.
const TRIES_MAX: usize = 100;

/// Writes codes as their table would have them, and logs them.
async fn sell(tables: &Tables, codes: &[Code]) {
    for code in codes {
        let key = codes::code_key(code.code_id);
        let always = table::Condition::All(Vec::new());
        let write = Write::put(key, table::item(code).unwrap(), always);
        table::commit(tables, vec![write.or(())]).await.ok();
    }
    for _ in 0..TRIES_MAX {
        if log(tables, codes).await.is_ok() {
            return;
        }
    }
    panic!("no log is taken");
}

/// Runs the job as its schedule does, again after a failure.
async fn beat(tables: &Tables, told: &Arc<Told>, now: Timestamp) {
    for _ in 0..TRIES_MAX {
        if expire(tables, &topic(told), now).await.is_ok() {
            return;
        }
    }
    panic!("no run comes to its end");
}

/// The news that were told, once each.
fn news(told: &Told) -> BTreeSet<(String, CodeId)> {
    let messages = told.messages.lock().unwrap();
    let news = messages.iter().map(|message| {
        let news: News = serde_json::from_str(&message.body).unwrap();
        match news {
            News::Code(CodeNews {
                code_id, due_at, ..
            }) => (due_at.to_string(), code_id),
            News::Entry(_) => panic!("news of an entry"),
        }
    });
    news.collect()
}

async fn expired(tables: &Tables) -> u64 {
    let (from, until) = (start().day(), Day::from_ymd_opt(2027, 3, 1).unwrap());
    let days = of(tables, product(1), from, until).await.unwrap();
    days.values().map(|counts| counts.expired).sum()
}

/// Every hour from the first sale on, for so many days.
fn beats(days: i64) -> impl Iterator<Item = Timestamp> {
    (0..days * 24).map(|hour| start().plus(TimeDelta::minutes(60 * hour + 17)))
}

fn days(count: i64) -> Timestamp {
    start().plus(TimeDelta::days(count))
}

#[test]
fn holders_are_told_a_week_and_a_day_before_and_the_end_is_counted_once() {
    run(async {
        let (_, tables) = tables(LOSES_EVERY).await;
        let told = Arc::new(Told {
            fails_every: Some(61),
            ..Told::default()
        });
        let codes: Vec<Code> = (1..=40).map(|number| sold(number, 1, start())).collect();
        for now in beats(12) {
            if now < days(1) {
                sell(&tables, &codes).await;
            }
            beat(&tables, &told, now).await;
            let expected = if now < days(3) {
                0
            } else if now < days(9) {
                40
            } else {
                80
            };
            assert_eq!(news(&told).len(), expected, "{now}");
            let expected = if now < days(10) { 0 } else { 40 };
            assert_eq!(expired(&tables).await, expected, "{now}");
        }
        for (due_at, _) in news(&told) {
            assert!(
                [days(3), days(9)]
                    .map(|at| at.to_string())
                    .contains(&due_at)
            );
        }
    });
}

#[test]
fn the_inbox_has_each_notice_once_and_says_until_when() {
    run(async {
        let (_, tables) = tables(LOSES_EVERY).await;
        let told = Arc::new(Told::default());
        sell(&tables, &[sold(1, 1, start())]).await;
        for now in beats(11) {
            beat(&tables, &told, now).await;
        }
        let messages = told.messages.lock().unwrap().clone();
        for message in messages.iter().chain(&messages) {
            assert_eq!(message.attributes["kind"], "code_expiring");
            assert_eq!(message.attributes["member_id"], member(1).to_string());
            let news: News = serde_json::from_str(&message.body).unwrap();
            notifications::deliver(&tables, &news).await.ok();
        }
        let (inbox, _) = notifications::inbox(&tables, member(1), None, 10)
            .await
            .unwrap();
        assert_eq!(
            inbox.iter().map(|one| one.created_at).collect::<Vec<_>>(),
            [days(9), days(3)]
        );
        assert_eq!(
            inbox[0].message(),
            "Your code ending in 7KQ2 can be redeemed until 2026-11-11, 00:00 UTC."
        );
    });
}

#[test]
fn nobody_is_told_of_a_code_that_is_used_printed_or_was_sold_too_late() {
    run(async {
        let (_, tables) = tables(LOSES_EVERY).await;
        let told = Arc::new(Told::default());
        let mut used = sold(1, 1, start());
        used.life = Life::Redeemed {
            redemption_id: crate::id::RedemptionId::new(Uuid::nil()),
            reference: "order".to_owned().try_into().unwrap(),
            redeemed_at: days(1),
        };
        let mut printed = sold(2, 1, start());
        printed.sale = None;
        let mut short = sold(3, 1, start());
        short.expires_at = days(5);
        let short_id = short.code_id;
        sell(&tables, &[used, printed, short]).await;
        for now in beats(12) {
            beat(&tables, &told, now).await;
        }
        assert_eq!(
            news(&told),
            BTreeSet::from([(days(4).to_string(), short_id)])
        );
        assert_eq!(expired(&tables).await, 2);
    });
}

#[test]
fn an_extended_code_runs_out_when_it_does() {
    run(async {
        let (_, tables) = tables(LOSES_EVERY).await;
        let told = Arc::new(Told::default());
        let mut code = sold(1, 1, start());
        sell(&tables, std::slice::from_ref(&code)).await;
        for now in beats(40) {
            if now > days(12) && code.expires_at == days(10) {
                // It ran out and was counted; support lets it live again.
                assert_eq!(expired(&tables).await, 1);
                code.expires_at = days(30);
                sell(&tables, std::slice::from_ref(&code)).await;
                assert_eq!(expired(&tables).await, 0);
            }
            beat(&tables, &told, now).await;
        }
        let due = [3, 9, 23, 29].map(|day| (days(day).to_string(), code.code_id));
        assert_eq!(news(&told), BTreeSet::from(due));
        assert_eq!(expired(&tables).await, 1);
    });
}

#[test]
fn a_run_does_so_much_and_the_next_goes_on() {
    run(async {
        let (memory, _) = tables(LOSES_EVERY).await;
        let tables = Tables::new(memory);
        let told = Arc::new(Told::default());
        // All in one shard, more than a run reads.
        let codes: Vec<Code> = (0..6000_u128)
            .map(|number| {
                let mut code = sold(1, 1, start());
                code.code_id = CodeId::new(Uuid::from_u128(number * 4));
                code.sale = code.sale.map(|sale| Sale {
                    purchase_id: PurchaseId {
                        seq: u64::try_from(number).unwrap() + 1,
                        ..sale.purchase_id
                    },
                    ..sale
                });
                code
            })
            .collect();
        sell(&tables, &codes).await;
        beat(&tables, &told, start()).await;
        let quiet = Arc::new(Told::default());
        beat(&tables, &quiet, days(4)).await;
        assert_eq!(news(&quiet).len(), 5000);
        beat(&tables, &quiet, days(4)).await;
        assert_eq!(news(&quiet).len(), 6000);
        expire_until_counted(&tables, &quiet).await;
    });
}

async fn expire_until_counted(tables: &Tables, told: &Arc<Told>) {
    beat(tables, told, days(20)).await;
    let first = expired(tables).await;
    assert!((5000..6000).contains(&first), "{first}");
    beat(tables, told, days(20)).await;
    assert_eq!(expired(tables).await, 6000);
}

#[test]
fn what_is_logged_late_is_still_counted() {
    run(async {
        let (_, tables) = tables(LOSES_EVERY).await;
        let told = Arc::new(Told::default());
        for now in beats(11) {
            beat(&tables, &told, now).await;
        }
        sell(&tables, &[sold(1, 1, start())]).await;
        beat(&tables, &told, days(11)).await;
        assert_eq!(expired(&tables).await, 1);
    });
}
