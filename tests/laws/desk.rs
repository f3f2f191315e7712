//! The desk: what is done with a single code happens once, is noted once, and loses against whatever came first.

use chrono::TimeDelta;
use shared::audit::{self, Action, Record};
use shared::catalog::Stock;
use shared::codes::{self, Code, Life, Reservation, State, desk};
use shared::error::{Error, Rejection};
use shared::id::CodeId;
use shared::purchases;
use shared::time::Timestamp;
use simulation::{member, start, text};

use super::adjustments::act;
use super::clients::{insist, over, quiet, run};
use super::goods::Goods;
use super::world::World;

impl World {
    async fn revoke(&self, id: CodeId) -> Result<Code, Error> {
        desk::revoke(&self.tables, id, &text("lost"), &act(1)).await
    }

    async fn extend(&self, id: CodeId, until: Timestamp) -> Result<Code, Error> {
        desk::extend(&self.tables, id, until, &text("ill"), &act(1)).await
    }

    async fn exchange(&self, id: CodeId) -> Result<(Code, Code), Error> {
        let secrets = &self.house.secrets;
        purchases::exchange(&self.tables, secrets, id, &text("lost"), &act(1)).await
    }

    /// What is noted about codes.
    async fn notes(&self) -> Vec<Record> {
        let read = audit::records(&self.tables, start().month(), None, 100).await;
        let (records, _) = read.expect("a log");
        let is_of_desk = |record: &Record| record.subject.starts_with("cod_");
        records.into_iter().filter(is_of_desk).collect()
    }
}

/// A code of limited goods that a member bought, with its text.
async fn bought(world: &World, goods: &Goods) -> (CodeId, String) {
    world.earn(member(1), 0..1).await;
    let quote = goods.quote(1, member(1), 1);
    let purchase: Result<_, Rejection> = insist!(world.buy(&quote, start()).await);
    let purchase = purchase.unwrap();
    let shown = loop {
        if let Ok(shown) = world.reveal(&purchase, start()).await {
            break shown;
        }
    };
    (purchase.codes[0].code_id, shown[0].1.to_string())
}

fn code_of(error: Error) -> String {
    match error {
        Error::Rejected(rejection) => {
            let rejection = serde_json::to_value(rejection).unwrap();
            rejection["code"].as_str().unwrap().to_owned()
        }
        Error::Failed(failure) => panic!("{}", failure.chain()),
    }
}

#[test]
fn a_code_is_revoked_or_redeemed_and_never_both() {
    let (mut used, mut dead) = (0, 0);
    for seed in 0..300 {
        run(async {
            let world = over(seed, 20);
            let goods = Goods::of(&world, Goods::five(), 5);
            let (id, code) = bought(&world, &goods).await;

            let redeem = async {
                for _ in 0..seed % 12 {
                    tokio::task::yield_now().await;
                }
                let redeemed: Result<_, Rejection> =
                    insist!(world.redeem(world.partner(), &code, start()).await);
                redeemed.is_ok()
            };
            let revoke = async {
                let revoked: Result<_, Rejection> = insist!(world.revoke(id).await);
                revoked.is_ok()
            };
            let (redeemed, revoked) = tokio::join!(redeem, revoke);

            assert!(redeemed != revoked, "seed {seed}: both, or neither");
            let state = world.books().code(id).unwrap().state(start());
            let wanted = if redeemed {
                State::Redeemed
            } else {
                State::Revoked
            };
            assert_eq!(state, wanted, "seed {seed}");
            used += u32::from(redeemed);
            dead += u32::from(revoked);
        });
    }
    assert!(used > 20 && dead > 20, "{used} and {dead}");
}

#[test]
fn an_exchange_that_is_asked_for_again_has_one_successor_and_one_note() {
    for seed in 0..50 {
        run(async {
            let world = over(seed, 30);
            let goods = Goods::of(&world, Goods::five(), 5);
            let (id, code) = bought(&world, &goods).await;
            let ask = || async {
                let exchanged: Result<_, Rejection> = insist!(world.exchange(id).await);
                exchanged.unwrap().1.code_id
            };

            let (first, second, third) = tokio::join!(ask(), ask(), ask());

            assert_eq!((second, third), (first, first), "seed {seed}");
            let books = world.books();
            let alive = books.codes().filter(|code| code.life == Life::Issued);
            let alive: Vec<CodeId> = alive.map(|code| code.code_id).collect();
            assert_eq!(alive, [first], "seed {seed}");
            // It is in the place of the dead one, also among the five.
            assert_eq!(goods.left(&world), 4, "seed {seed}");
            let refused: Result<_, Rejection> =
                insist!(world.redeem(world.partner(), &code, start()).await);
            assert_eq!(refused.unwrap_err(), Rejection::CodeNotRedeemable);
        });
    }
}

