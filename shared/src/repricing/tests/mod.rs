//! Tests of repricing, and of what administrators set meanwhile.

mod laws;

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, from_value, json};
use uuid::Uuid;

use super::*;
use crate::audit::Act;
use crate::error::{Error, Rejection};
use crate::id::{AuditId, MemberId};
use crate::pricing::prices::{PriceReason, PriceVersion, Setting};
use crate::pricing::{PriceTerms, promotions, rules};
use crate::publication::{Order, Wanted};
use crate::table::{Memory, Store};
use crate::text::Word;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn monday() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

fn act(number: u32, at: Timestamp) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(7)),
        request_id: format!("request-{number}"),
        at,
        id: AuditId::new(Uuid::from_u128(number.into())),
    }
}

fn partner() -> Partner {
    let text = |text: &str| text.to_owned().try_into().unwrap();
    let name = "Corner Gym".to_owned().try_into().unwrap();
    Partner::new(text("gym"), name, catalog::Class::Standard, monday())
}

fn product(number: u32, stock: &Value) -> Product {
    let reference = format!("pass-{number}").try_into().unwrap();
    let product = json!({
        "product_id": Product::id_of(&reference),
        "partner_id": partner().partner_id,
        "reference": reference,
        "title": "Day pass",
        "description": "",
        "category": "fitness",
        "code_valid_days": 30,
        "stock": stock,
        "returns": catalog::Returns::default(),
        "state": "live",
        "version": 1,
        "created_at": monday(),
    });
    from_value(product).unwrap()
}

fn terms(change: &Value) -> PriceTerms {
    let mut terms = json!({ "base": "25", "step_max": "0.05", "interval_minutes": 15 });
    let members = terms.as_object_mut().unwrap();
    members.extend(change.as_object().unwrap().clone());
    from_value(terms).unwrap()
}

/// Puts a product on sale.
async fn open(tables: &Tables, product: &Product) {
    let (id, act) = (product.product_id, act(900, monday()));
    let (_, mut writes) = pricing::first_price_writes(id, terms(&json!({})), &act).unwrap();
    writes.push(catalog::product_write(product).unwrap());
    if let Stock::Limited { total } = product.stock {
        writes.extend(stock::create(id, &stock::spread(total.get())));
    }
    let writes = writes.into_iter().map(|write| write.or(()));
    table::commit(tables, writes.collect()).await.unwrap();
}

async fn opened(store: impl Store + 'static, products: &[Product]) -> Tables {
    let tables = Tables::new(store);
    let write = catalog::partner_write(&partner()).unwrap();
    table::commit(&tables, vec![write.or(())]).await.unwrap();
    for product in products {
        open(&tables, product).await;
    }
    tables
}

async fn publish(tables: &Tables, number: u32, id: &str, rule: Value) {
    let (id, now): (Word, _) = (id.parse().unwrap(), monday());
    let set = rules::set(tables, &id, from_value(rule).unwrap(), &act(number, now)).await;
    let order = Order {
        state: Wanted::Active,
        version: Some(set.unwrap().version),
        backtest_id: None,
        reason: None,
    };
    let published = rules::set_state(tables, &id, &order, &act(number + 1, now)).await;
    published.unwrap();
}

/// A rule by which the price rises as the stock falls.
fn scarce() -> Value {
    json!({ "title": "Few are left", "effect": { "remaining": {
        "bands": [{ "from": 0, "factor": "1.2" }, { "from": 40, "factor": "1" }],
        "hysteresis": 5,
    }}})
}

fn weekly(factor: &str) -> Value {
    json!({ "title": "Busy days", "effect": { "week": { "zone": "UTC", "factor": factor } } })
}

fn setting(version: u32, base: &str) -> Setting {
    Setting {
        version,
        terms: terms(&json!({ "base": base })),
        note: None,
    }
}

