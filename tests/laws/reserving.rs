//! Reserving and ending codes: who may use a code, and that of any two ends at most one comes about.

use chrono::TimeDelta;
use proptest::prelude::*;
use shared::codes::{self, Code, Life, State};
use shared::error::{Error, Rejection};
use shared::id::EntryId;
use shared::time::Timestamp;
use simulation::{start, text};

use super::till::{PARTNER, STRANGER, Till, said};

fn minutes(count: i64) -> Timestamp {
    start().plus(TimeDelta::minutes(count))
}

#[tokio::test]
async fn a_reserved_code_is_redeemed_under_its_reference_only_until_the_reservation_is_over() {
    let till = Till::open();
    let code = till.sell(0).await;
    let reserved = till
        .reserve(&code, "a", (15, false), start())
        .await
        .unwrap();
    assert_eq!(
        reserved.reservation(start()),
        Some((&text("a"), minutes(15)))
    );

    let reserved_until = minutes(15);
    let held = Some(Rejection::CodeReserved { reserved_until });
    let just = minutes(15).plus(TimeDelta::milliseconds(-1));
    let other = till.redeem(PARTNER, &code, "b", just).await;
    assert_eq!(said(&other), held.as_ref());
    let other = till.reserve(&code, "b", (15, false), just).await;
    assert_eq!(said(&other), held.as_ref());
    // A stranger learns nothing of it.
    let stranger = till.redeem(STRANGER, &code, "a", just).await;
    assert_eq!(said(&stranger), Some(&Rejection::CodeNotRedeemable));
    // Whoever asks what the code is worth is told who may use it.
    let seen = till.validate(PARTNER, &code, just).await.unwrap();
    assert_eq!(seen.reservation(just), Some((&text("a"), reserved_until)));
    for write in [
        codes::revoke(till.id(0), &text("Lost."), just),
        codes::refund(till.id(0), entry(), just),
        codes::replace(till.id(0), till.id(1), just),
        codes::extend(till.id(0), seen.expires_at, minutes(9_999), just),
    ] {
        assert!(!till.step(write).await, "a reserved code was changed");
    }

    till.redeem(PARTNER, &code, "b", minutes(15)).await.unwrap();
}

#[tokio::test]
async fn asking_again_under_a_reference_answers_the_same() {
    let till = Till::open();
    let code = till.sell(0).await;
    let first = till
        .reserve(&code, "a", (15, false), start())
        .await
        .unwrap();
    assert_eq!(
        till.reserve(&code, "a", (60, false), minutes(3))
            .await
            .unwrap(),
        first
    );

    let extended = till
        .reserve(&code, "a", (20, true), minutes(10))
        .await
        .unwrap();
    assert_eq!(extended.reserved_until, Some(minutes(30)));
    assert_eq!(
        till.reserve(&code, "a", (60, true), minutes(11))
            .await
            .unwrap(),
        extended,
        "once"
    );

    let released = till.release(&code, "a", minutes(12)).await.unwrap();
    assert_eq!(released.reservation(minutes(12)), None);
    assert_eq!(
        till.release(&code, "a", minutes(13)).await.unwrap(),
        released
    );
    // What is over cannot be extended, and somebody else's reservation not be released.
    let late = till.reserve(&code, "a", (15, true), minutes(13)).await;
    assert_eq!(said(&late), Some(&Rejection::CodeNotReserved));
    let other = till
        .reserve(&code, "b", (15, false), minutes(14))
        .await
        .unwrap();
    assert_eq!(till.release(&code, "a", minutes(15)).await.unwrap(), other);

    let used = till.redeem(PARTNER, &code, "b", minutes(16)).await.unwrap();
    assert_eq!(
        till.reserve(&code, "b", (15, false), minutes(17))
            .await
            .unwrap(),
        used
    );
    assert_eq!(till.release(&code, "b", minutes(17)).await.unwrap(), used);
    for outcome in [
        till.reserve(&code, "c", (15, false), minutes(17)).await,
        till.release(&code, "c", minutes(17)).await,
    ] {
        assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
    }
}

#[tokio::test]
async fn an_extension_never_shortens_and_a_code_that_ran_out_is_not_reserved() {
    let till = Till::open();
    let code = till.sell(0).await;
    till.reserve(&code, "a", (60, false), start())
        .await
        .unwrap();
    let kept = till
        .reserve(&code, "a", (5, true), minutes(1))
        .await
        .unwrap();
    assert_eq!(
        (kept.reserved_until, kept.reservation_extended),
        (Some(minutes(60)), false)
    );

    let late = till.reserve(&code, "a", (5, false), minutes(24 * 60)).await;
    assert!(matches!(said(&late), Some(Rejection::CodeExpired { .. })));
}

fn entry() -> EntryId {
    EntryId {
        member: simulation::member(1),
        seq: 2,
    }
}

/// The ways in which a code ends without being used.
async fn end(till: &Till, way: u32, now: Timestamp) -> bool {
    let write = match way {
        0 => codes::revoke(till.id(0), &text("Lost."), now),
        1 => codes::refund(till.id(0), entry(), now),
        _ => codes::replace(till.id(0), till.id(1), now),
    };
    till.step(write).await
}

