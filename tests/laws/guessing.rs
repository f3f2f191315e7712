//! Guessing: who shows wrong codes is locked out, that costs next to nothing, and right codes cost what they always did.

use chrono::TimeDelta;
use engine::capacity::Spent;
use shared::error::Rejection;
use shared::guesses::{self, Guesser, Sighting};
use shared::partners::ApiKey;
use simulation::start;

use super::till::{PARTNER, Till, guesser, said};

/// A text that is no code, but passes for one of a partner.
fn guess(number: u32) -> String {
    format!("GUESS-{number}")
}

fn requests(spent: Spent) -> (u32, u32) {
    (spent.reads, spent.writes)
}

fn is_locked(rejection: Option<&Rejection>) -> bool {
    matches!(rejection, Some(Rejection::TooManyGuesses { .. }))
}

#[tokio::test]
async fn ten_thousand_guesses_of_one_caller_cost_the_writes_of_a_few() {
    let (till, someone) = (Till::open(), guesser("k", Some("192.0.2.1"), Some("c")));
    let guesses = till.guesses();
    let mut refused = 0;

    // Almost three hours, a guess each second: locked for 1, 2, 4, ... minutes after every five.
    for number in 0..10_000 {
        let now = start().plus(TimeDelta::seconds(number.into()));
        let outcome = till.show(&guesses, &someone, &guess(number), now).await;
        if is_locked(said(&outcome)) {
            refused += 1;
        } else {
            assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
        }
    }

    let spent = till.store.take();
    assert_eq!(requests(spent), (40, 40));
    assert_eq!(refused, 9_960);
}

#[tokio::test]
async fn ten_thousand_guesses_at_once_are_five() {
    let (till, someone) = (Till::open(), guesser("k", Some("192.0.2.1"), Some("c")));
    let guesses = till.guesses();
    for number in 0..10_000 {
        let _ = till.show(&guesses, &someone, &guess(number), start()).await;
    }
    assert_eq!(requests(till.store.take()), (5, 5));
}

#[tokio::test]
async fn a_code_that_came_to_its_end_is_no_guess() {
    let (till, someone) = (Till::open(), guesser("k", Some("192.0.2.1"), Some("c")));
    let (guesses, code) = (till.guesses(), till.sell(0).await);
    till.redeem(PARTNER, &code, "another", start())
        .await
        .unwrap();
    let before = till.store.memory().items();

    for _ in 0..200 {
        let outcome = till.show(&guesses, &someone, &code, start()).await;
        assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
    }

    assert!(till.store.memory().items() == before, "nobody is counted");
    let fresh = till.sell(1).await;
    till.show(&guesses, &someone, &fresh, start())
        .await
        .unwrap();
}

#[tokio::test]
async fn customers_addresses_and_keys_are_locked_each_by_itself() {
    for (wanted, guessers) in [
        (
            5,
            (|n| guesser(&n.to_string(), Some(&n.to_string()), Some("c"))) as fn(u32) -> Guesser,
        ),
        (20, |n| {
            guesser(&n.to_string(), Some("192.0.2.1"), Some(&n.to_string()))
        }),
        (100, |n| {
            guesser("k", Some(&n.to_string()), Some(&n.to_string()))
        }),
    ] {
        let till = Till::open();
        let guesses = till.guesses();
        let mut looked_at = 0;
        for number in 1..=1_000 {
            let someone = guessers(number);
            let outcome = till.show(&guesses, &someone, &guess(number), start()).await;
            looked_at += u32::from(!is_locked(said(&outcome)));
        }
        assert_eq!(looked_at, wanted);
    }
}

