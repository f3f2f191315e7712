//! Whole operations of the production code on both stores at once: every read, write, refusal and unit is compared.

use chrono::TimeDelta;
use engine::market::{Market, activity, member, start};
use proptest::prelude::*;
use shared::purchases::Purchase;

use super::pair::{Pair, run};

#[derive(Clone, Copy, Debug)]
enum Step {
    Report {
        who: u128,
        event: u8,
        kind: u8,
    },
    Award {
        who: u128,
        events: u8,
    },
    Buy {
        who: u128,
        quote: u128,
        quantity: u32,
    },
    Reveal {
        purchase: usize,
    },
    Redeem {
        purchase: usize,
        order: u8,
    },
    Reserve {
        purchase: usize,
        order: u8,
        extends: bool,
    },
    Release {
        purchase: usize,
        order: u8,
    },
    Show {
        purchase: usize,
        guess: u8,
    },
    End {
        purchase: usize,
        way: u8,
    },
    Look {
        who: u128,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 1_u128..3;
    prop_oneof![
        (who.clone(), 0_u8..4, 0_u8..4).prop_map(|(who, event, kind)| Step::Report {
            who,
            event,
            kind
        }),
        (who.clone(), 1_u8..6).prop_map(|(who, events)| Step::Award { who, events }),
        (who.clone(), 0_u128..4, 1_u32..4).prop_map(|(who, quote, quantity)| Step::Buy {
            who,
            quote,
            quantity
        }),
        (0_usize..4).prop_map(|purchase| Step::Reveal { purchase }),
        (0_usize..4, 0_u8..3).prop_map(|(purchase, order)| Step::Redeem { purchase, order }),
        till_step(),
        who.prop_map(|who| Step::Look { who }),
    ]
}

/// What partners do with codes besides redeeming them, and how codes end otherwise.
fn till_step() -> impl Strategy<Value = Step> {
    let (purchase, order) = (0_usize..4, 0_u8..3);
    prop_oneof![
        (purchase.clone(), order.clone(), any::<bool>()).prop_map(|(purchase, order, extends)| {
            Step::Reserve {
                purchase,
                order,
                extends,
            }
        }),
        (purchase.clone(), order.clone())
            .prop_map(|(purchase, order)| Step::Release { purchase, order }),
        (purchase.clone(), order).prop_map(|(purchase, guess)| Step::Show { purchase, guess }),
        (purchase, 0_u8..5).prop_map(|(purchase, way)| Step::End { purchase, way }),
    ]
}

/// Makes one such step.
async fn make_at_till(market: &Market, purchases: &[Purchase], step: Step) {
    // While the codes of other steps are still good, and their reservations are not yet over.
    let now = start().plus(TimeDelta::hours(23));
    match step {
        Step::Reserve {
            purchase,
            order,
            extends,
        } => {
            if let Some(purchase) = purchases.get(purchase) {
                let (code, order) = (market.code(purchase).unwrap(), format!("order-{order}"));
                let _ = market.reserve(&code, &order, extends, now).await;
            }
        }
        Step::Release { purchase, order } => {
            if let Some(purchase) = purchases.get(purchase) {
                let (code, order) = (market.code(purchase).unwrap(), format!("order-{order}"));
                let _ = market.release(&code, &order, now).await;
            }
        }
        Step::Show { purchase, guess } => {
            if let Some(purchase) = purchases.get(purchase) {
                let code = market.code(purchase).unwrap();
                let shown = [&code[1..], "GUESS-1", &code][usize::from(guess)];
                let _ = market.show(shown, "order-0", now).await;
            }
        }
        Step::End { purchase, way } => {
            if let Some(code) = purchases.get(purchase).map(|purchase| &purchase.codes[0]) {
                let _ = market.end(code.code_id, way, now).await;
            }
        }
        _ => {}
    }
}

/// The kinds of activities; no rule rewards the last one.
const KINDS: [&str; 4] = [
    "survey_completed",
    "app_opened",
    "health_data_shared",
    "sensor_connected",
];

/// Makes one step. The pair of stores compares; whether the step is refused does not matter here.
async fn make(market: &Market, purchases: &mut Vec<Purchase>, step: Step) {
    let now = start();
    match step {
        Step::Report { who, event, kind } => {
            let event = format!("event-{event}");
            let activity = activity(member(who), &event, KINDS[usize::from(kind)], now).unwrap();
            let _ = market.report(&activity).await;
        }
        Step::Award { who, events } => {
            let mut activities = market.queued();
            activities.retain(|activity| activity.member_id == member(who));
            for event in 0..events {
                let kind = KINDS[usize::from(event % 3)];
                activities
                    .push(activity(member(who), &format!("event-{event}"), kind, now).unwrap());
            }
            market.award(&activities, now).await.unwrap();
        }
        Step::Buy {
            who,
            quote,
            quantity,
        } => {
            let quote = market.quote(quote, member(who), quantity).unwrap();
            purchases.extend(market.buy(&quote, now).await);
        }
        Step::Reveal { purchase } => {
            if let Some(purchase) = purchases.get(purchase) {
                market.reveal(purchase, now).await.unwrap();
            }
        }
        Step::Redeem { purchase, order } => {
            if let Some(purchase) = purchases.get(purchase) {
                let code = market.code(purchase).unwrap();
                let late = now.plus(TimeDelta::days(if order == 2 { 60 } else { 1 }));
                let _ = market.redeem(&code, &format!("order-{order}"), late).await;
            }
        }
        Step::Reserve { .. } | Step::Release { .. } | Step::Show { .. } | Step::End { .. } => {
            make_at_till(market, purchases, step).await;
        }
        Step::Look { who } => {
            market.wallet(member(who)).await.unwrap();
            market.history(member(who), 20).await.unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_operations_has_the_same_answers_and_leaves_the_same_items(steps in prop::collection::vec(step(), 1..20)) {
        run(async {
            let (tables, pair) = Pair::tables().await;
            let market = Market::open(tables).await.unwrap();
            let mut purchases = Vec::new();
            for step in steps {
                make(&market, &mut purchases, step).await;
            }
            pair.assert_equal_items().await;
        });
    }
}
