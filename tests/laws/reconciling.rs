//! Reconciliation: it finds what is wrong, and nothing else.

use std::sync::Arc;

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::codes::{self, Sale};
use shared::id::{CodeId, MemberId, PurchaseId, RunId};
use shared::insights::{self, Correction, Drift, Finding, Job, Report, Run, Starter};
use shared::ledger::{self, Category, Entry, Flaw, Side, Source};
use shared::messaging::{ReconciliationQueue, Sender};
use shared::table::{
    AttributeValue, Condition, Item, Key, Memory, ReadAll, Scan, Store, Table, Tables, WholeTables,
    Write, text,
};
use shared::time::Timestamp;
use uuid::Uuid;

use super::clients::{quiet, run};
use super::folding::{entries, totals_of};
use simulation::{member, start};

use super::world::World;
use crate::support::Outbox;

/// What came of a reconciliation.
struct Found {
    run: Run,
    report: Report,
    findings: Vec<Finding>,
}

/// Runs one reconciliation to its end, every message coming twice.
async fn reconcile(world: &World, number: u128, now: Timestamp) -> Found {
    let (tables, jobs) = (Tables::new(Arc::clone(&world.memory)), Outbox::default());
    let whole = WholeTables::new(Arc::clone(&world.memory));
    let queue = ReconciliationQueue(Sender::new(jobs.clone()));
    let run = Run::new(
        RunId::new(Uuid::from_u128(number)),
        Starter::Schedule {},
        now,
    );
    insights::start(&tables, &queue, run, Vec::new())
        .await
        .unwrap();
    let mut finished = None;
    loop {
        let messages = jobs.take();
        if messages.is_empty() {
            let run: Run = finished.expect("the end");
            let report = insights::report(&tables, run.run_id).await.unwrap();
            let report = report.expect("a report");
            return Found {
                findings: report.findings.read().unwrap(),
                report,
                run,
            };
        }
        for message in messages {
            let job: Job = serde_json::from_str(&message.body).unwrap();
            for _ in 0..2 {
                let walked = insights::walk(&tables, &whole, &queue, job, now)
                    .await
                    .unwrap();
                finished = walked.or(finished);
            }
        }
    }
}

/// Four members who earned and bought.
pub async fn busy() -> Arc<World> {
    let world = quiet();
    for number in 0..4 {
        world.earn(member(number), 0..3).await;
        let quote = world.quote(number, member(number), 2, start());
        world.buy(&quote, start()).await.unwrap();
    }
    world
}

/// The codes that an entry paid for.
fn sold(entry: &Entry) -> Vec<CodeId> {
    let Source::Purchase { codes, .. } = &entry.source else {
        panic!("a purchase is expected");
    };
    codes.iter().map(|code| code.code_id).collect()
}

/// What each of the four members has left: 75 RJV less the 48.25 that two codes cost together.
fn left_over() -> Rjv {
    "26.75".parse().unwrap()
}

fn next_day() -> Timestamp {
    start().plus(TimeDelta::days(1))
}

#[test]
fn sound_books_reconcile_and_what_was_not_folded_is_caught_up() {
    run(async {
        let world = busy().await;

        let first = reconcile(&world, 1, next_day()).await;
        let report = &first.report;

        assert_eq!(first.findings, []);
        assert!(report.totals_agree);
        let counts = report.counts;
        assert_eq!((counts.wallets, counts.entries), (4, 16));
        assert_eq!(
            (counts.codes, counts.activities, counts.findings),
            (8, 12, 0)
        );
        assert_eq!(report.debit, report.credit);
        assert_eq!(report.liability, Rjv::whole(107));
        let tables = Tables::new(Arc::clone(&world.memory));
        let surveys = shared::ledger::Account::Issuance(Category::DataContribution);
        let balance = insights::trial_balance(&tables).await.unwrap();
        assert_eq!(balance.totals.of(surveys).debit, Rjv::whole(300));

        // The next one goes on from what was proven.
        let second = reconcile(&world, 2, next_day().plus(TimeDelta::days(1))).await;
        assert_eq!(&second.findings[..], []);
        let tables = Tables::new(Arc::clone(&world.memory));
        let balance = insights::trial_balance(&tables).await.unwrap();
        assert_eq!(balance.proven_before, Some(second.run.closed_before));
        assert_eq!(balance.totals, totals_of(&entries(&world, 4).await));
    });
}

