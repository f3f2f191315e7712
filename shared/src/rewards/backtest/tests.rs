//! A backtest of a history that was lived for real.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::walk::Pace;
use super::*;
use crate::amount::Rjv;
use crate::id::AuditId;
use crate::messaging::{Send, Sender};
use crate::publication::{self, Wanted};
use crate::rewards::book::read;
use crate::rewards::{
    Activity, ActivityKind, Fields, Outcome, Record, ReportSource, award, is_record, terms::Terms,
};
use crate::table::Memory;

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

struct World {
    memory: Arc<Memory>,
    tables: Tables,
    outbox: Outbox,
    queue: BacktestQueue,
}

fn at(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
    start.plus(TimeDelta::hours(hours))
}

fn act(number: u128, now: Timestamp) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(0xada)),
        request_id: format!("request-{number}"),
        at: now,
        id: AuditId::new(Uuid::from_u128(number)),
    }
}

fn opened() -> Word {
    "app-opened".parse().unwrap()
}

fn member(number: u8) -> MemberId {
    MemberId::new(Uuid::from_u128(number.into()))
}

fn terms(change: &Value) -> Terms<String> {
    let mut terms = json!({
        "title": "Open the app",
        "description": "Open the app once a day.",
        "category": "engagement",
        "kind": "app_opened",
        "priority": 10,
        "amount": { "type": "fixed", "amount": "0.25" },
        "rounding": { "to": "0.01", "mode": "down" },
        "stacking": { "mode": "highest", "ceiling": "3" },
        "amount_max": "100",
        "limits": [
            { "period": "day", "max": { "count": 2 }, "at_edge": "refuse" },
            { "period": "week", "max": { "amount": "100" }, "at_edge": "clip" },
        ],
        "cooldown_minutes": 90,
        "streak": { "milestones": [{ "days": 3, "bonus": "1" }] },
    });
    for (name, value) in change.as_object().unwrap() {
        terms[name] = value.clone();
    }
    serde_json::from_value(terms).unwrap()
}

impl World {
    async fn new() -> Self {
        let memory = Arc::new(Memory::default());
        let outbox = Outbox::default();
        let world = Self {
            tables: Tables::new(Arc::clone(&memory)),
            queue: BacktestQueue(Sender::new(outbox.clone())),
            memory,
            outbox,
        };
        world.set(1, &opened(), &json!({})).await;
        world.publish(2, &opened(), 1).await;
        let data = json!({
            "kind": "data_updated", "category": "data_contribution",
            "qualification": "streak.days_of_last_7 >= 2", "limits": [], "cooldown_minutes": null,
        });
        let updated = "data-updated".parse().unwrap();
        world.set(3, &updated, &data).await;
        world.publish(4, &updated, 1).await;
        world
    }

    async fn set(&self, number: u128, id: &Word, change: &Value) -> u32 {
        let act = act(number, at(-100));
        let set = rules::set(&self.tables, id, terms(change), &act).await;
        set.unwrap().version
    }

    async fn publish(&self, number: u128, id: &Word, version: u32) {
        let order = publication::Order {
            state: Wanted::Active,
            version: Some(version),
            backtest_id: None,
            reason: Some("first".to_owned().try_into().unwrap()),
        };
        let act = act(number, at(-99));
        let published = rules::set_state(&self.tables, id, &order, &act).await;
        published.unwrap();
    }

    /// Lives a history for real: member, hours, whether the app was opened, and how many hours later it is known.
    async fn live(&self, history: &[(u8, i64, bool, i64)]) {
        let book = read(&self.tables).await.unwrap();
        let mut history: Vec<_> = (1_u32..).zip(history).collect();
        history.sort_by_key(|(_, (_, hours, _, late))| hours + late);
        for (number, (who, hours, opened, late)) in history {
            let (member_id, now) = (member(*who), at(hours + late));
            let event_id = format!("event-{number}").try_into().unwrap();
            let source = if *opened {
                ReportSource::App
            } else {
                ReportSource::Service
            };
            let activity = Activity {
                activity_id: Activity::id_of(member_id, source, &event_id),
                member_id,
                source,
                event_id,
                kind: if *opened {
                    ActivityKind::AppOpened
                } else {
                    ActivityKind::DataUpdated
                },
                fields: Fields::new(),
                evidence: None,
                occurred_at: Some(at(*hours)),
                reported_at: now,
            };
            award(&self.tables, &book, &[activity], now).await.unwrap();
        }
    }

