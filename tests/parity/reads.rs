//! Reading items by their keys.

use shared::table::{Condition, Key, Store, Table, Write, text};

use super::pair::{Pair, at, attributes, run};

fn always() -> Condition {
    Condition::All(Vec::new())
}

fn put(key: Key, name: &str) -> Write {
    Write::put(key, attributes(&[("name", text(name))]), always())
}

#[test]
fn one_item_many_items_and_missing_ones_come_in_the_order_that_was_asked() {
    run(async {
        let pair = Pair::new().await;
        let there: Vec<Key> = (0..5).map(|n| at("p", &format!("s{n}"))).collect();
        let writes: Vec<Write> = there.iter().map(|key| put(key.clone(), &key.sk)).collect();
        pair.fill(&writes).await;

        assert_eq!(pair.get_many(&[]).await.unwrap(), []);
        let one = pair.get_many(&there[..1]).await.unwrap();
        assert!(one[0].is_some());
        let none = pair.get_many(&[at("p", "missing")]).await.unwrap();
        assert_eq!(none, [None]);
        let mut mixed = vec![
            at("q", "s0"),
            there[3].clone(),
            at("p", "s9"),
            there[0].clone(),
        ];
        let found = pair.get_many(&mixed).await.unwrap();
        assert_eq!(
            found.iter().map(Option::is_some).collect::<Vec<_>>(),
            [false, true, false, true]
        );
        mixed.reverse();
        pair.get_many(&mixed).await.unwrap();
    });
}

#[test]
fn one_request_reads_from_all_tables() {
    run(async {
        let pair = Pair::new().await;
        let keys: Vec<Key> = Table::ALL
            .into_iter()
            .map(|table| Key {
                table,
                ..at("p", "s")
            })
            .collect();
        for key in &keys {
            pair.fill(&[put(key.clone(), &format!("{:?}", key.table))])
                .await;
        }

        let found = pair.get_many(&keys).await.unwrap();

        assert!(found.iter().all(Option::is_some));
        pair.assert_equal_items().await;
    });
}

#[test]
fn a_hundred_keys_are_read_and_one_more_or_one_twice_is_refused() {
    run(async {
        let pair = Pair::new().await;
        let keys: Vec<Key> = (0..101).map(|n| at("p", &format!("s{n}"))).collect();
        let writes: Vec<Write> = keys.iter().map(|key| put(key.clone(), &key.sk)).collect();
        pair.fill(&writes).await;

        assert_eq!(pair.get_many(&keys[..100]).await.unwrap().len(), 100);
        pair.get_many(&keys).await.unwrap_err();
        let twice = [keys[0].clone(), keys[1].clone(), keys[0].clone()];
        pair.get_many(&twice).await.unwrap_err();
    });
}

#[test]
fn keys_without_a_part_or_with_one_too_long_are_refused() {
    run(async {
        let pair = Pair::new().await;
        for key in [
            at("", "s"),
            at("p", ""),
            at(&"p".repeat(2049), "s"),
            at("p", &"s".repeat(1025)),
        ] {
            pair.get_many(std::slice::from_ref(&key)).await.unwrap_err();
            pair.get_many(&[at("p", "s"), key]).await.unwrap_err();
        }
        let longest = at(&"p".repeat(2048), &"s".repeat(1024));
        pair.fill(&[put(longest.clone(), "long")]).await;
        assert!(pair.get_many(&[longest]).await.unwrap()[0].is_some());
    });
}

#[test]
fn items_of_every_size_are_charged_as_the_formula_says() {
    run(async {
        let pair = Pair::new().await;
        for bytes in [0, 900, 1000, 1010, 1100, 4000, 4080, 4100, 9000, 70_000] {
            let key = at("p", &format!("s{bytes:06}"));
            pair.fill(&[put(key.clone(), &"x".repeat(bytes))]).await;
            pair.get_many(std::slice::from_ref(&key)).await.unwrap();
            pair.get_many(&[
                at("p", "s000000"),
                at("p", "none"),
                at("p", &format!("s{bytes:06}x")),
            ])
            .await
            .unwrap();
        }
    });
}