#[test]
fn a_wallet_that_was_edited_by_hand_is_found_and_no_other() {
    run(async {
        let world = busy().await;
        let rich = AttributeValue::M([("never".to_owned(), text("1000"))].into());
        world
            .edit(&ledger::wallet_key(member(2)), "lots", rich)
            .await;

        let found = reconcile(&world, 1, next_day()).await;

        let [finding] = &found.findings[..] else {
            panic!("{:?}", &found.findings[..]);
        };
        assert!(matches!(
            &finding.drift,
            Drift::Wallet { member_id, flaw: Flaw::WrongWallet { balance_stored, balance_folded, .. } }
                if *member_id == member(2)
                    && *balance_stored == Some(Rjv::whole(1000))
                    && *balance_folded == left_over()
        ));
        let rebuild = Correction::RebuildWallet {
            member_id: member(2),
            balance: left_over(),
        };
        assert_eq!(finding.correction, Some(rebuild));
    });
}

#[test]
fn an_entry_that_was_edited_or_taken_away_is_found_and_no_other() {
    for take_away in [false, true] {
        run(async {
            let world = busy().await;
            let entry = entries(&world, 1).await[1].clone();
            let key = ledger::entry_key(entry.entry_id);
            if take_away {
                world.remove(&key).await;
            } else {
                world.edit(&key, "balance_after", text("7")).await;
            }

            let found = reconcile(&world, 1, next_day()).await;

            let wallets: Vec<MemberId> = found
                .findings
                .iter()
                .filter_map(|finding| match finding.drift {
                    Drift::Wallet {
                        member_id,
                        flaw: Flaw::BadEntry { seq: 2, .. },
                    } => Some(member_id),
                    _ => None,
                })
                .collect();
            assert_eq!(wallets, [member(0)], "{:?}", &found.findings[..]);
        });
    }
}

#[test]
fn codes_and_payments_are_held_against_each_other() {
    run(async {
        let world = busy().await;
        let all = entries(&world, 4).await;
        let purchase = |entry: &Entry| PurchaseId::from(entry.entry_id);
        let gone = sold(&all[3])[1];
        world.remove(&codes::code_key(gone)).await;
        // Another code says that another purchase paid for it.
        let stray = sold(&all[7])[0];
        let other = Sale {
            member_id: member(0),
            purchase_id: purchase(&all[11]),
            first_code_id: None,
        };
        let other = AttributeValue::M(shared::table::item(&other).unwrap().into());
        world.edit(&codes::code_key(stray), "sale", other).await;

        let found = reconcile(&world, 1, next_day()).await;

        let drifts: Vec<&Drift> = found
            .findings
            .iter()
            .map(|finding| &finding.drift)
            .collect();
        let missing = |code_id, entry| Drift::CodeMissing {
            code_id,
            purchase_id: purchase(entry),
        };
        let unpaid = Drift::CodeUnpaid {
            code_id: stray,
            purchase_id: purchase(&all[11]),
        };
        assert_eq!(drifts.len(), 4, "{drifts:?}");
        assert!(matches!(
            drifts[0],
            Drift::Sales {
                codes_paid: 4,
                codes_sold: 3,
                ..
            }
        ));
        for drift in [missing(gone, &all[3]), missing(stray, &all[7]), unpaid] {
            assert!(drifts.contains(&&drift), "{drifts:?}");
        }
        let refund = Correction::Adjustment {
            member_id: member(0),
            side: Side::Credit,
            amount: "24.12".parse().unwrap(),
            corrects: Some(all[3].entry_id),
        };
        assert!(
            found
                .findings
                .iter()
                .any(|finding| finding.correction.as_ref() == Some(&refund))
        );
    });
}