    /// Runs a backtest of a version from its start to its end, each message arriving twice, and answers its result.
    async fn backtest(&self, version: u32, now: Timestamp, pace: Pace) -> Tally {
        let whole = WholeTables::new(Arc::clone(&self.memory));
        let tables = (self.tables.clone(), whole);
        let id = BacktestId::new(Uuid::from_u128(version.into()));
        let order = Order {
            rule_id: opened(),
            version,
            days: 90,
        };
        let act = act(100 + u128::from(version), now);
        let backtest = start(&self.tables, &self.queue, (id, order), &act).await;
        let backtest = backtest.unwrap();
        let book = read(&self.tables).await.unwrap();
        loop {
            let jobs = std::mem::take(&mut *self.outbox.0.lock().unwrap());
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                let job: Job = serde_json::from_str(&job.body).unwrap();
                for _ in 0..2 {
                    walk_at(pace, &tables, &self.queue, &book, &job, now)
                        .await
                        .unwrap();
                }
            }
        }
        let done = find(&self.tables, &opened(), backtest.backtest_id).await;
        let State::Done { result, .. } = done.unwrap().state else {
            panic!("it did not come to its end");
        };
        *result
    }

    /// What was really given for opening the app.
    fn given(&self) -> Given {
        let mut given = Given::default();
        let items = self.memory.items().into_iter();
        for (_, item) in items.filter(|(key, _)| is_record(&key.sk)) {
            let record: Record = table::read(item).unwrap();
            let Outcome::Awarded { amount, .. } = record.outcome else {
                continue;
            };
            if record.activity.kind == ActivityKind::AppOpened {
                given.add(amount).unwrap();
            }
        }
        given
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(work)
}

fn history() -> impl Strategy<Value = Vec<(u8, i64, bool, i64)>> {
    let deed = (
        0..6_u8,
        0..240_i64,
        any::<bool>(),
        prop_oneof![Just(0), 0..100_i64],
    );
    prop::collection::vec(deed, 1..80)
}

fn paces() -> impl Strategy<Value = Pace> {
    (1..4_usize, 1..20_usize).prop_map(|(reads, items)| Pace { reads, items })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_same_version_gives_what_was_given_and_twice_the_amount_costs_twice_as_much(
        history in history(), pace in paces(),
    ) {
        run(async {
            let world = World::new().await;
            world.live(&history).await;
            let (given, now) = (world.given(), at(400));

            let same = world.backtest(1, now, pace).await;
            prop_assert_eq!(same.given, given);
            prop_assert_eq!(same.tried, given);
            prop_assert_eq!(&same.winners, &Moved::default());
            prop_assert_eq!(&same.losers, &Moved::default());
            prop_assert_eq!(same.activities_read, history.len() as u64);
            let openings = history.iter().filter(|(_, _, opened, _)| *opened);
            prop_assert_eq!(same.activities, openings.count() as u64);
            let refused: u64 = same.refused.values().sum();
            prop_assert_eq!(same.tried.awards + refused, same.activities);

            let change = json!({
                "amount": { "type": "fixed", "amount": "0.5" },
                "streak": { "milestones": [{ "days": 3, "bonus": "2" }] },
            });
            let version = world.set(5, &opened(), &change).await;
            let twice = world.backtest(version, now, pace).await;
            prop_assert_eq!(twice.given, given);
            prop_assert_eq!(twice.tried.awards, given.awards);
            prop_assert_eq!(Some(twice.tried.cost), given.cost.checked_mul(2));
            prop_assert_eq!(twice.winners.amount, given.cost);
            prop_assert_eq!(twice.winners.members, twice.members_awarded);
            prop_assert_eq!(&twice.losers, &Moved::default());
            // Neither gave anybody anything.
            prop_assert_eq!(world.given(), given);
            Ok(())
        })?;
    }
}

