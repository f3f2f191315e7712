//! Whole operations over a bad line, by clients that race and try again until they know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use shared::amount::Rjv;
use shared::codes::{Code, Life};
use shared::error::{Error, Failure, Rejection};
use shared::id::{ActivityId, CodeId, MemberId};
use shared::ledger::{Entry, Source, Wallet};
use shared::purchases::Purchase;
use shared::rewards::{Outcome, Record};
use shared::table::{self, Memory, Table};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, LocalSet};

use super::store::BadLine;
use super::world::{World, later, member, start};

/// Runs the tasks of a test on one thread, so that the seed alone decides who goes first.
fn run<T>(test: impl Future<Output = T>) -> T {
    Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(LocalSet::new().run_until(test))
}

async fn quiet() -> Arc<World> {
    let memory = Arc::new(Memory::default());
    Arc::new(World::new(Arc::clone(&memory), memory).await)
}

async fn over(seed: u64, faults_percent: u64) -> Arc<World> {
    let line = BadLine::new(seed, faults_percent);
    let memory = Arc::clone(&line.memory);
    Arc::new(World::new(line, memory).await)
}

/// What a client does: tries again until it gets an answer that is not about the line.
macro_rules! insist {
    ($attempt:expr) => {
        loop {
            match $attempt {
                Err(Error::Failed(failure)) if failure.retryable() => {
                    tokio::task::yield_now().await
                }
                Err(Error::Failed(failure)) => panic!("{}", failure.chain()),
                Ok(done) => break Ok(done),
                Err(Error::Rejected(rejection)) => break Err(rejection),
            }
        }
    };
}

fn unwrapped<T>(result: Result<T, Failure>) -> Result<T, Error> {
    result.map_err(Error::Failed)
}

async fn earn(world: &World, owner: MemberId, events: std::ops::Range<u32>) {
    for event in events {
        let activity = world.activity(
            owner,
            &format!("survey-{event}"),
            "survey_completed",
            start(),
        );
        let done: Result<(), Rejection> = insist!(unwrapped(
            world.award(std::slice::from_ref(&activity), start()).await
        ));
        done.unwrap();
    }
}

/// Everything in the tables, read back into values.
struct Books {
    wallets: BTreeMap<MemberId, Wallet>,
    entries: BTreeMap<MemberId, Vec<Entry>>,
    codes: BTreeMap<CodeId, Code>,
    records: BTreeMap<ActivityId, Record>,
}

impl Books {
    fn of(world: &World) -> Self {
        let mut books = Self {
            wallets: BTreeMap::new(),
            entries: BTreeMap::new(),
            codes: BTreeMap::new(),
            records: BTreeMap::new(),
        };
        for (key, item) in world.memory.items() {
            match (key.table, key.sk.as_str()) {
                (Table::Ledger, "wallet") => {
                    let wallet: Wallet = table::read(item).unwrap();
                    books.wallets.insert(wallet.member_id, wallet);
                }
                (Table::Ledger, _) => {
                    let entry: Entry = table::read(item).unwrap();
                    books
                        .entries
                        .entry(entry.entry_id.member)
                        .or_default()
                        .push(entry);
                }
                (Table::Codes, _) => {
                    let code: Code = table::read(item).unwrap();
                    books.codes.insert(code.code_id, code);
                }
                (Table::Members, sk) if sk.starts_with("activity#") => {
                    let record: Record = table::read(item).unwrap();
                    books.records.insert(record.activity.activity_id, record);
                }
                _ => {}
            }
        }
        books
    }

    /// What must hold at every moment.
    fn check(&self) {
        let none = Vec::new();
        assert_eq!(
            self.wallets.keys().collect::<Vec<_>>(),
            self.entries.keys().collect::<Vec<_>>()
        );
        for (owner, wallet) in &self.wallets {
            let entries = self.entries.get(owner).unwrap_or(&none);
            let fold = entries
                .iter()
                .try_fold(Wallet::empty(*owner), |wallet, entry| wallet.apply(entry));
            assert_eq!(
                fold.as_ref(),
                Ok(wallet),
                "a wallet is the fold of its entries"
            );
        }
        self.check_codes();
        self.check_awards();
    }

