//! Many activities at once: whatever arrives together, twice or torn apart, no limit and no budget is ever overrun, and what
//! was tried out before is what happens.

use std::sync::Arc;

use proptest::prelude::*;
use shared::amount::Rjv;
use shared::id::MemberId;
use shared::ledger;
use shared::rewards::budget::{Budget, BudgetPeriod};
use shared::rewards::{self, Activity, Book, Outcome, ReportSource, Situation, decide};
use shared::table::{Memory, Tables};
use shared::text::Word;
use shared::time::Timestamp;
use simulation::at_once;
use uuid::Uuid;

use super::{activity, book};

const NOON: &str = "2026-11-23T12:00:00Z";

fn noon() -> Timestamp {
    NOON.parse().expect("an instant")
}

fn of(member: u128, mut activity: Activity, event: usize) -> Activity {
    activity.member_id = MemberId::new(Uuid::from_u128(member));
    activity.event_id = format!("event-{event}").try_into().expect("an event");
    activity.activity_id = Activity::id_of(activity.member_id, activity.source, &activity.event_id);
    activity
}

fn earned(tables: &Tables, member: u128) -> Rjv {
    let member = MemberId::new(Uuid::from_u128(member));
    let wallet = at_once(ledger::wallet(tables, member)).expect("a wallet");
    wallet.lifetime_earned
}

/// The book with a budget for all of the rule `education`.
fn with_budget(amount: &str, shards: u8) -> Book {
    let mut book = book();
    let education: Word = "education".parse().expect("a word");
    for rule in &mut book.rules {
        if rule.rule_id == education {
            rule.terms.budget = Some(Budget {
                amount: amount.parse().expect("an amount"),
                period: BudgetPeriod::Day,
                shards,
            });
        }
    }
    book
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_racing_events_never_pass_a_members_limit() {
    let tables = Tables::new(Arc::new(Memory::default()));
    let book = Arc::new(book());
    let races = (0..1000).map(|event| {
        let (tables, book) = (tables.clone(), Arc::clone(&book));
        let shared = activity("health_data_shared", r#"{"records":100}"#, NOON);
        let shared = of(1, shared, event);
        tokio::spawn(async move {
            // A queue delivers again until it is done.
            while rewards::award(&tables, &book, std::slice::from_ref(&shared), noon())
                .await
                .is_err()
            {
                tokio::task::yield_now().await;
            }
            let record = rewards::record(&tables, shared.member_id, shared.activity_id).await;
            record.expect("a store").expect("a record").outcome
        })
    });
    let mut outcomes = Vec::new();
    for race in races.collect::<Vec<_>>() {
        outcomes.push(race.await.expect("a race that ends"));
    }
    let awarded = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Awarded { .. }));

    assert_eq!(awarded.count(), 8);
    assert_eq!(outcomes.len(), 1000);
    let wallet = ledger::wallet(&tables, MemberId::new(Uuid::from_u128(1))).await;
    assert_eq!(wallet.expect("a wallet").lifetime_earned, Rjv::whole(8));
}

#[test]
fn a_budget_is_given_to_the_last_token_and_not_beyond() {
    let tables = Tables::new(Arc::new(Memory::default()));
    let book = with_budget("40", 3);
    let lesson = |member: u128| {
        let lesson = activity(
            "education_completed",
            r#"{"content":"a","minutes":30}"#,
            NOON,
        );
        of(member, lesson, 1)
    };
    let mut refused = 0;
    for member in 1..=30 {
        let lesson = lesson(member);
        at_once(rewards::award(
            &tables,
            &book,
            std::slice::from_ref(&lesson),
            noon(),
        ))
        .expect("an award");
        let record = at_once(rewards::record(
            &tables,
            lesson.member_id,
            lesson.activity_id,
        ));
        let record = record.expect("a store").expect("a record");
        refused += usize::from(matches!(record.outcome, Outcome::Refused(_)));
    }
    let given = (1..=30)
        .filter_map(|member| Some(earned(&tables, member)).filter(|earned| !earned.is_zero()));
    let given: Vec<Rjv> = given.collect();
    let sum = Rjv::checked_sum(given.iter().copied()).expect("a sum");

    // Each of the three counters holds a third of it, of which a part too small for an award may stay.
    assert!(sum <= Rjv::whole(40) && sum >= Rjv::whole(36), "{sum}");
    assert_eq!(refused, 30 - given.len());
}

