//! What administrators change in the catalogue, and what is kept of it.

use std::sync::Arc;

use super::{act, in_days, now, partner, product};
use crate::catalog::{
    self, Change, Changes, Class, EarlyAccess, Partner, Product, ProductState, Stock,
};
use crate::error::{Error, Rejection};
use crate::pricing::PriceTerms;
use crate::store::{Kept, NewProduct, Store, create, update};
use crate::table::{Memory, Tables};

/// A catalogue with one partner.
async fn opened(class: Class) -> (Arc<Memory>, Tables, Partner) {
    let memory: Arc<Memory> = Arc::default();
    let tables = Tables::new(Arc::clone(&memory));
    let partner = partner("lab", class);
    let write = catalog::partner_write(&partner).unwrap();
    tables.commit(&[write]).await.unwrap();
    (memory, tables, partner)
}

fn priced(product: Product, price: &str) -> NewProduct {
    let price = PriceTerms::of(price.parse().unwrap());
    NewProduct { product, price }
}

fn limited(total: u32) -> Stock {
    Stock::Limited {
        total: total.try_into().unwrap(),
    }
}

fn rejection<T>(outcome: Result<T, Error>) -> Rejection {
    match outcome {
        Err(Error::Rejected(rejection)) => rejection,
        Err(Error::Failed(failure)) => panic!("failed: {}", failure.chain()),
        Ok(_) => panic!("not refused"),
    }
}

fn pointer(rejection: Rejection) -> String {
    match rejection {
        Rejection::InvalidBody { pointer, .. } => pointer,
        other => panic!("another refusal: {other:?}"),
    }
}

async fn set_total(tables: &Tables, kept: &Kept, total: u32, number: u128) -> Result<Kept, Error> {
    let changes = Changes {
        stock: Some(limited(total)),
        ..Changes::default()
    };
    let (id, version) = (kept.product.product_id, kept.product.version);
    update(tables, id, version, changes, &act(number)).await
}

#[tokio::test]
async fn the_same_request_again_adds_nothing_and_another_price_is_another_request() {
    let (memory, tables, lab) = opened(Class::Standard).await;
    let scan = Product {
        stock: limited(9),
        ..product("scan", &lab)
    };
    let first = create(&tables, priced(scan.clone(), "25"), &act(1)).await;
    let before = memory.items();

    let again = create(&tables, priced(scan.clone(), "25"), &act(2)).await;
    assert_eq!(again.unwrap(), first.unwrap());
    let other = create(&tables, priced(scan, "26"), &act(3)).await;
    let is_conflict = matches!(rejection(other), Rejection::ProductConflict { .. });
    assert!(is_conflict);
    assert!(memory.items() == before);
}

#[tokio::test]
async fn what_is_left_follows_a_changed_total() {
    let (_, tables, lab) = opened(Class::Standard).await;
    let scan = Product {
        stock: limited(9),
        ..product("scan", &lab)
    };
    let kept = create(&tables, priced(scan, "25"), &act(1)).await.unwrap();
    assert_eq!(kept.left, Some(9));
    let id = kept.product.product_id;
    let sold = crate::stock::change_total(id, &crate::stock::spread(9), -3).unwrap();
    tables.commit(&sold).await.unwrap();

    let more = set_total(&tables, &kept, 12, 2).await.unwrap();
    assert_eq!(more.left, Some(9));
    let fewest = set_total(&tables, &more, 3, 3).await.unwrap();
    assert_eq!(fewest.left, Some(0));
    let refused = set_total(&tables, &fewest, 2, 4).await;
    assert_eq!(rejection(refused), Rejection::SoldOut { left: 0 });
    let shelf = Store::new(tables.clone()).shelf(now()).await.unwrap();
    assert_eq!(shelf.find(id).unwrap().left, Some(0));
}

#[tokio::test]
async fn a_product_keeps_the_kind_of_its_stock_and_does_not_become_a_draft_again() {
    let (memory, tables, lab) = opened(Class::Standard).await;
    let new = priced(product("scan", &lab), "25");
    let id = create(&tables, new, &act(1))
        .await
        .unwrap()
        .product
        .product_id;
    let before = memory.items();

    let to_pool = Changes {
        stock: Some(Stock::Pool {}),
        ..Changes::default()
    };
    let refused = update(&tables, id, 1, to_pool, &act(2)).await;
    assert_eq!(pointer(rejection(refused)), "/stock/kind");
    let to_draft = Changes {
        state: Some(ProductState::Draft),
        ..Changes::default()
    };
    let refused = update(&tables, id, 1, to_draft, &act(3)).await;
    let state = "live".to_owned();
    assert_eq!(rejection(refused), Rejection::StateConflict { state });
    assert!(memory.items() == before);
}

#[tokio::test]
async fn parts_that_do_not_fit_together_are_refused() {
    let (memory, tables, lab) = opened(Class::Standard).await;
    let early = |from: i64| EarlyAccess {
        from: in_days(from),
        segments: ["friends".parse().unwrap()].into(),
        goals: [].into(),
        customers_of: None,
    };
    let starting = |days: i64| Product {
        starts_at: Some(in_days(days)),
        ..product("scan", &lab)
    };
    let before = memory.items();
    for (product, place) in [
        (
            Product {
                featured: true,
                ..starting(1)
            },
            "/featured",
        ),
        (
            Product {
                ends_at: Some(in_days(1)),
                ..starting(1)
            },
            "/ends_at",
        ),
        (
            Product {
                codes_valid_until: Some(in_days(1).day()),
                ..starting(2)
            },
            "/codes_valid_until",
        ),
        (
            Product {
                early_access: Some(early(2)),
                ..starting(2)
            },
            "/early_access/from",
        ),
        (
            Product {
                early_access: Some(EarlyAccess {
                    segments: [].into(),
                    ..early(1)
                }),
                ..starting(2)
            },
            "/early_access",
        ),
    ] {
        let refused = create(&tables, priced(product, "25"), &act(1)).await;
        assert_eq!(pointer(rejection(refused)), place);
    }
    assert!(memory.items() == before);
}

#[tokio::test]
async fn a_part_can_be_set_and_taken_away_again() {
    let (_, tables, lab) = opened(Class::Exclusive).await;
    let new = priced(product("scan", &lab), "25");
    let id = create(&tables, new, &act(1))
        .await
        .unwrap()
        .product
        .product_id;
    let region = Changes {
        region: Change::To("north".parse().unwrap()),
        featured: Some(true),
        ..Changes::default()
    };
    let set = update(&tables, id, 1, region, &act(2)).await.unwrap();
    assert_eq!(set.product.region.unwrap().as_str(), "north");
    assert!(set.product.featured);

    let nowhere = Changes {
        region: Change::Clear,
        ..Changes::default()
    };
    let cleared = update(&tables, id, 2, nowhere.clone(), &act(3))
        .await
        .unwrap();
    assert_eq!((cleared.product.region, cleared.product.version), (None, 3));
    let again = update(&tables, id, 1, nowhere, &act(4)).await.unwrap();
    assert_eq!(again.product.version, 3);
}
