//! What moves the prices of the house: rules, and a promotion.

use serde_json::{Value, json};
use shared::pricing::{promotions, rules};
use shared::table::Tables;

use super::{act, at_once, publish, start, word};

/// The promotion of prices.
pub const SPRING: &str = "spring-week";

/// The rules, by name.
fn rules_of_house() -> [(&'static str, Value); 3] {
    let of_exclusive = json!({ "partner_class": "exclusive", "rate": "0.95" });
    let by_sales = json!({
        "days": 7,
        "of": 10,
        "bands": [{ "from": "20", "factor": "1.05" }, { "from": "60", "factor": "1.2" }],
        "hysteresis": "5",
    });
    let by_rest = json!({
        "bands": [{ "from": 0, "factor": "1.15" }, { "from": 4, "factor": "1.05" }, { "from": 9, "factor": "0.95" }],
        "hysteresis": 1,
    });
    [
        ("exclusive-rate", json!({ "class_rate": of_exclusive })),
        ("by-sales", json!({ "sell_through": by_sales })),
        ("by-rest", json!({ "remaining": by_rest })),
    ]
}

/// Publishes everything.
pub fn open(tables: &Tables) {
    for (name, effect) in rules_of_house() {
        let id = word(name);
        let terms = json!({ "title": name, "effect": effect });
        let terms = serde_json::from_value(terms).expect("the terms of a rule");
        let set = at_once(rules::set(tables, &id, terms, &act(name, start())));
        set.expect("a new rule");
        let act = act(&format!("{name}, published"), start());
        let published = at_once(rules::set_state(tables, &id, &publish(1), &act));
        published.expect("a published rule");
    }
    let promotion = json!({
        "title": "Spring week",
        "from": start().plus(chrono::TimeDelta::minutes(1)),
        "until": start().plus(chrono::TimeDelta::days(6)),
        "zone": "UTC",
        "effect": { "percent_off": "8" },
        "stacking": "alone",
    });
    let id = word(SPRING);
    let promotion = serde_json::from_value(promotion).expect("the terms of a promotion");
    let set = at_once(promotions::set(
        tables,
        &id,
        promotion,
        &act(SPRING, start()),
    ));
    set.expect("a new promotion");
    let act = act(&format!("{SPRING}, published"), start());
    let published = at_once(promotions::set_state(tables, &id, &publish(1), &act));
    published.expect("a published promotion");
}
