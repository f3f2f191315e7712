//! What moves prices in the world: nothing that is on sale has cost anything else before now.

use serde_json::{Value, json};
use shared::pricing::{promotions, rules};
use shared::publication::{Order, Wanted};
use shared::text::Word;

use super::world::{World, days_ago};
use super::{act, product_id};

impl World {
    /// A rule about the sauna, a promotion of the gym that begins soon, and one of each that is over.
    pub(super) async fn set_prices(&self) {
        let tables = self.tables();
        let mut number = 200;
        let mut next = || {
            number += 1;
            act(number, days_ago(4))
        };
        for (id, is_over) in [("busy-week", false), ("long-over", true)] {
            let id: Word = id.parse().expect("a word");
            let set = rules::set(&tables, &id, read(busy_week()), &next()).await;
            set.expect("a new price rule");
            for order in orders(is_over) {
                let set = rules::set_state(&tables, &id, &order, &next()).await;
                set.expect("a price rule in another state");
            }
        }
        for (id, is_over) in [("spring-week", false), ("long-over", true)] {
            let id: Word = id.parse().expect("a word");
            let set = promotions::set(&tables, &id, read(spring_week()), &next()).await;
            set.expect("a new price promotion");
            for order in orders(is_over) {
                let set = promotions::set_state(&tables, &id, &order, &next()).await;
                set.expect("a price promotion in another state");
            }
        }
    }
}

fn busy_week() -> Value {
    json!({
        "title": "Busy week",
        "selection": { "products": [product_id("gym-sauna")] },
        "effect": { "week": { "zone": "Europe/Berlin", "factor": "1.2" } },
    })
}

fn spring_week() -> Value {
    json!({
        "title": "Spring week",
        "selection": { "products": [product_id("gym-day-pass"), product_id("gym-sauna")] },
        "from": "2026-11-27T00:00:00Z",
        "until": "2026-11-30T00:00:00Z",
        "zone": "Europe/Berlin",
        "effect": { "amount_off": "1.5" },
        "stacking": "with_others",
    })
}

/// Publishing the first version, and ending it if it is to be over.
fn orders(is_over: bool) -> Vec<Order> {
    let order = |state, version| Order {
        state,
        version,
        backtest_id: None,
        reason: None,
    };
    let mut orders = vec![order(Wanted::Active, Some(1))];
    orders.extend(is_over.then(|| order(Wanted::Ended, None)));
    orders
}

fn read<T: serde::de::DeserializeOwned>(terms: Value) -> T {
    serde_json::from_value(terms).expect("terms")
}