    fn check_codes(&self) {
        let mut paid = BTreeSet::new();
        for entry in self.entries.values().flatten() {
            let Source::Purchase {
                codes, unit_price, ..
            } = &entry.source
            else {
                continue;
            };
            let total = unit_price.checked_mul(u32::try_from(codes.len()).unwrap());
            assert_eq!(
                total,
                Some(entry.amount()),
                "what was paid is the price of the codes"
            );
            for code in codes {
                assert!(paid.insert(code.code_id), "a code is paid for once");
                assert_eq!(
                    self.codes[&code.code_id].purchase_id,
                    entry.entry_id.into(),
                    "tokens are not taken without a code"
                );
            }
        }
        assert_eq!(
            paid,
            self.codes.keys().copied().collect(),
            "no code without payment"
        );
    }

    fn check_awards(&self) {
        let awards = self
            .entries
            .values()
            .flatten()
            .filter_map(|entry| match &entry.source {
                Source::Award { activity_id, .. } => Some((*activity_id, entry.entry_id)),
                Source::Purchase { .. } | Source::Expiry {} => None,
            });
        let awarded = self
            .records
            .values()
            .filter_map(|record| match record.outcome {
                Outcome::Awarded { entry_id, .. } => Some((record.activity.activity_id, entry_id)),
                Outcome::DailyCapReached { .. } | Outcome::NoRule {} => None,
            });
        let (mut awards, mut awarded): (Vec<_>, Vec<_>) = (awards.collect(), awarded.collect());
        awards.sort_unstable();
        awarded.sort_unstable();
        assert_eq!(
            awards, awarded,
            "each award answers one activity, and each awarded activity has its award"
        );
    }

    fn balance(&self, owner: MemberId) -> Rjv {
        self.wallets
            .get(&owner)
            .map_or(Rjv::ZERO, |wallet| wallet.available(start()))
    }
}

#[test]
fn a_report_travels_once_and_is_awarded_once() {
    run(async {
        let world = quiet().await;
        let activity = world.activity(member(1), "e1", "app_opened", start());
        world.report(&activity).await.unwrap();
        world.report(&activity).await.unwrap();
        let queued = world.queued.lock().unwrap().clone();

        world.award(&queued, start()).await.unwrap();
        world.award(&queued, later(start())).await.unwrap();
        let again = world
            .report(&world.activity(member(1), "e1", "app_opened", later(start())))
            .await
            .unwrap();

        assert_eq!(again.activity_id, activity.activity_id);
        assert_eq!(Books::of(&world).balance(member(1)), Rjv::whole(1));
        assert_eq!(queued.len(), 2);
        assert_eq!(
            world.queued.lock().unwrap().len(),
            2,
            "an awarded activity is not queued again"
        );
    });
}

#[test]
fn an_event_id_cannot_be_used_for_another_activity() {
    run(async {
        let world = quiet().await;
        world
            .award(
                &[world.activity(member(1), "e1", "app_opened", start())],
                start(),
            )
            .await
            .unwrap();
        let before = world.memory.items();

        let other = world
            .report(&world.activity(member(1), "e1", "survey_completed", start()))
            .await;

        assert!(matches!(
            other,
            Err(Error::Rejected(Rejection::ActivityConflict))
        ));
        assert_eq!(world.memory.items(), before);
    });
}

#[test]
fn the_daily_cap_holds_within_a_batch_and_across_batches() {
    run(async {
        let world = quiet().await;
        let opened =
            |n: u32| world.activity(member(1), &format!("open-{n}"), "app_opened", start());
        let activities: Vec<_> = (0..5).map(opened).collect();

        world.award(&activities[..2], start()).await.unwrap();
        world.award(&activities, start()).await.unwrap();

        let books = Books::of(&world);
        books.check();
        assert_eq!(books.balance(member(1)), Rjv::whole(3));
        assert_eq!(books.records.len(), 5);
    });
}

