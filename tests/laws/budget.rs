//! What an operation may cost: how many requests it makes, and how many write units these are by the formula. That Amazon's
//! engine counts the same is shown by the parity tests.

use std::sync::Arc;

use chrono::TimeDelta;
use engine::capacity::{Metered, Spent};
use shared::adjustments;
use shared::audit;
use shared::catalog::Stock;
use shared::codes::{self, Reservation};
use shared::id::EntryId;
use shared::ledger::{self, RefundReason, Side};
use shared::purchases;
use shared::rewards::{self, Book, Programme, rules};

use simulation::{activity, member, start, text, varied, word};

use super::adjustments::{PROPOSER, act, proposal};
use super::goods::Goods;
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

/// What a purchase of goods with so many in stock costs, and then what a refund of it does.
async fn bought_and_given_back(stock: Stock, count: u32) -> [(u32, u32, f64); 2] {
    let (store, world) = metered();
    world.earn(member(1), 0..1).await;
    let goods = Goods::of(&world, stock, count);
    let quote = goods.quote(1, member(1), 1);
    store.take();

    let purchase = world.buy(&quote, start()).await.unwrap();
    let buying = cost(store.take());
    let (tables, secrets) = (&world.tables, &world.house.secrets);
    let whose = (member(1), purchase.purchase_id);
    let codes = [purchase.codes[0].code_id];
    let reason = RefundReason::ChangedMind;
    let back = purchases::give_back(tables, secrets, whose, &codes, reason, start()).await;
    back.unwrap();
    [buying, cost(store.take())]
}

#[tokio::test]
async fn stocks_and_refunds_keep_their_budget() {
    let plain = bought_and_given_back(Stock::Unlimited {}, 0).await;
    assert_eq!(plain, [(1, 1, 6.0), (5, 1, 6.0)]);

    let limited = bought_and_given_back(Goods::five(), 5).await;
    assert_eq!(limited, [(1, 1, 8.0), (5, 1, 8.0)], "a counter more");

    let pooled = bought_and_given_back(Stock::Pool {}, 80).await;
    assert_eq!(
        pooled,
        [(2, 1, 12.0), (5, 1, 6.0)],
        "an entry and a mark more"
    );
}

#[tokio::test]
async fn reserving_and_releasing_a_code_keeps_its_budget() {
    let (store, world) = metered();
    world.earn(member(1), 0..1).await;
    let quote = world.house.quote(1, member(1), 1, start());
    let purchase = world.buy(&quote, start()).await.unwrap();
    let code = world.reveal(&purchase, start()).await.unwrap()[0]
        .1
        .to_string();
    let wish = Reservation {
        partner_id: world.partner(),
        reference: text("order-1"),
        until: start().plus(TimeDelta::minutes(5)),
        extends: false,
        now: start(),
    };
    let lookup = &world.house.secrets.lookup;
    store.take();

    let reserved = codes::reserve(&world.tables, lookup, &code, &wish).await;
    reserved.unwrap();
    assert_eq!(cost(store.take()), (0, 1, 1.0), "reserving");
    let (own, order) = (world.partner(), text("order-1"));
    let released = codes::release(&world.tables, lookup, &code, own, &order, start()).await;
    released.unwrap();
    assert_eq!(cost(store.take()), (0, 1, 1.0), "releasing");
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
