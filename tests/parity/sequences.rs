//! Random sequences of commands over few keys and few values, so that conditions hold and fail often.

use proptest::prelude::*;
use shared::table::{
    Action, AttributeValue, Condition, Key, Query, Store, Table, Write, number, text,
};

use super::pair::{Pair, attributes, run};

#[derive(Clone, Debug)]
enum Command {
    Get(Vec<Key>),
    Query(Query),
    Commit(Vec<Write>),
}

fn key() -> impl Strategy<Value = Key> {
    let table = prop_oneof![Just(Table::Ledger), Just(Table::Members)];
    (table, prop_oneof!["p", "q"], prop_oneof!["a", "a#1", "b"]).prop_map(|(table, pk, sk)| Key {
        table,
        pk,
        sk,
    })
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("seq"), Just("state"), Just("note")]
}

fn value() -> impl Strategy<Value = AttributeValue> {
    prop_oneof![
        4 => (0_u64..3).prop_map(number),
        3 => "[ab]{0,2}".prop_map(text),
        1 => Just(AttributeValue::Bool(true)),
        1 => Just(AttributeValue::Null(true)),
        1 => Just(text("x".repeat(1500))),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let one = prop_oneof![
        3 => Just(Condition::All(Vec::new())),
        3 => Just(Condition::Absent),
        3 => (name(), value()).prop_map(|(name, value)| Condition::Equals(name, value)),
        2 => (name(), value()).prop_map(|(name, value)| Condition::Above(name, value)),
        2 => (name(), value()).prop_map(|(name, value)| Condition::AtLeast(name, value)),
        2 => (name(), value()).prop_map(|(name, value)| Condition::AtMost(name, value)),
        2 => name().prop_map(Condition::Lacks),
    ];
    one.prop_recursive(2, 4, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(inner, 1..3).prop_map(Condition::Any),
        ]
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        3 => prop::collection::btree_map(name(), value(), 0..3)
            .prop_map(|map| Action::Put(attributes(&map.into_iter().collect::<Vec<_>>()))),
        3 => prop::collection::vec((name(), value()), 1..3).prop_map(Action::Set),
        // Never to what may be a text: where a condition fails as well, the engine names either.
        2 => (-3_i64..4).prop_map(|more| Action::Add(vec![("count", more)])),
        1 => Just(Action::Delete),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let write = (key(), action(), condition()).prop_map(|(key, action, condition)| Write {
        key,
        action,
        condition,
    });
    let query = (
        key(),
        "a?#?",
        any::<bool>(),
        1_usize..4,
        prop::option::of(prop_oneof!["a", "a#1", "b"]),
    )
        .prop_map(|(key, prefix, descending, limit, after)| Query {
            table: key.table,
            pk: key.pk,
            prefix,
            descending,
            after,
            limit,
        });
    prop_oneof![
        2 => prop::collection::vec(key(), 0..4).prop_map(Command::Get),
        2 => query.prop_map(Command::Query),
        6 => prop::collection::vec(write, 0..4).prop_map(Command::Commit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_has_the_same_answers_and_leaves_the_same_items(commands in prop::collection::vec(command(), 1..25)) {
        run(async {
            let pair = Pair::new().await;
            for command in &commands {
                // The pair compares; what the answer is does not matter here.
                match command {
                    Command::Get(keys) => drop(pair.get_many(keys).await),
                    Command::Query(query) => drop(pair.query(query).await),
                    Command::Commit(writes) => drop(pair.commit(writes).await),
                }
            }
            pair.assert_equal_items().await;
        });
    }
}
