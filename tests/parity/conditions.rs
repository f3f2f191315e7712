//! Every condition, on items that satisfy it and items that do not, alone and in company.

use serde_json::json;
use shared::table::{AttributeValue, Condition, Key, Store, Write, number, text};

use super::pair::{Outcome, Pair, at, attributes, run};

fn value(json: &serde_json::Value) -> AttributeValue {
    serde_dynamo::to_attribute_value(json).unwrap()
}

fn n(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

/// Values of every type, close to each other where a type has an order.
fn values() -> Vec<AttributeValue> {
    let largest = "9".repeat(38);
    vec![
        text(""),
        text("a"),
        text("b"),
        text("10"),
        text("9"),
        text("é"),
        n("0"),
        n("9"),
        n("10"),
        n("-10"),
        n(&largest),
        n(&format!("-{largest}")),
        n(&format!("{}8", "9".repeat(37))),
        AttributeValue::Bool(true),
        AttributeValue::Bool(false),
        AttributeValue::Null(true),
        AttributeValue::B(vec![]),
        AttributeValue::B(vec![1, 2]),
        AttributeValue::B(vec![1, 3]),
        value(&json!([1, "a", null])),
        value(&json!([1, "a"])),
        value(&json!({"a": 1, "b": {"c": [true]}})),
        value(&json!({"a": 1})),
        AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()]),
        AttributeValue::Ns(vec!["1".to_owned(), "2".to_owned()]),
    ]
}

/// The items that conditions are tried on: one for each value, one without the attribute, and none.
async fn filled() -> (Pair, Vec<Key>) {
    let pair = Pair::new().await;
    let mut keys = vec![at("p", "none"), at("p", "bare")];
    let mut writes = vec![Write::create(
        at("p", "bare"),
        attributes(&[("other", number(1))]),
    )];
    for (place, value) in values().into_iter().enumerate() {
        let key = at("p", &format!("item-{place:02}"));
        let item = attributes(&[("value", value), ("other", number(1)), ("seen", number(0))]);
        writes.push(Write::create(key.clone(), item));
        keys.push(key);
    }
    pair.fill(&writes).await;
    (pair, keys)
}

fn conditions() -> Vec<Condition> {
    let mut conditions = vec![
        Condition::Absent,
        Condition::Lacks("value"),
        Condition::Lacks("other"),
        Condition::All(vec![]),
        Condition::All(vec![Condition::All(vec![]), Condition::Lacks("value")]),
        Condition::All(vec![
            Condition::Equals("other", number(1)),
            Condition::Absent,
        ]),
    ];
    for value in values() {
        conditions.push(Condition::Equals("value", value.clone()));
        conditions.push(Condition::Above("value", value.clone()));
        conditions.push(Condition::AtLeast("value", value.clone()));
        conditions.push(Condition::AtMost("value", value.clone()));
        conditions.push(Condition::Any(vec![
            Condition::Lacks("value"),
            Condition::AtMost("value", value.clone()),
        ]));
        conditions.push(Condition::All(vec![
            Condition::Equals("other", number(1)),
            Condition::Above("value", value),
        ]));
    }
    conditions
}

#[test]
fn every_condition_on_every_item_holds_in_both_stores_or_in_none() {
    run(async {
        let (pair, keys) = filled().await;
        let (mut held, mut failed) = (0, 0);
        for condition in conditions() {
            for key in &keys[1..] {
                let change = vec![("seen", number(1))];
                match pair
                    .outcome(&[Write::set(key.clone(), change, condition.clone())])
                    .await
                {
                    Outcome::Done(_) => held += 1,
                    Outcome::Refused(_) => failed += 1,
                    _ => {}
                }
            }
            let here = keys[2].clone();
            pair.outcome(&[Write::delete(keys[0].clone(), condition.clone())])
                .await;
            pair.outcome(&[Write::put(
                here,
                attributes(&[("value", text(""))]),
                condition,
            )])
            .await;
        }
        assert!(held > 100 && failed > 100, "{held} held, {failed} failed");
        pair.assert_equal_items().await;
    });
}

#[test]
fn all_failed_conditions_of_a_transaction_are_reported_in_order_with_what_they_failed_on() {
    run(async {
        let (pair, keys) = filled().await;
        let fails = |key: &Key| {
            Write::set(
                key.clone(),
                vec![("seen", number(9))],
                Condition::Equals("seen", number(7)),
            )
        };
        let holds = |key: &Key| {
            Write::set(
                key.clone(),
                vec![("seen", number(9))],
                Condition::Equals("other", number(1)),
            )
        };
        for writes in [
            vec![fails(&keys[2]), holds(&keys[3])],
            vec![holds(&keys[2]), fails(&keys[3])],
            vec![fails(&keys[2]), fails(&keys[3]), fails(&keys[4])],
            vec![
                holds(&keys[2]),
                fails(&keys[0]),
                fails(&keys[1]),
                holds(&keys[3]),
            ],
        ] {
            assert!(matches!(pair.outcome(&writes).await, Outcome::Refused(_)));
        }
        pair.outcome(&[holds(&keys[2]), holds(&keys[3])]).await;
        pair.assert_equal_items().await;
    });
}

#[test]
fn items_that_are_not_there_are_created_by_a_set_and_survive_a_delete() {
    run(async {
        let pair = Pair::new().await;
        let (always, absent) = (Condition::All(Vec::new()), Condition::Absent);
        let set = |sk: &str, condition: &Condition| {
            Write::set(
                at("p", sk),
                vec![("a", number(1)), ("b", text("x"))],
                condition.clone(),
            )
        };
        for condition in [&always, &absent] {
            for writes in [
                vec![set("s1", condition)],
                vec![set("s2", condition), set("s3", condition)],
                vec![Write::delete(at("p", "missing"), condition.clone())],
                vec![
                    Write::delete(at("p", "gone"), condition.clone()),
                    set("s4", condition),
                ],
                vec![Write::delete(at("p", "s1"), condition.clone())],
                vec![Write::put(
                    at("p", "s1"),
                    attributes(&[]),
                    condition.clone(),
                )],
                vec![Write::delete(at("p", "s1"), Condition::Lacks("a"))],
            ] {
                pair.outcome(&writes).await;
                pair.assert_equal_items().await;
            }
        }
        let answered = pair.commit(&[set("s5", &always)]).await.unwrap();
        assert!(answered.is_some(), "a single update answers the item");
        let silent = pair.commit(&[set("s5", &always), set("s6", &always)]).await;
        assert_eq!(silent.unwrap(), None);
        assert_eq!(pair.commit(&[]).await.unwrap(), None);
    });
}

#[test]
fn an_attribute_may_be_called_what_the_language_of_conditions_reserves() {
    run(async {
        let pair = Pair::new().await;
        for name in [
            "state", "name", "a-b", "a.b", "a b", "#n0", ":v0", "é", "pk2", "1",
        ] {
            let key = at("p", "s");
            let set = Write::set(
                key.clone(),
                vec![(name, number(1))],
                Condition::All(Vec::new()),
            );
            pair.outcome(&[set]).await;
            let again = Write::set(
                key,
                vec![("other", number(1))],
                Condition::Equals(name, number(1)),
            );
            assert!(
                matches!(pair.outcome(&[again]).await, Outcome::Done(_)),
                "{name}"
            );
        }
    });
}
