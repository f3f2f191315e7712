//! What DynamoDB refuses as invalid, the store in memory refuses as well.

use std::collections::HashMap;

use shared::table::{AttributeValue, Condition, Item, Key, Store, Write, number, text};

use super::pair::{Outcome, Pair, at, attributes, run};

fn always() -> Condition {
    Condition::All(Vec::new())
}

fn put(sk: &str, value: AttributeValue) -> Write {
    Write::put(at("p", sk), attributes(&[("value", value)]), always())
}

fn set(sk: &str, changes: &[(&'static str, AttributeValue)]) -> Write {
    Write::set(at("p", sk), changes.to_vec(), always())
}

/// Tries a write alone and beside a good one; both stores must agree.
async fn attempt(pair: &Pair, write: Write) -> bool {
    let alone = pair.outcome(std::slice::from_ref(&write)).await;
    let beside = pair.outcome(&[put("beside", number(1)), write]).await;
    pair.assert_equal_items().await;
    let done = matches!(alone, Outcome::Done(_));
    assert_eq!(
        done,
        matches!(beside, Outcome::Done(_)),
        "{alone:?} alone, {beside:?} beside"
    );
    done
}

fn nested(depth: usize) -> AttributeValue {
    (0..depth).fold(text("x"), |inner, _| AttributeValue::L(vec![inner]))
}

fn n(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

#[test]
fn values_of_every_type_are_taken_or_refused_alike() {
    run(async {
        let pair = Pair::new().await;
        let map = |name: &str| AttributeValue::M(HashMap::from([(name.to_owned(), number(1))]));
        let values = [
            (text(""), true),
            (text("x"), true),
            (AttributeValue::B(vec![]), true),
            (AttributeValue::Bool(false), true),
            (AttributeValue::Null(true), true),
            (AttributeValue::Null(false), false),
            (AttributeValue::L(vec![]), true),
            (AttributeValue::M(HashMap::new()), true),
            (map("a"), true),
            (AttributeValue::Ss(vec![]), false),
            (AttributeValue::Ns(vec![]), false),
            (AttributeValue::Bs(vec![]), false),
            (AttributeValue::Ss(vec!["a".to_owned(); 2]), false),
            (AttributeValue::Ns(vec!["1".to_owned(); 2]), false),
            (nested(31), true),
            (nested(40), false),
            (n(&"9".repeat(38)), true),
            (n(&"9".repeat(39)), false),
            (n(""), false),
            (n("x"), false),
            (n("-0x1"), false),
        ];
        for (value, valid) in values {
            assert_eq!(
                attempt(&pair, put("s", value.clone())).await,
                valid,
                "{value:?}"
            );
            assert_eq!(
                attempt(&pair, set("t", &[("value", value.clone())])).await,
                valid,
                "{value:?}"
            );
            let condition = Condition::Equals("value", value.clone());
            let outcome = pair
                .outcome(&[Write::delete(at("p", "none"), condition)])
                .await;
            assert_eq!(matches!(outcome, Outcome::Refused(_)), valid, "{value:?}");
        }
    });
}

#[test]
fn an_item_may_be_exactly_four_hundred_kilobytes() {
    run(async {
        let pair = Pair::new().await;
        let rest = "pkpskbvalue".len();
        let full = text("x".repeat(400 * 1024 - rest));
        let more = text("x".repeat(400 * 1024 - rest + 1));

        assert!(attempt(&pair, put("b", full.clone())).await);
        assert!(!attempt(&pair, put("b", more.clone())).await);
        assert!(
            !attempt(&pair, set("b", &[("w", text(""))])).await,
            "grown by one name"
        );
        assert!(attempt(&pair, set("b", &[("value", text(""))])).await);
        assert!(!attempt(&pair, set("c", &[("value", more)])).await);
        assert!(attempt(&pair, set("c", &[("value", full)])).await);
    });
}

#[test]
fn keys_changes_and_conditions_that_make_no_sense_are_refused() {
    run(async {
        let pair = Pair::new().await;
        let put_at = |key: Key| Write::put(key, Item::default(), always());
        for key in [
            at("", "s"),
            at("p", ""),
            at(&"p".repeat(2049), "s"),
            at("p", &"s".repeat(1025)),
        ] {
            assert!(!attempt(&pair, put_at(key.clone())).await);
            assert!(!attempt(&pair, Write::delete(key.clone(), always())).await);
            assert!(!attempt(&pair, Write::set(key, vec![("a", number(1))], always())).await);
        }
        assert!(!attempt(&pair, set("s", &[])).await, "nothing");
        assert!(
            !attempt(&pair, set("s", &[("a", number(1)), ("a", number(2))])).await,
            "twice"
        );
        assert!(
            !attempt(&pair, set("s", &[("pk", text("p"))])).await,
            "a key"
        );
        assert!(
            !attempt(&pair, set("s", &[("a", number(1)), ("sk", text("s"))])).await,
            "a key"
        );
        assert!(
            !attempt(&pair, set("s", &[("", number(1))])).await,
            "no name"
        );
        for value in [
            AttributeValue::Bool(true),
            AttributeValue::Null(true),
            AttributeValue::L(vec![]),
        ] {
            let above = Write::delete(at("p", "s"), Condition::Above("a", value));
            assert!(!attempt(&pair, above).await, "no order");
        }
    });
}

#[test]
fn a_hundred_writes_are_made_and_one_more_or_two_on_one_item_are_refused() {
    run(async {
        let pair = Pair::new().await;
        let writes: Vec<Write> = (0..101).map(|n| put(&format!("s{n}"), number(n))).collect();

        assert!(matches!(
            pair.outcome(&writes[..100]).await,
            Outcome::Done(None)
        ));
        assert_eq!(pair.outcome(&writes).await, Outcome::Broken);
        let twice = [
            put("s", number(1)),
            put("t", number(1)),
            set("s", &[("a", number(1))]),
        ];
        assert_eq!(pair.outcome(&twice).await, Outcome::Broken);
        let twice = [
            put("s", number(1)),
            Write::delete(at("p", "s"), Condition::Absent),
        ];
        assert_eq!(pair.outcome(&twice).await, Outcome::Broken);
        pair.assert_equal_items().await;
    });
}

#[test]
fn what_is_invalid_is_refused_before_any_condition_is_looked_at() {
    run(async {
        let pair = Pair::new().await;
        pair.fill(&[put("there", number(1))]).await;
        let fails = Write::create(at("p", "there"), Item::default());
        for invalid in [
            put("s", AttributeValue::Null(false)),
            put("", number(1)),
            set("s", &[]),
            put("there", number(1)),
            put("s", text("x".repeat(410 * 1024))),
        ] {
            assert_eq!(
                pair.outcome(&[fails.clone(), invalid.clone()]).await,
                Outcome::Broken,
                "{invalid:?}"
            );
        }
    });
}

/// The one place where the store in memory asks for more than DynamoDB.
#[test]
fn numbers_that_are_not_whole_are_taken_by_the_engine_and_refused_in_memory() {
    run(async {
        let engine = engine::Engine::from_environment().unwrap();
        let (fresh, memory) = (
            engine.fresh().await.unwrap(),
            shared::table::Memory::default(),
        );
        for digits in ["1.5", "01", "+1", "1e3", "-0"] {
            let write = [put("s", n(digits))];

            assert!(fresh.store.commit(&write).await.is_ok(), "{digits}");
            memory.commit(&write).await.unwrap_err();
        }
    });
}