#[tokio::test]
async fn a_code_ends_once_and_what_ended_looks_unknown() {
    for way in 0..3 {
        let till = Till::open();
        let code = till.sell(0).await;
        assert!(end(&till, way, start()).await);
        for other in 0..3 {
            assert!(!end(&till, other, start()).await, "{way} and then {other}");
        }
        let unknown = till.text(99);
        for partner in [PARTNER, STRANGER] {
            for shown in [&code, &unknown] {
                let redeemed = till.redeem(partner, shown, "a", start()).await;
                let seen = till.validate(partner, shown, start()).await;
                for outcome in [redeemed, seen] {
                    assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
                }
            }
        }
        let reserved = till.reserve(&code, "a", (5, false), start()).await;
        assert_eq!(said(&reserved), Some(&Rejection::CodeNotRedeemable));

        let used = Till::open();
        let code = used.sell(0).await;
        used.redeem(PARTNER, &code, "a", start()).await.unwrap();
        assert!(!end(&used, way, start()).await, "a used code ended again");
    }
}

#[tokio::test]
async fn a_partners_own_code_is_found_in_any_spelling_and_by_that_partner_only() {
    let till = Till::open();
    let id = till.sell_imported("Spa-2026-x1").await;
    for spelling in ["spa2026x1", " SPA 2026 X1 ", "S-P-A-2026X1"] {
        assert_eq!(
            till.validate(PARTNER, spelling, start())
                .await
                .unwrap()
                .code_id,
            id
        );
        let stranger = till.validate(STRANGER, spelling, start()).await;
        assert_eq!(said(&stranger), Some(&Rejection::CodeNotRedeemable));
    }
    till.reserve("spa2026x1", "a", (5, false), start())
        .await
        .unwrap();
    let used = till
        .redeem(PARTNER, "SPA2026X1", "a", start())
        .await
        .unwrap();
    assert_eq!((used.code_id, used.state(start())), (id, State::Redeemed));
}

#[derive(Clone, Debug)]
enum Step {
    Reserve(u8, i64),
    Extend(u8, i64),
    Release(u8),
    Redeem(u8),
    Revoke,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, long) = (0_u8..3, 1_i64..=60);
    prop_oneof![
        (who.clone(), long.clone()).prop_map(|(who, long)| Step::Reserve(who, long)),
        (who.clone(), long.clone()).prop_map(|(who, long)| Step::Extend(who, long)),
        who.clone().prop_map(Step::Release),
        who.prop_map(Step::Redeem),
        Just(Step::Revoke),
        long.prop_map(Step::Wait),
    ]
}

/// What has to be so, told without a table.
#[derive(Default)]
struct Story {
    held: Option<(u8, Timestamp, bool)>,
    end: Option<End>,
}

/// How a life ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Revoked,
    Redeemed(u8),
}

impl Story {
    fn holder(&self, now: Timestamp) -> Option<u8> {
        self.held
            .filter(|(_, until, _)| *until > now)
            .map(|(who, ..)| who)
    }

    /// Whether the step succeeds; it happens then.
    fn tell(&mut self, step: &Step, now: Timestamp) -> bool {
        let (end, holder) = (self.end, self.holder(now));
        let until = |long: i64| now.plus(TimeDelta::minutes(long));
        match *step {
            Step::Wait(_) => true,
            Step::Revoke if end.is_none() && holder.is_none() => {
                self.end = Some(End::Revoked);
                true
            }
            Step::Reserve(who, _)
            | Step::Extend(who, _)
            | Step::Release(who)
            | Step::Redeem(who)
                if end.is_some() =>
            {
                end == Some(End::Redeemed(who))
            }
            Step::Redeem(who) if holder.is_none_or(|holder| holder == who) => {
                self.end = Some(End::Redeemed(who));
                true
            }
            Step::Reserve(who, long) if holder.is_none() => {
                self.held = Some((who, until(long), false));
                true
            }
            Step::Extend(who, long) if holder == Some(who) => {
                self.held = self.held.map(|(who, before, was)| {
                    if was || until(long) < before {
                        (who, before, was)
                    } else {
                        (who, until(long), true)
                    }
                });
                true
            }
            Step::Reserve(who, _) => holder == Some(who),
            Step::Release(who) => {
                if holder == Some(who) {
                    self.held = None;
                }
                true
            }
            Step::Extend(..) | Step::Redeem(_) | Step::Revoke => false,
        }
    }
}

async fn make(till: &Till, code: &str, step: &Step, now: Timestamp) -> Result<Option<Code>, Error> {
    let name = |who: u8| format!("till-{who}");
    let code = match *step {
        Step::Wait(_) => return Ok(None),
        Step::Revoke => {
            let is_made = end(till, 0, now).await;
            return if is_made {
                Ok(None)
            } else {
                Err(Rejection::CodeNotRedeemable.into())
            };
        }
        Step::Reserve(who, long) => till.reserve(code, &name(who), (long, false), now).await,
        Step::Extend(who, long) => till.reserve(code, &name(who), (long, true), now).await,
        Step::Release(who) => till.release(code, &name(who), now).await,
        Step::Redeem(who) => till.redeem(PARTNER, code, &name(who), now).await,
    };
    code.map(Some)
}

proptest! {
    #[test]
    fn a_code_goes_as_its_story_is_told(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (till, mut story, mut now) = (Till::open(), Story::default(), start());
            let code = till.sell(0).await;
            for step in &steps {
                if let Step::Wait(long) = step {
                    now = now.plus(TimeDelta::minutes(*long));
                }
                let expected = story.tell(step, now);
                let outcome = make(&till, &code, step, now).await;
                prop_assert_eq!(said(&outcome).is_none(), expected, "{:?} after {:?}: {:?}", step, steps, outcome);
                if let Ok(Some(Code { life: Life::Issued, .. })) = &outcome {
                    let held = outcome.as_ref().unwrap().as_ref().unwrap();
                    let held = held.reservation(now).map(|(_, until)| until);
                    prop_assert_eq!(held, story.held.filter(|(_, until, _)| *until > now).map(|(_, until, _)| until));
                }
            }
            Ok(())
        })?;
    }
}
