//! Selling what is limited: never more than there is, never more to a member than each may have, whoever races and whatever
//! gets lost.

use std::sync::Arc;

use shared::catalog::{Product, Stock};
use shared::error::{Error, Rejection};
use shared::purchases::Purchase;
use shared::stock;
use shared::store::Quote;
use shared::table::Tables;
use simulation::{at_once, member, start};
use tokio::task::JoinSet;

use super::clients::{insist, over, run};
use super::goods::{Goods, fund};
use super::world::World;

/// All of them buy at once.
async fn race(world: &Arc<World>, quotes: Vec<Quote>) -> Vec<Result<Purchase, Rejection>> {
    let mut buyers = JoinSet::new();
    for quote in quotes {
        let world = Arc::clone(world);
        buyers.spawn_local(async move { insist!(world.buy(&quote, start()).await) });
    }
    buyers.join_all().await
}

async fn two_hundred_buyers(seed: u64, stock: Stock) {
    let world = over(seed, 20);
    let goods = Goods::of(&world, stock, 5);
    for number in 0..200 {
        fund(&world, member(number));
    }
    let quotes = (0..200).map(|number| goods.quote(number, member(number), 1));

    let bought = race(&world, quotes.collect()).await;

    assert_eq!(bought.iter().filter(|bought| bought.is_ok()).count(), 5);
    let refusals = bought.iter().filter_map(|bought| bought.as_ref().err());
    for refusal in refusals {
        assert_eq!(refusal, &Rejection::SoldOut { left: 0 });
    }
    assert_eq!(goods.left(&world), 0);
    assert_eq!(world.books().codes().count(), 5);
}

#[test]
fn five_of_two_hundred_buyers_get_the_last_five_of_a_limited_stock() {
    for seed in 0..4 {
        run(two_hundred_buyers(seed, Goods::five()));
    }
}

#[test]
fn five_of_two_hundred_buyers_get_the_last_five_of_a_pool() {
    for seed in 0..4 {
        run(two_hundred_buyers(seed, Stock::Pool {}));
    }
}

#[test]
fn a_member_gets_no_more_than_each_may_have() {
    for seed in 0..20 {
        run(async move {
            let world = over(seed, 20);
            let goods = Goods::new(&world, Stock::Unlimited {}, 0, |product| Product {
                per_member_max: Some(2.try_into().unwrap()),
                ..product
            });
            world.earn(member(1), 0..6).await;
            let quotes = (0..6).map(|number| goods.quote(number, member(1), 1));

            let bought = race(&world, quotes.collect()).await;

            assert_eq!(bought.iter().filter(|bought| bought.is_ok()).count(), 2);
            for refusal in bought.into_iter().filter_map(Result::err) {
                let reached = Rejection::PerMemberLimit {
                    per_member_max: 2,
                    left: 0,
                };
                assert_eq!(refusal, reached);
            }
            let tables = Tables::new(Arc::clone(&world.memory));
            let product = goods.0.product_id;
            let held = at_once(stock::holdings(&tables, member(1), &[product])).unwrap();
            assert_eq!(held[&product], 2);
            world.books();
        });
    }
}

#[tokio::test]
async fn a_purchase_takes_what_one_shard_does_not_have_from_several() {
    for stock in [Goods::five(), Stock::Pool {}] {
        let world = World::quiet();
        let goods = Goods::of(&world, stock, 5);
        world.earn(member(1), 0..5).await;
        let quote = goods.quote(1, member(1), 4);

        let bought = world.buy(&quote, start()).await.unwrap();

        assert_eq!(bought.codes.len(), 4);
        assert_eq!(goods.left(&world), 1);
        let again = world.buy(&quote, start()).await.unwrap();
        assert_eq!(again, bought);
        let refused = world.buy(&goods.quote(2, member(1), 2), start()).await;
        let left = Rejection::SoldOut { left: 1 };
        // What is left costs less than the member has, and is not enough.
        world.earn(member(1), 5..6).await;
        assert!(
            matches!(refused, Err(Error::Rejected(rejection)) if rejection == left || matches!(rejection, Rejection::InsufficientTokens { .. }))
        );
        world.books();
    }
}

#[tokio::test]
async fn a_code_that_a_partner_brought_twice_is_sold_once() {
    let world = World::quiet();
    let goods = Goods::of(&world, Stock::Pool {}, 3);
    world.earn(member(1), 0..5).await;
    for number in 0..3 {
        let quote = goods.quote(number, member(1), 1);
        world.buy(&quote, start()).await.unwrap();
    }
    // The same three again, and one more.
    let goods = {
        let tables = Tables::new(Arc::clone(&world.memory));
        let product = goods.0.product_id;
        for shard in 0..stock::SHARDS {
            let gone = shared::table::Write::delete(
                stock::shard_key(product, shard),
                shared::table::Condition::All(Vec::new()),
            );
            at_once(tables.commit(&[gone])).unwrap();
        }
        Goods::again(&world, &goods, 4)
    };

    let bought = world.buy(&goods.quote(9, member(1), 1), start()).await;

    // The books are not asked: they find that sold codes came into a pool at all, which an import does not let happen.
    assert_eq!(bought.unwrap().codes[0].last4, "0003");
}