async fn history(tables: &Tables, product: ProductId) -> Vec<PriceVersion> {
    let (mut versions, next) = prices::versions(tables, product, None, 1000).await.unwrap();
    assert_eq!(next, None);
    versions.reverse();
    versions
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Rejection {
    match result {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_price_follows_what_is_left_in_small_steps() {
    let product = product(1, &json!({ "kind": "limited", "total": 30 }));
    let tables = opened(Memory::default(), std::slice::from_ref(&product)).await;
    publish(&tables, 1, "scarce", scarce()).await;

    let mut shown = Vec::new();
    for quarter in 0..6 {
        let now = monday().plus(TimeDelta::minutes(15 * quarter));
        let beat = reprice(&tables, now).await.unwrap();
        assert_eq!(beat.products, 1);
        let price = prices::find(&tables, product.product_id).await.unwrap();
        shown.push((beat.moved, price.version, price.dynamic.factor.to_string()));
    }

    let expected = [
        (1, 2, "1.05"),
        (1, 3, "1.1"),
        (1, 4, "1.15"),
        (1, 5, "1.2"),
        (0, 5, "1.2"),
        (0, 5, "1.2"),
    ];
    let expected = expected.map(|(moved, version, factor)| (moved, version, factor.to_owned()));
    assert_eq!(shown, expected);
    let versions = history(&tables, product.product_id).await;
    let PriceReason::Repriced {
        factor_before,
        factor,
        causes,
    } = &versions[2].reason
    else {
        panic!("rules moved it");
    };
    assert_eq!(
        (factor_before.to_string(), factor.to_string()),
        ("1.05".to_owned(), "1.1".to_owned())
    );
    assert_eq!(causes[0].rule_id.as_str(), "scarce");
}

#[tokio::test]
async fn a_beat_that_comes_twice_moves_nothing_twice() {
    let product = product(1, &json!({ "kind": "unlimited" }));
    let memory = Arc::new(Memory::default());
    let tables = opened(Arc::clone(&memory), std::slice::from_ref(&product)).await;
    publish(&tables, 1, "busy", weekly("1.2")).await;

    let first = reprice(&tables, monday()).await.unwrap();
    let after = memory.items();
    let second = reprice(&tables, monday()).await.unwrap();

    assert_eq!((first.moved, second.moved), (1, 0));
    assert!(memory.items() == after);
}

#[tokio::test]
async fn an_administrator_sets_what_rules_moved_since_and_not_what_another_set() {
    let product = product(1, &json!({ "kind": "unlimited" }));
    let id = product.product_id;
    let tables = opened(Memory::default(), &[product]).await;
    publish(&tables, 1, "busy", weekly("1.2")).await;
    reprice(&tables, monday()).await.unwrap();
    let now = monday().plus(TimeDelta::minutes(1));

    let set = prices::set(&tables, id, setting(1, "22"), &act(3, now)).await;

    let set = set.unwrap();
    assert_eq!((set.version, set.terms.base), (3, "22".parse().unwrap()));
    assert_eq!(
        set.dynamic.factor.to_string(),
        "1.05",
        "rules stand beside it"
    );
    let again = prices::set(&tables, id, setting(1, "22"), &act(4, now)).await;
    assert_eq!(again.unwrap(), set);
    for unseen in [1, 2, 4, u32::MAX] {
        let other = prices::set(&tables, id, setting(unseen, "24"), &act(5, now)).await;
        assert_eq!(refusal(other), Rejection::VersionConflict { version: 3 });
    }
}

#[tokio::test]
async fn what_is_not_there_has_no_price_and_terms_out_of_bounds_are_refused() {
    let sold = product(1, &json!({ "kind": "unlimited" }));
    let tables = opened(Memory::default(), std::slice::from_ref(&sold)).await;
    let nothing = product(2, &json!({ "kind": "unlimited" })).product_id;

    let refused = prices::set(&tables, nothing, setting(1, "22"), &act(1, monday())).await;
    assert_eq!(refusal(refused), Rejection::ProductNotFound);
    let refused = prices::find(&tables, nothing).await;
    assert_eq!(refusal(refused), Rejection::ProductNotFound);
    for base in ["0", "19.99", "30.01", "20.001", "1000000000000"] {
        let act = act(1, monday());
        let refused = prices::set(&tables, sold.product_id, setting(1, base), &act).await;
        let Rejection::InvalidBody { pointer, .. } = refusal(refused) else {
            panic!("{base} is accepted");
        };
        assert_eq!(pointer, "/base", "{base}");
    }
}

#[tokio::test]
async fn where_there_are_many_products_the_next_beat_goes_on() {
    let count = u32::try_from(PRODUCTS_MAX).unwrap() + 10;
    let unlimited = json!({ "kind": "unlimited" });
    let products: Vec<Product> = (0..count)
        .map(|number| product(number, &unlimited))
        .collect();
    let tables = opened(Memory::default(), &products).await;
    publish(&tables, 1, "busy", weekly("1.2")).await;

    let beats = [
        reprice(&tables, monday()).await.unwrap(),
        reprice(&tables, monday()).await.unwrap(),
    ];

    assert!(beats[0].has_more && !beats[1].has_more, "{beats:?}");
    assert_eq!(
        beats.iter().map(|beat| beat.products).sum::<usize>(),
        products.len()
    );
    assert_eq!(
        beats.iter().map(|beat| beat.moved).sum::<usize>(),
        products.len()
    );
    for product in &products {
        let price = prices::find(&tables, product.product_id).await.unwrap();
        assert_eq!(price.version, 2);
    }
}

#[tokio::test]
async fn a_promotion_holds_from_when_it_was_published_until_it_was_ended() {
    let tables = opened(Memory::default(), &[]).await;
    let id: Word = "week".parse().unwrap();
    let week = json!({
        "title": "A week", "from": "2026-11-20T00:00:00Z", "until": "2026-11-27T00:00:00Z",
        "zone": "UTC", "effect": { "percent_off": "10" }, "stacking": "alone",
    });
    let week = from_value(week).unwrap();
    promotions::set(&tables, &id, week, &act(1, monday()))
        .await
        .unwrap();
    let (wednesday, thursday) = (at("2026-11-25T10:00:00Z"), at("2026-11-26T00:00:00Z"));
    for (state, version, now) in [
        (Wanted::Active, Some(1), monday()),
        (Wanted::Ended, None, wednesday),
    ] {
        let order = Order {
            state,
            version,
            backtest_id: None,
            reason: None,
        };
        let set = promotions::set_state(&tables, &id, &order, &act(2, now)).await;
        set.unwrap();
    }

    let book = pricing::read_book(&tables, thursday).await.unwrap();

    let held = &book.promotions[0].promotion;
    assert_eq!((held.from, held.until), (monday(), wednesday));
    let later = thursday.plus(TimeDelta::days(62));
    let book = pricing::read_book(&tables, later).await.unwrap();
    assert!(book.promotions.is_empty());
}