#[tokio::test]
async fn a_right_code_is_one_request_and_a_wrong_one_a_read_and_a_write() {
    let (till, someone) = (Till::open(), guesser("k", Some("192.0.2.1"), Some("c")));
    let (guesses, code) = (till.guesses(), till.sell(0).await);

    let outcome = till
        .show(&guesses, &someone, "000000-000000-000000", start())
        .await;
    assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
    assert_eq!(requests(till.store.take()), (1, 1), "mistyped");

    till.show(&guesses, &someone, &code, start()).await.unwrap();
    assert_eq!(requests(till.store.take()), (0, 1), "right");

    till.show(&guesses, &someone, &code, start()).await.unwrap();
    assert_eq!(requests(till.store.take()), (0, 1), "right, and again");

    till.sell_imported("SPA-2026-X1").await;
    till.show(&guesses, &someone, "spa 2026 x1", start())
        .await
        .unwrap();
    assert_eq!(
        requests(till.store.take()),
        (1, 1),
        "right, of the partner's own"
    );
}

#[tokio::test]
async fn a_right_code_is_not_looked_at_while_its_caller_is_locked_out_and_works_afterwards() {
    let (till, someone) = (Till::open(), guesser("k", None, Some("c")));
    let (guesses, code) = (till.guesses(), till.sell(0).await);
    for number in 0..5 {
        let _ = till.show(&guesses, &someone, &guess(number), start()).await;
    }
    till.store.take();

    let just = start().plus(TimeDelta::milliseconds(59_999));
    let locked = till.show(&guesses, &someone, &code, just).await;

    let retry_at = start().plus(TimeDelta::minutes(1));
    assert_eq!(said(&locked), Some(&Rejection::TooManyGuesses { retry_at }));
    assert_eq!(requests(till.store.take()), (0, 0));
    till.show(&guesses, &someone, &code, retry_at)
        .await
        .unwrap();
    // Who shares the key is not locked out.
    let other = guesser("k", None, Some("d"));
    let outcome = till.show(&guesses, &other, &guess(9), just).await;
    assert_eq!(said(&outcome), Some(&Rejection::CodeNotRedeemable));
}

#[tokio::test]
async fn another_process_learns_of_a_lock_by_its_first_wrong_code_and_writes_nothing() {
    let (till, someone) = (Till::open(), guesser("k", Some("192.0.2.1"), Some("c")));
    let first = till.guesses();
    for number in 0..5 {
        let _ = till.show(&first, &someone, &guess(number), start()).await;
    }
    let before = till.store.memory().items();

    let second = till.guesses();
    let outcome = till.show(&second, &someone, &guess(9), start()).await;

    assert!(is_locked(said(&outcome)), "{outcome:?}");
    assert!(till.store.memory().items() == before);
    till.store.take();
    let outcome = till.show(&second, &someone, &guess(9), start()).await;
    assert!(is_locked(said(&outcome)), "{outcome:?}");
    assert_eq!(requests(till.store.take()), (0, 0));
}

#[tokio::test]
async fn what_the_authorizer_reads_with_the_key_is_known_everywhere() {
    let till = Till::open();
    let (guesses, key) = (till.guesses(), ApiKey::new([7; 32]));
    let someone = guesser(&key.digest(), Some("192.0.2.1"), None);
    for number in 0..20 {
        let _ = till.show(&guesses, &someone, &guess(number), start()).await;
    }
    till.store.take();

    // Not a live key: nothing is told. That a live one is told everything, the edge shows.
    let nobody = guesses::authorize(&till.tables, &key, Some("192.0.2.1"))
        .await
        .unwrap();
    assert_eq!(nobody, None);
    assert_eq!(requests(till.store.take()), (1, 0));

    let seen = till
        .store
        .memory()
        .items()
        .into_iter()
        .filter(|(key, _)| key.pk.starts_with("guess#source#"));
    let counter = seen
        .map(|(_, item)| shared::table::read(item).unwrap())
        .next();
    let told = Guesser {
        seen: vec![Sighting {
            subject: someone.subjects[1].clone(),
            counter,
        }],
        ..someone
    };
    let outcome = till.show(&till.guesses(), &told, &guess(9), start()).await;
    assert!(is_locked(said(&outcome)), "{outcome:?}");
    assert_eq!(requests(till.store.take()), (0, 0));
}