#[test]
fn ten_that_arrive_together_earn_what_ten_earn_one_by_one() {
    let book = book();
    let lesson = |n: usize| {
        let fields = format!(r#"{{"content":"lesson-{n}","minutes":30}}"#);
        of(1, activity("education_completed", &fields, NOON), n)
    };
    let lessons: Vec<Activity> = (0..10).map(lesson).collect();
    let (together, apart) = (
        Tables::new(Arc::new(Memory::default())),
        Tables::new(Arc::new(Memory::default())),
    );
    at_once(rewards::award(&together, &book, &lessons, noon())).expect("awards");
    for lesson in &lessons {
        at_once(rewards::award(
            &apart,
            &book,
            std::slice::from_ref(lesson),
            noon(),
        ))
        .expect("an award");
    }
    // And again, in other company: nothing more.
    at_once(rewards::award(&together, &book, &lessons[3..7], noon())).expect("nothing new");

    assert_eq!(earned(&together, 1), earned(&apart, 1));
    // Three lessons a day are worth 2 each.
    assert_eq!(earned(&together, 1), Rjv::whole(6));
}

#[test]
fn what_happens_first_counts_first_however_it_arrives() {
    let book = book();
    let early = activity(
        "health_data_shared",
        r#"{"records":700}"#,
        "2026-11-23T09:00:00Z",
    );
    let late = activity(
        "health_data_shared",
        r#"{"records":700}"#,
        "2026-11-23T10:00:00Z",
    );
    let tables = Tables::new(Arc::new(Memory::default()));
    let (early, late) = (of(1, early, 1), of(1, late, 2));
    at_once(rewards::award(
        &tables,
        &book,
        &[late.clone(), early.clone()],
        noon(),
    ))
    .expect("awards");
    let amount = |activity: &Activity| {
        let record = at_once(rewards::record(
            &tables,
            activity.member_id,
            activity.activity_id,
        ));
        match record.expect("a store").expect("a record").outcome {
            Outcome::Awarded { amount, .. } => amount,
            Outcome::Refused(reason) => panic!("{reason:?}"),
        }
    };

    assert_eq!(amount(&early), Rjv::whole(7));
    assert_eq!(amount(&late), Rjv::whole(1));
}

proptest! {
    /// What a decision on paper says is what the award in the tables does, for any story of one member.
    #[test]
    fn trying_out_is_what_happens(
        steps in proptest::collection::vec((0_usize..6, 0_i64..14 * 24 * 60, 1_u32..60), 1..30),
    ) {
        let book = book();
        let tables = Tables::new(Arc::new(Memory::default()));
        let mut paper = Situation::nobody(&book);
        let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
        let now = "2026-11-16T00:00:00Z".parse().unwrap();
        for (event, (which, minute, size)) in steps.into_iter().enumerate() {
            let at = start.plus(chrono::TimeDelta::minutes(minute)).to_string();
            let (kind, fields) = match which {
                0 => ("app_opened", "{}".to_owned()),
                1 => ("data_updated", "{}".to_owned()),
                2 => ("health_data_shared", format!(r#"{{"records":{}}}"#, size * 20)),
                3 => ("education_completed", format!(r#"{{"content":"c{}","minutes":{size}}}"#, size % 7)),
                4 => ("community_participated", r#"{"action":"answer"}"#.to_owned()),
                _ => ("sensor_synced", format!(r#"{{"sensor":"s{}"}}"#, size % 3)),
            };
            let activity = of(1, activity(kind, &fields, &at), event);
            prop_assert!(matches!(activity.source, ReportSource::App | ReportSource::Service));
            let decision = decide(&book, &activity, &paper, now).expect("no budgets");
            paper.follow(&decision);
            at_once(rewards::award(&tables, &book, std::slice::from_ref(&activity), now)).unwrap();
            let record = at_once(rewards::record(&tables, activity.member_id, activity.activity_id));
            let record = record.unwrap().expect("a record");
            let happened = match record.outcome {
                Outcome::Awarded { amount, .. } => Ok(amount),
                Outcome::Refused(reason) => Err(reason),
            };
            prop_assert_eq!(happened, decision.outcome);
            prop_assert_eq!(record.trace, decision.trace);
        }
        prop_assert_eq!(earned(&tables, 1), paper.lifetime_earned);
    }
}