#[test]
fn a_tighter_version_names_who_loses_most_and_says_why() {
    run(async {
        let world = World::new().await;
        // Member 1 opens the app three times on each of four days, member 2 once on one.
        let days = [0, 24, 48, 72].into_iter();
        let mut history: Vec<(u8, i64, bool, i64)> = days
            .flat_map(|day| {
                [
                    (1, day, true, 0),
                    (1, day + 2, true, 0),
                    (1, day + 4, true, 0),
                ]
            })
            .collect();
        history.push((2, 0, true, 0));
        world.live(&history).await;
        let change = json!({
            "limits": [{ "period": "day", "max": { "count": 1 }, "at_edge": "refuse" }],
        });
        let version = world.set(5, &opened(), &change).await;

        let tally = world.backtest(version, at(400), Pace::default()).await;

        let rjv = |amount: &str| amount.parse::<Rjv>().unwrap();
        assert_eq!((tally.members, tally.members_awarded), (2, 2));
        assert_eq!((tally.given.awards, tally.given.cost), (9, rjv("3.25")));
        assert_eq!((tally.tried.awards, tally.tried.cost), (5, rjv("2.25")));
        assert_eq!(tally.refused, [("limit_reached".to_owned(), 8)].into());
        assert_eq!(tally.winners, Moved::default());
        let loser = Difference {
            member_id: member(1),
            amount: rjv("1"),
        };
        assert_eq!(tally.losers.largest, [loser]);
    });
}

#[test]
fn an_order_that_is_under_way_is_answered_and_woken_only_when_it_is_late() {
    run(async {
        let world = World::new().await;
        let order = || Order {
            rule_id: opened(),
            version: 1,
            days: 7,
        };
        let begin = async |number: u128, order: Order, now| {
            let id = BacktestId::new(Uuid::from_u128(number));
            let act = act(200 + number, now);
            let started = start(&world.tables, &world.queue, (id, order), &act).await;
            let sent = std::mem::take(&mut *world.outbox.0.lock().unwrap()).len();
            started.map(|backtest| (backtest.backtest_id.uuid().as_u128(), sent))
        };
        let all = usize::try_from(SEGMENTS).unwrap();

        assert_eq!(begin(1, order(), at(0)).await.unwrap(), (1, all));
        assert_eq!(begin(2, order(), at(0)).await.unwrap(), (1, 0));
        assert_eq!(begin(3, order(), at(1)).await.unwrap(), (1, all));
        let other = Order { days: 8, ..order() };
        assert_eq!(begin(4, other, at(1)).await.unwrap(), (4, all));

        let unknown = Order {
            version: 9,
            ..order()
        };
        assert!(matches!(
            begin(5, unknown, at(1)).await,
            Err(Error::Rejected(Rejection::VersionNotFound { version: 1 }))
        ));
        for days in [0, 91] {
            let wrong = Order { days, ..order() };
            assert!(matches!(
                begin(6, wrong, at(1)).await,
                Err(Error::Rejected(Rejection::InvalidBody { .. }))
            ));
        }
        let mine = BacktestId::new(Uuid::from_u128(1));
        let done = is_done_for(&world.tables, mine, &opened(), 1).await;
        assert!(!done.unwrap(), "it is under way");
    });
}

#[test]
fn a_finished_backtest_speaks_for_its_version_only() {
    run(async {
        let world = World::new().await;
        world.live(&[(1, 0, true, 0)]).await;
        world.backtest(1, at(400), Pace::default()).await;
        let mine = BacktestId::new(Uuid::from_u128(1));
        let other = BacktestId::new(Uuid::from_u128(7));

        let done = async |id, rule: &Word, version| {
            is_done_for(&world.tables, id, rule, version).await.unwrap()
        };

        assert!(done(mine, &opened(), 1).await);
        assert!(!done(mine, &opened(), 2).await);
        assert!(!done(other, &opened(), 1).await);
        assert!(!done(mine, &"data-updated".parse().unwrap(), 1).await);
        let found = find(&world.tables, &opened(), mine).await.unwrap();
        let progress = progress(&world.tables, &found).await.unwrap();
        assert_eq!(progress.segments_done, SEGMENTS);
        assert_eq!(progress.activities_read, 1);
    });
}