#[test]
fn awards_and_activities_are_held_against_each_other() {
    run(async {
        let world = busy().await;
        let all = entries(&world, 4).await;
        let Source::Award { activity_id, .. } = all[0].source else {
            panic!("an award is expected");
        };
        world
            .remove(&shared::rewards::record_key(member(0), activity_id))
            .await;

        let found = reconcile(&world, 1, next_day()).await;

        let [finding] = &found.findings[..] else {
            panic!("{:?}", &found.findings[..]);
        };
        let unfounded = Drift::AwardUnfounded {
            entry_id: all[0].entry_id,
            activity_id,
        };
        assert_eq!(finding.drift, unfounded);
    });
}

#[test]
fn a_total_that_was_edited_by_hand_is_found() {
    run(async {
        let world = busy().await;
        let all = entries(&world, 4).await;
        insights::fold(&world.tables, &all).await.unwrap();
        let items = world.memory.items();
        let (total, _) = items
            .iter()
            .find(|(key, _)| key.table == Table::Insights && key.sk.contains("issuance"))
            .unwrap();
        world.edit(total, "debit", text("1")).await;

        let found = reconcile(&world, 1, next_day()).await;

        assert!(!found.report.totals_agree);
        assert!(matches!(
            &found.findings[..],
            [Finding {
                drift: Drift::Total { .. },
                ..
            }]
        ));
        let tables = Tables::new(Arc::clone(&world.memory));
        let proven = insights::trial_balance(&tables)
            .await
            .unwrap()
            .proven_before;
        assert_eq!(proven, None, "what did not agree is not built upon");
    });
}

#[test]
fn an_item_nobody_can_read_is_found() {
    run(async {
        let world = busy().await;
        let all = entries(&world, 1).await;
        let key = codes::code_key(sold(&all[3])[0]);
        let write = Write::put(key, Item::default(), Condition::All(Vec::new()));
        world.memory.commit(&[write]).await.unwrap();

        let found = reconcile(&world, 1, next_day()).await;

        let unreadable = |finding: &Finding| matches!(finding.drift, Drift::Unreadable { .. });
        assert!(
            found.findings.iter().any(unreadable),
            "{:?}",
            &found.findings[..]
        );
    });
}

#[test]
fn the_parts_of_a_table_are_the_table() {
    run(async {
        let world = busy().await;
        let memory: &Memory = &world.memory;
        let mut seen = Vec::new();
        for segment in 0..3 {
            let mut after = None;
            loop {
                let scan = Scan {
                    table: Table::Ledger,
                    segment,
                    segments: 3,
                    after,
                    limit: 2,
                };
                let stretch = memory.scan(&scan).await.unwrap();
                seen.extend(stretch.items);
                after = stretch.next;
                if after.is_none() {
                    break;
                }
            }
        }
        seen.sort_by(|(a, _), (b, _)| a.cmp(b));
        let all = memory.items().into_iter();
        let all: Vec<(Key, Item)> = all.filter(|(key, _)| key.table == Table::Ledger).collect();
        assert_eq!(seen, all);
    });
}

#[test]
fn an_award_that_was_given_twice_is_found() {
    run(async {
        let world = busy().await;
        let all = entries(&world, 1).await;
        let Source::Award { activity_id, .. } = all[0].source else {
            panic!("an award is expected");
        };
        // The second award says that it answers the activity of the first.
        let twice = AttributeValue::M(
            [
                ("activity_id", text(activity_id)),
                ("activity_kind", text("survey_completed")),
                ("category", text("engagement")),
                ("occurred_at", text(start())),
                ("rule_id", text("app-streak")),
                ("rule_version", AttributeValue::N("1".to_owned())),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        );
        world
            .edit(&ledger::entry_key(all[1].entry_id), "source", twice)
            .await;

        let found = reconcile(&world, 1, next_day()).await;

        let unfounded = Drift::AwardUnfounded {
            entry_id: all[1].entry_id,
            activity_id,
        };
        assert!(
            found
                .findings
                .iter()
                .any(|finding| finding.drift == unfounded)
        );
    });
}
