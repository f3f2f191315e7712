//! What the world sells: all states and stocks that a product can have.

use shared::catalog::{Changes, Product, ProductState, Stock};
use shared::pricing::PriceTerms;
use shared::stock::{self, Taking};
use shared::store::{self, NewProduct};

use super::world::{days_ago, rjv};
use super::{World, act, partner_id, product_id, text};

impl World {
    /// Three products of the gym that anybody can buy, one of them paused, and a blood test.
    pub(super) async fn fill_shelf(&self) {
        for ((reference, partner, title, price, days), number) in [
            ("gym-day-pass", "corner-gym", "Day pass", "20", 30),
            ("gym-trial", "corner-gym", "Trial hour", "20", 1),
            ("gym-sauna", "corner-gym", "Sauna", "22.5", 30),
            ("lab-blood-test", "longevity-lab", "Blood test", "25", 365),
        ]
        .into_iter()
        .zip(4..)
        {
            let product = product(reference, partner, title, days);
            self.put_up(product, price, number).await;
        }
        let paused = Changes {
            state: Some(ProductState::Paused),
            ..Changes::default()
        };
        let (sauna, act) = (product_id("gym-sauna"), act(8, days_ago(22)));
        let updated = store::update(&self.tables(), sauna, 1, paused, &act).await;
        updated.expect("a paused product");
    }

    /// Three of five lockers, two scans for each member, a draft, and a ticket that is of no use any more.
    pub(super) async fn limit_shelf(&self) {
        let lockers = Product {
            stock: Stock::Limited {
                total: 5.try_into().expect("a total"),
            },
            ..product("gym-locker", "corner-gym", "Locker", 30)
        };
        let scan = Product {
            per_member_max: Some(2.try_into().expect("a limit")),
            ..product("lab-scan", "longevity-lab", "Scan", 30)
        };
        let draft = Product {
            state: ProductState::Draft,
            ..product("lab-sleep", "longevity-lab", "Sleep study", 30)
        };
        // The festival is over.
        let ticket = Product {
            codes_valid_until: Some(days_ago(2).day()),
            ..product("gym-festival", "corner-gym", "Festival", 3)
        };
        for (product, number) in [lockers, scan, draft, ticket].into_iter().zip(40..) {
            self.put_up(product, "21", number).await;
        }
        // Two were sold to members of whom nothing else is told.
        let sold =
            [0, 1].map(|shard| stock::take(product_id("gym-locker"), Taking { shard, count: 1 }));
        self.tables().commit(&sold).await.expect("two lockers");
    }

    pub(super) async fn put_up(&self, product: Product, price: &str, number: u8) {
        let price = PriceTerms::of(rjv(price));
        let (new, act) = (NewProduct { product, price }, act(number, days_ago(30)));
        let created = store::create(&self.tables(), new, &act).await;
        created.expect("a new product");
    }
}

pub(super) fn product(reference: &str, partner: &str, title: &str, days: u32) -> Product {
    let (partner, days) = (partner_id(partner), days.try_into().expect("days"));
    let product = Product::new(text(reference), partner, text(title), days, days_ago(30));
    Product {
        description: text("One of a kind."),
        ..product
    }
}