#[test]
fn each_act_is_noted_once_with_what_was_and_what_is() {
    run(async {
        let world = quiet();
        let goods = Goods::of(&world, Goods::five(), 5);
        let (id, _) = bought(&world, &goods).await;
        let until = start().plus(TimeDelta::days(90));

        for _ in 0..2 {
            world.extend(id, until).await.unwrap();
        }
        for _ in 0..2 {
            world.revoke(id).await.unwrap();
        }

        let notes = world.notes().await;
        let mut actions: Vec<Action> = notes.iter().map(|note| note.action).collect();
        actions.sort_by_key(|action| *action == Action::RevokeCode);
        assert_eq!(actions, [Action::ExtendCode, Action::RevokeCode]);
        let of = |action| notes.iter().find(|note| note.action == action).unwrap();
        let extended = of(Action::ExtendCode);
        assert_eq!(extended.after["expires_at"], until.to_string());
        assert_eq!(extended.after["reason"], "ill");
        let revoked = of(Action::RevokeCode);
        assert_eq!(revoked.before["state"], "issued");
        assert_eq!(revoked.after["state"], "revoked");
        assert_eq!(revoked.subject, id.to_string());
    });
}

#[test]
fn a_code_that_is_over_or_reserved_is_left_alone() {
    run(async {
        let world = quiet();
        let goods = Goods::of(&world, Goods::five(), 5);
        let (id, code) = bought(&world, &goods).await;
        let until = start().plus(TimeDelta::days(90));
        let wish = Reservation {
            partner_id: world.partner(),
            reference: text("order-1"),
            until: start().plus(TimeDelta::minutes(5)),
            extends: false,
            now: start(),
        };
        let lookup = &world.house.secrets.lookup;
        codes::reserve(&world.tables, lookup, &code, &wish)
            .await
            .unwrap();

        let all = async || {
            [
                world.revoke(id).await.map_err(code_of).unwrap_err(),
                world.extend(id, until).await.map_err(code_of).unwrap_err(),
                world.exchange(id).await.map_err(code_of).unwrap_err(),
            ]
        };
        assert_eq!(all().await, ["CODE_RESERVED"; 3]);
        let redeemed = world.redeem(world.partner(), &code, start()).await;
        redeemed.unwrap();
        assert_eq!(all().await, ["CODE_NOT_OPEN"; 3]);
        assert!(
            world.notes().await.is_empty(),
            "what is refused is not noted"
        );
        let nothing = world.revoke(CodeId::new(uuid::Uuid::nil())).await;
        assert_eq!(code_of(nothing.unwrap_err()), "CODE_NOT_FOUND");
    });
}

#[test]
fn a_code_is_never_valid_for_less_and_never_for_more_than_two_years() {
    run(async {
        let world = quiet();
        let goods = Goods::of(&world, Goods::five(), 5);
        let (id, _) = bought(&world, &goods).await;
        let days = |days| start().plus(TimeDelta::days(days));

        let sooner = world.extend(id, days(29)).await.unwrap_err();
        let Error::Rejected(Rejection::CodeValidLonger { expires_at }) = sooner else {
            panic!("{sooner:?}");
        };
        assert_eq!(expires_at, days(30));
        assert_eq!(
            world.extend(id, days(30)).await.unwrap().expires_at,
            days(30)
        );
        for wrong in [start(), days(-1), days(732)] {
            let refused = world.extend(id, wrong).await.unwrap_err();
            assert_eq!(code_of(refused), "INVALID_BODY");
        }
        assert_eq!(
            world.extend(id, days(731)).await.unwrap().expires_at,
            days(731)
        );
    });
}

#[test]
fn a_code_is_exchanged_only_as_long_as_there_is_another() {
    run(async {
        let world = quiet();
        let goods = Goods::of(&world, Stock::Pool {}, 1);
        let (id, _) = bought(&world, &goods).await;

        let refused = world.exchange(id).await.unwrap_err();

        assert_eq!(code_of(refused), "SOLD_OUT");
        let life = world.books().code(id).map(|code| code.life.clone());
        assert_eq!(life, Some(Life::Issued));
        assert!(world.notes().await.is_empty());
    });
}