#[test]
fn a_quote_is_bought_once_however_often_and_however_late_it_is_sent() {
    run(async {
        let world = quiet().await;
        earn(&world, member(1), 0..1).await;
        let quote = world.quote(1, member(1), 1, start());

        let first = world.buy(&quote, start()).await.unwrap();
        let after = world.memory.items();
        let second = world.buy(&quote, start()).await.unwrap();
        let much_later = world
            .buy(&quote, "2028-01-01T00:00:00Z".parse().unwrap())
            .await
            .unwrap();

        assert_eq!((&second, &much_later), (&first, &first));
        assert_eq!(world.memory.items(), after, "a repetition writes nothing");
        Books::of(&world).check();
    });
}

#[test]
fn a_quote_that_ran_out_or_costs_too_much_buys_nothing() {
    run(async {
        let world = quiet().await;
        earn(&world, member(1), 0..1).await;
        let before = world.memory.items();

        let late = world
            .buy(
                &world.quote(1, member(1), 1, start()),
                "2026-11-23T08:10:00Z".parse().unwrap(),
            )
            .await;
        let dear = world
            .buy(&world.quote(2, member(1), 2, start()), start())
            .await;

        assert!(matches!(
            late,
            Err(Error::Rejected(Rejection::QuoteExpired { .. }))
        ));
        let short = Rejection::InsufficientTokens {
            available: Rjv::whole(25),
            required: Rjv::whole(50),
            missing: Rjv::whole(25),
        };
        assert!(matches!(dear, Err(Error::Rejected(rejection)) if rejection == short));
        assert_eq!(world.memory.items(), before);
    });
}

