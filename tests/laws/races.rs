//! Whole operations over a bad line, by clients that race.

use std::sync::Arc;

use proptest::prelude::*;
use shared::amount::Rjv;
use shared::codes::{Code, Life};
use shared::error::{Error, Rejection};
use shared::purchases::Purchase;
use tokio::task::JoinSet;

use super::audit::Books;
use super::clients::{earn, insist, over, run, unwrapped};
use super::world::{activity, member, start};

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
                    let survey = |n: usize| activity(member(1), &format!("survey-{n}"), "survey_completed", start());
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
                    let activity = activity(member(1), &format!("open-{racer}"), "app_opened", start());
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
