//! Giving back: a code is used or paid back and never both, and what is paid back goes to where it came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;
use shared::amount::Rjv;
use shared::catalog::{Product, Remedy, Returns, Stock};
use shared::codes::State;
use shared::error::{Error, Rejection};
use shared::id::CodeId;
use shared::ledger::{Expiry, Lots, RefundReason};
use shared::purchases::{self, Answer, Case, CaseWhy, Decision, Ending, Problem, Purchase};
use shared::time::Timestamp;
use simulation::{member, start, text};

use super::adjustments::act;
use super::clients::{insist, over, run};
use super::goods::{Goods, returning};
use super::world::World;

type Endings = Vec<(CodeId, Ending)>;

impl World {
    async fn give_back(
        &self,
        purchase: &Purchase,
        codes: &[CodeId],
        reason: RefundReason,
        now: Timestamp,
    ) -> Result<Endings, Error> {
        let whose = (purchase.purchase_id.member, purchase.purchase_id);
        let secrets = &self.house.secrets;
        purchases::give_back(&self.tables, secrets, whose, codes, reason, now).await
    }

    async fn report_problem(&self, purchase: &Purchase, code_id: CodeId) -> Result<Answer, Error> {
        let problem = Problem {
            member_id: purchase.purchase_id.member,
            purchase_id: purchase.purchase_id,
            code_id,
            note: text("The till said no."),
            at: start(),
        };
        let reported = purchases::report(&self.tables, &self.house.secrets, &problem).await;
        reported.map(|(answer, _)| answer)
    }
}

fn ids(purchase: &Purchase) -> Vec<CodeId> {
    purchase.codes.iter().map(|code| code.code_id).collect()
}

/// A member with so many codes of some goods.
async fn bought(world: &World, goods: &Goods, quantity: u32) -> Purchase {
    world.earn(member(1), 0..quantity).await;
    let quote = goods.quote(1, member(1), quantity);
    let bought: Result<_, Rejection> = insist!(world.buy(&quote, start()).await);
    bought.unwrap()
}

#[test]
fn a_code_is_redeemed_or_refunded_and_never_both() {
    let (mut redeemed, mut refunded) = (0, 0);
    for seed in 0..1000 {
        run(async {
            let world = over(seed, 20);
            let goods = Goods::of(&world, Goods::five(), 5);
            let purchase = bought(&world, &goods, 1).await;
            let text = loop {
                if let Ok(codes) = world.reveal(&purchase, start()).await {
                    break codes[0].1.to_string();
                }
            };
            let (own, codes) = (world.partner(), ids(&purchase));

            let redeem = async {
                let redeemed: Result<_, Rejection> =
                    insist!(world.redeem(own, &text, start()).await);
                redeemed.is_ok()
            };
            let refund = async {
                let reason = RefundReason::ChangedMind;
                let refunded: Result<Endings, Rejection> =
                    insist!(world.give_back(&purchase, &codes, reason, start()).await);
                refunded.is_ok()
            };
            let (used, back) = tokio::join!(redeem, refund);

            assert!(
                used != back,
                "seed {seed}: redeemed {used}, refunded {back}"
            );
            let (balance, left) = if back { (25, 5) } else { (5, 4) };
            assert_eq!(world.balance(member(1)), Rjv::whole(balance), "seed {seed}");
            assert_eq!(goods.left(&world), left, "seed {seed}");
            redeemed += u32::from(used);
            refunded += u32::from(back);
        });
    }
    assert!(
        redeemed > 100 && refunded > 100,
        "{redeemed} and {refunded}"
    );
}

#[test]
fn a_code_is_refunded_once_however_often_that_is_asked_for() {
    for seed in 0..50 {
        run(async move {
            let world = over(seed, 30);
            let goods = Goods::new(&world, Goods::five(), 5, |product| Product {
                per_member_max: Some(3.try_into().unwrap()),
                ..product
            });
            let purchase = bought(&world, &goods, 2).await;
            let codes = ids(&purchase);
            let ask = || async {
                let reason = RefundReason::ChangedMind;
                let refunded: Result<Endings, Rejection> =
                    insist!(world.give_back(&purchase, &codes, reason, start()).await);
                refunded.unwrap()
            };

            let (first, second, third) = tokio::join!(ask(), ask(), ask());

            assert_eq!((&second, &third), (&first, &first));
            assert_eq!(world.balance(member(1)), Rjv::whole(50));
            assert_eq!(goods.left(&world), 5);
            let books = world.books();
            assert_eq!(books.entries(member(1)).len(), 2 + 1 + 2);
            assert!(
                books
                    .codes()
                    .all(|code| code.state(start()) == State::Refunded)
            );
        });
    }
}