#[test]
fn a_code_is_redeemed_by_its_partner_before_it_runs_out_and_nobody_else() {
    run(async {
        let world = quiet().await;
        earn(&world, member(1), 0..1).await;
        let purchase = world
            .buy(&world.quote(1, member(1), 1, start()), start())
            .await
            .unwrap();
        let code = world.reveal(&purchase, start()).await.unwrap()[0]
            .1
            .to_string();
        let before = world.memory.items();

        let expired = world
            .redeem(&code, "order-1", 1, "2026-12-23T08:00:00Z".parse().unwrap())
            .await;
        assert!(matches!(
            expired,
            Err(Error::Rejected(Rejection::CodeExpired { .. }))
        ));
        let mut foreign = Arc::into_inner(world).unwrap();
        let own = std::mem::replace(
            &mut foreign.offer.partner.partner_id,
            shared::id::PartnerId::new(uuid::Uuid::from_u128(9)),
        );
        let refused = foreign.redeem(&code, "order-1", 1, start()).await;
        assert!(matches!(
            refused,
            Err(Error::Rejected(Rejection::CodeNotRedeemable))
        ));
        assert_eq!(foreign.memory.items(), before);

        foreign.offer.partner.partner_id = own;
        assert!(foreign.redeem(&code, "order-1", 1, start()).await.is_ok());
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn racing_purchases_spend_what_is_there_and_no_more(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults).await;
            earn(&world, member(1), 0..3).await;
            let mut racers = JoinSet::new();
            for number in 0..8 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    let quote = world.quote(number, member(1), 1, start());
                    let outcome: Result<Purchase, Rejection> = insist!(world.buy(&quote, start()).await);
                    outcome
                });
            }
            let outcomes = racers.join_all().await;

            let books = Books::of(&world);
            books.check();
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
            let short = |outcome: &&Result<Purchase, Rejection>| matches!(outcome, Err(Rejection::InsufficientTokens { .. }));
            assert_eq!(outcomes.iter().filter(short).count(), 5);
            assert_eq!(books.balance(member(1)), Rjv::ZERO);
        });
    }

    #[test]
    fn one_quote_sent_many_times_at_once_is_one_purchase_with_equal_answers(seed: u64, faults in 0_u64..40, quantity in 1_u32..3) {
        run(async {
            let world = over(seed, faults).await;
            earn(&world, member(1), 0..2).await;
            let mut racers = JoinSet::new();
            for _ in 0..6 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    let quote = world.quote(1, member(1), quantity, start());
                    let outcome: Result<Purchase, Rejection> = insist!(world.buy(&quote, start()).await);
                    outcome.unwrap()
                });
            }
            let answers = racers.join_all().await;

            Books::of(&world).check();
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
            assert_eq!(Books::of(&world).codes.len(), usize::try_from(quantity).unwrap());
        });
    }

    #[test]
    fn an_activity_delivered_in_many_batches_at_once_is_credited_once(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults).await;
            let mut racers = JoinSet::new();
            for racer in 0..5_usize {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    let survey = |n: usize| world.activity(member(1), &format!("survey-{n}"), "survey_completed", start());
                    // Every consumer gets the same four activities, cut into other batches and in another order.
                    let mut activities: Vec<_> = (0..4).map(survey).collect();
                    activities.rotate_left(racer % 4);
                    for batch in activities.chunks(1 + racer % 3) {
                        let done: Result<(), Rejection> = insist!(unwrapped(world.award(batch, start()).await));
                        done.unwrap();
                    }
                });
            }
            racers.join_all().await;

            let books = Books::of(&world);
            books.check();
            assert_eq!(books.balance(member(1)), Rjv::whole(100));
        });
    }

    #[test]
    fn a_cap_holds_against_racing_activities(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults).await;
            let mut racers = JoinSet::new();
            for racer in 0..8_u32 {
                let world = Arc::clone(&world);
                racers.spawn_local(async move {
                    let activity = world.activity(member(1), &format!("open-{racer}"), "app_opened", start());
                    let done: Result<(), Rejection> = insist!(unwrapped(world.award(std::slice::from_ref(&activity), start()).await));
                    done.unwrap();
                });
            }
            racers.join_all().await;

            let books = Books::of(&world);
            books.check();
            assert_eq!(books.balance(member(1)), Rjv::whole(3));
            assert_eq!(books.records.len(), 8, "a refused activity is remembered as well");
        });
    }

    #[test]
    fn a_code_is_redeemed_once_and_the_winner_is_told_so_whatever_gets_lost(seed: u64, faults in 0_u64..40) {
        run(async {
            let world = over(seed, faults).await;
            earn(&world, member(1), 0..1).await;
            let bought: Result<Purchase, Rejection> = insist!(world.buy(&world.quote(1, member(1), 1, start()), start()).await);
            let purchase = bought.unwrap();
            let revealed: Result<_, Rejection> = insist!(unwrapped(world.reveal(&purchase, start()).await));
            let code = revealed.unwrap()[0].1.to_string();
            let mut racers = JoinSet::new();
            for racer in 0..8_u32 {
                let (world, code) = (Arc::clone(&world), code.clone());
                racers.spawn_local(async move {
                    // Two clients for each of four orders, every attempt of each a request of its own.
                    let (reference, mut request) = (format!("order-{}", racer % 4), u128::from(racer) << 32);
                    let outcome: Result<Code, Rejection> = insist!({
                        request += 1;
                        world.redeem(&code, &reference, request, start()).await
                    });
                    (racer % 4, outcome)
                });
            }
            let outcomes = racers.join_all().await;

            let books = Books::of(&world);
            books.check();
            let Life::Redeemed { reference, .. } = &books.codes.values().next().unwrap().life else { panic!("nobody won") };
            for (order, outcome) in outcomes {
                if reference.as_str() == format!("order-{order}") {
                    assert_eq!(outcome.as_ref().unwrap().life, books.codes.values().next().unwrap().life);
                } else {
                    assert_eq!(outcome.unwrap_err(), Rejection::CodeNotRedeemable);
                }
            }
        });
    }
}
