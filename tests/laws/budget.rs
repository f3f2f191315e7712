//! What an operation may cost: how many requests it makes, and how many write units these are by the formula. That Amazon's
//! engine counts the same is shown by the parity tests.

use std::sync::Arc;

use engine::capacity::{Metered, Spent};
use shared::adjustments;
use shared::audit;
use shared::id::EntryId;
use shared::ledger::{self, Side};
use shared::rewards::{self, Book, Programme, rules};

use simulation::{activity, member, start, varied, word};

use super::adjustments::{PROPOSER, act, proposal};
use super::world::World;

fn metered() -> (Metered, World) {
    let store = Metered::default();
    let world = World::new(store.clone(), Arc::clone(store.memory()));
    store.take();
    (store, world)
}

/// What a budget is about: requests and write units.
fn cost(spent: Spent) -> (u32, u32, f64) {
    (spent.reads, spent.writes, spent.write_units)
}

#[tokio::test]
async fn crediting_an_activity_keeps_its_budget() {
    let (store, world) = metered();
    let survey = |event| [activity(member(1), event, "survey_completed", start())];
    let plain = Book {
        programme: Programme::default(),
        ..world.house.book.clone()
    };

    rewards::award(&world.tables, &plain, &survey("a"), start())
        .await
        .unwrap();
    assert_eq!(cost(store.take()), (1, 1, 8.0), "the first time");

    rewards::award(&world.tables, &plain, &survey("a"), start())
        .await
        .unwrap();
    assert_eq!(cost(store.take()), (1, 0, 0.0), "again");

    // A limit over several rules and a budget are an item each.
    world.award(&survey("b"), start()).await.unwrap();
    assert_eq!(cost(store.take()), (1, 1, 12.0), "with a programme");
}

#[tokio::test]
async fn ten_activities_that_arrive_together_cost_five_units_each() {
    let (store, world) = metered();
    let upload = |n| {
        activity(
            member(1),
            &format!("upload-{n}"),
            "health_data_shared",
            start(),
        )
    };
    let ten: Vec<_> = (0..10).map(upload).collect();

    world.award(&ten, start()).await.unwrap();

    let folded = store.take();
    assert_eq!((folded.reads, folded.writes), (1, 1));
    assert!(folded.write_units <= 50.0, "{folded:?}");
}

#[tokio::test]
async fn buying_and_redeeming_a_code_keeps_its_budget() {
    let (store, world) = metered();
    world.earn(member(1), 0..1).await;
    let quote = world.house.quote(1, member(1), 1, start());
    store.take();

    let purchase = world.buy(&quote, start()).await.unwrap();
    assert_eq!(cost(store.take()), (1, 1, 6.0), "buying");

    world.buy(&quote, start()).await.unwrap();
    assert_eq!(cost(store.take()), (2, 0, 0.0), "buying it again");

    let code = world.reveal(&purchase, start()).await.unwrap()[0]
        .1
        .to_string();
    store.take();
    world.redeem(world.partner(), &code, start()).await.unwrap();
    assert_eq!(cost(store.take()), (0, 1, 1.0), "redeeming");
}

#[tokio::test]
async fn refusing_a_mistyped_code_costs_a_read_and_what_is_no_code_nothing() {
    let (store, world) = metered();

    world
        .redeem(world.partner(), "000000-000000-000000", start())
        .await
        .unwrap_err();

    assert_eq!(cost(store.take()), (1, 0, 0.0), "perhaps the partner's own");

    let long = "0".repeat(65);
    world
        .redeem(world.partner(), &long, start())
        .await
        .unwrap_err();
    assert_eq!(store.take(), Spent::default());
}

#[tokio::test]
async fn acts_of_administrators_keep_their_budget() {
    let (store, world) = metered();
    let (rule, dearer) = (word("app-opening"), varied("app-opening", 2, 5));
    rules::set(&world.tables, &rule, dearer, &act(PROPOSER))
        .await
        .unwrap();
    assert_eq!(store.take().writes, 1);

    let proposal = proposal("a", Side::Credit, 7);
    let proposed = adjustments::propose(&world.tables, proposal, &act(PROPOSER))
        .await
        .unwrap();
    assert_eq!(cost(store.take()), (1, 1, 6.0));
    let id = proposed.adjustment_id;
    for expected in [(2, 1, 12.0), (2, 0, 0.0)] {
        adjustments::approve(&world.tables, id, &act(91))
            .await
            .unwrap();
        assert_eq!(cost(store.take()), expected);
    }
    audit::records(&world.tables, start().month(), None, 100)
        .await
        .unwrap();
    assert_eq!(cost(store.take()), (1, 0, 0.0));
    let entry_id = EntryId {
        member: member(1),
        seq: 1,
    };
    ledger::receipt(&world.tables, entry_id).await.unwrap();
    assert_eq!(cost(store.take()), (1, 0, 0.0));
}