#[tokio::test]
async fn a_problem_gets_another_code_twice_and_then_somebody_looks_at_it() {
    let world = World::quiet();
    let goods = Goods::of(&world, Stock::Pool {}, 6);
    let purchase = bought(&world, &goods, 3).await;
    let codes = ids(&purchase);

    for code in &codes[..2] {
        let answer = world.report_problem(&purchase, *code).await.unwrap();
        assert!(
            matches!(&answer, Answer::Ended(Ending::Replaced(_))),
            "{answer:?}"
        );
        assert_eq!(
            world.report_problem(&purchase, *code).await.unwrap(),
            answer
        );
    }
    let answer = world.report_problem(&purchase, codes[2]).await.unwrap();
    let Answer::Case(case) = &answer else {
        panic!("{answer:?}");
    };
    assert_eq!(case.why, CaseWhy::TooMany);
    assert_eq!(
        world.report_problem(&purchase, codes[2]).await.unwrap(),
        answer
    );
    assert_eq!(goods.left(&world), 1);

    let (id, reason) = (Case::id_of(codes[2]), text("As good as gold."));
    let decide = |decision| {
        let act = act(91);
        let (tables, secrets, reason) = (&world.tables, &world.house.secrets, &reason);
        async move { purchases::decide_case(tables, secrets, id, (decision, reason), &act).await }
    };
    let decided = decide(Decision::Refund).await.unwrap();
    assert!(matches!(decided.1, Some(Ending::Refunded { .. })));
    assert_eq!(decide(Decision::Refund).await.unwrap(), decided);
    let other = decide(Decision::Refuse).await;
    assert!(matches!(
        other,
        Err(Error::Rejected(Rejection::CaseDecided { .. }))
    ));
    assert_eq!(world.balance(member(1)), Rjv::whole(75 - 40));
    world.books();
}

#[tokio::test]
async fn a_code_of_a_partners_own_that_was_seen_is_not_given_back_for_a_change_of_mind() {
    let world = World::quiet();
    let goods = Goods::of(&world, Stock::Pool {}, 3);
    let purchase = bought(&world, &goods, 2).await;
    let codes = ids(&purchase);
    let mind = RefundReason::ChangedMind;

    let unseen = world.give_back(&purchase, &codes[..1], mind, start()).await;
    assert!(unseen.is_ok());
    let seen = world.reveal(&purchase, start()).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].1.to_string().starts_with("GOOD-"));
    let refused = world.give_back(&purchase, &codes, mind, start()).await;
    assert!(matches!(
        refused,
        Err(Error::Rejected(Rejection::CodeRevealed))
    ));
    world.books();
}

#[tokio::test]
async fn what_ran_out_is_replaced_once_if_the_product_says_so() {
    let world = World::quiet();
    let goods = Goods::new(
        &world,
        Stock::Unlimited {},
        0,
        returning(Returns {
            expired: Remedy::Replace,
            ..Returns::default()
        }),
    );
    let purchase = bought(&world, &goods, 1).await;
    let (codes, expired) = (ids(&purchase), RefundReason::Expired);
    let late = start().plus(TimeDelta::days(31));

    let early = world.give_back(&purchase, &codes, expired, start()).await;
    assert!(matches!(
        early,
        Err(Error::Rejected(Rejection::CodeNotReturnable { .. }))
    ));
    let back = world
        .give_back(&purchase, &codes, expired, late)
        .await
        .unwrap();
    let Ending::Replaced(born) = &back[0].1 else {
        panic!("{back:?}");
    };
    assert_eq!(born.first(), codes[0]);
    assert_eq!(born.state(late), State::Issued);
    let later = late.plus(TimeDelta::days(31));
    let again = world
        .give_back(&purchase, &[born.code_id], expired, later)
        .await;
    assert!(matches!(
        again,
        Err(Error::Rejected(Rejection::ReturnRefused))
    ));
}

proptest! {
    #[test]
    fn tokens_come_back_into_the_lots_they_were_taken_from(
        amounts in prop::collection::vec(1_u64..400, 1..6),
        count in 1_u32..8,
        months_later in 0_u32..8,
    ) {
        let micros = |amount| Rjv::from_micros(amount * 10_000).unwrap();
        let lots = amounts.iter().zip(0_u32..).fold(Lots::default(), |lots, (amount, month)| {
            lots.plus(&Lots::one(Expiry::months_after(start(), month), micros(*amount))).unwrap()
        });
        let total = lots.total().unwrap();
        let prices = total.split(count);
        prop_assert_eq!(Rjv::checked_sum(prices.iter().copied()), Some(total));
        let now = start().plus(TimeDelta::days(i64::from(months_later) * 31));
        let earliest = Expiry::months_after(now, 1);

        let mut back = Lots::default();
        for index in 0..prices.len() {
            // A code of less than a hundredth of a token takes nothing, and so nothing comes back for it.
            let share = lots.share(&prices, index).unwrap();
            back = back.plus(&share.with_grace(now).unwrap()).unwrap();
        }

        let mut wanted: BTreeMap<Expiry, u64> = BTreeMap::new();
        for (expiry, amount) in lots.iter() {
            *wanted.entry(expiry.max(earliest)).or_default() += amount.micros();
        }
        let back: BTreeMap<Expiry, u64> = back.iter().map(|(expiry, amount)| (expiry, amount.micros())).collect();
        prop_assert_eq!(back, wanted);
    }
}
