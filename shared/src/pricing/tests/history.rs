//! The versions of a price: each change adds one, and none is ever written over.

use std::sync::Arc;

use super::prices::{self, PriceReason, PriceVersion, Setting};
use super::*;
use crate::audit::Act;
use crate::catalog::{self, Partner, Product};
use crate::error::{Error, Rejection};
use crate::id::{AuditId, MemberId};
use crate::table::{Memory, Tables, Write};

fn act(number: u128) -> Act {
    Act {
        actor: MemberId::new(Uuid::from_u128(7)),
        request_id: number.to_string(),
        at: at(NOON),
        id: AuditId::new(Uuid::from_u128(number)),
    }
}

struct World {
    memory: Arc<Memory>,
    tables: Tables,
    product: ProductId,
    /// The writes of the first price.
    first: Vec<Write>,
}

impl World {
    /// A product that costs 25.
    fn new() -> Self {
        let memory = Arc::new(Memory::default());
        let text = |text: &str| text.to_owned().try_into().unwrap();
        let name = "Gym".to_owned().try_into().unwrap();
        let partner = Partner::new(text("gym"), name, Class::Standard, at(NOON));
        let (title, days) = ("Pass".to_owned().try_into(), 30.try_into());
        let (title, days) = (title.unwrap(), days.unwrap());
        let product = Product::new(text("pass"), partner.partner_id, title, days, at(NOON));
        let terms = PriceTerms::of(rjv("25"));
        let (_, first) = first_price_writes(product.product_id, terms, &act(1)).unwrap();
        let mut writes = first.clone();
        writes.push(catalog::partner_write(&partner).unwrap());
        writes.push(catalog::product_write(&product).unwrap());
        memory.make(&writes).unwrap();
        Self {
            tables: Tables::new(Arc::clone(&memory)),
            memory,
            product: product.product_id,
            first,
        }
    }

    async fn set(&self, version: u32, base: &str, number: u128) -> Result<Price, Error> {
        let setting = Setting {
            version,
            terms: PriceTerms::of(rjv(base)),
            note: Some(format!("to {base}").try_into().unwrap()),
        };
        prices::set(&self.tables, self.product, setting, &act(number)).await
    }

    async fn head(&self) -> Price {
        prices::find(&self.tables, self.product).await.unwrap()
    }

    async fn versions(&self) -> Vec<PriceVersion> {
        let page = prices::versions(&self.tables, self.product, None, 100).await;
        page.unwrap().0
    }
}

/// The price as rules would move it, by 1 %.
fn moved(price: &Price) -> Repriced {
    let dynamic = Dynamic {
        factor: ratio("1.01"),
        ..price.dynamic.clone()
    };
    Repriced {
        price: Price {
            version: price.version + 1,
            dynamic,
            ..price.clone()
        },
        factor_before: price.dynamic.factor,
        is_moved: true,
        causes: Vec::new(),
    }
}

#[tokio::test]
async fn each_change_adds_a_version_and_leaves_those_before() {
    let world = World::new();
    let first = world.versions().await;
    assert_eq!(first.len(), 1);

    let second = world.set(1, "26", 2).await.unwrap();
    assert!(
        prices::record(&world.tables, &second, &moved(&second))
            .await
            .unwrap()
    );
    // That rules moved it since is no conflict.
    world.set(2, "27", 3).await.unwrap();

    let versions = world.versions().await;
    let numbers: Vec<u32> = versions.iter().map(|version| version.version).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
    assert_eq!(versions[3], first[0]);
    let bases: Vec<Rjv> = versions.iter().map(|version| version.terms.base).collect();
    assert_eq!(bases, ["27", "26", "26", "25"].map(rjv));
    let by = act(1).actor;
    let set = |note: &str| PriceReason::Set {
        by,
        note: Some(note.to_owned().try_into().unwrap()),
    };
    assert_eq!(versions[0].reason, set("to 27"));
    assert_eq!(
        versions[1].reason,
        PriceReason::Repriced {
            factor_before: ratio("1"),
            factor: ratio("1.01"),
            causes: Vec::new(),
        }
    );
    assert_eq!(versions[2].reason, set("to 26"));
    for version in versions {
        let read = prices::version(&world.tables, world.product, version.version).await;
        assert_eq!(read.unwrap(), version);
    }
}

#[tokio::test]
async fn who_read_an_older_version_changes_nothing() {
    let world = World::new();
    let stale = world.head().await;
    let newest = world.set(1, "26", 2).await.unwrap();
    let items = world.memory.items();

    let recorded = prices::record(&world.tables, &stale, &moved(&stale)).await;
    assert!(!recorded.unwrap());
    let Err(Error::Rejected(refused)) = world.set(1, "27", 3).await else {
        panic!("an administrator overlooked a change");
    };
    assert_eq!(refused, Rejection::VersionConflict { version: 2 });
    // The terms that hold already are no change, whatever version was seen.
    assert_eq!(world.set(1, "26", 4).await.unwrap(), newest);
    assert!(world.memory.items() == items, "something was written");
}

#[tokio::test]
async fn a_version_is_never_written_over() {
    let world = World::new();
    world.set(1, "26", 2).await.unwrap();
    let items = world.memory.items();

    for write in &world.first {
        let again = world.tables.commit(std::slice::from_ref(write)).await;
        assert!(again.is_err(), "{:?} was written over", write.key);
    }
    assert!(world.memory.items() == items);
}
