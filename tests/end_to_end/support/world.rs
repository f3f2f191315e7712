//! What tests share and none of them changes: rules, products of the seeded partners, and an administrator.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::aws::sign_in;
use super::people::app;
use super::{Caller, Login, Partner, stack, text};

/// What tests share.
pub struct World {
    pub admin: Caller,
    /// Another administrator: adjustments need two.
    pub second_admin: Caller,
    /// Somebody who reads everything and changes nothing.
    pub auditor: Caller,
    pub standard: Partner,
    pub exclusive: Partner,
    /// 20 RJV, of the standard partner.
    pub cheap: String,
    /// 30 RJV, of the standard partner.
    pub dear: String,
    /// 25.5 RJV, of the exclusive partner.
    pub rare: String,
}

/// Functions keep rules and products for five seconds.
const KEPT: Duration = Duration::from_secs(6);

/// The shared world, made once per run. Making it again on the same cloud changes nothing.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let staff = |person: &Login| {
            let tokens = sign_in(&person.email, &person.password);
            app(text(&tokens, "AccessToken"))
        };
        let admin = staff(&stack().admin);
        for (id, rule) in rules() {
            publish(&admin, id, &rule);
        }
        let (standard, exclusive) = (seeded("standard"), seeded("exclusive"));
        let product = |reference: &str, partner: &Partner, price: &str| {
            let body = product(reference, &partner.id, price);
            let created = admin.post("/admin/v1/products", &body).good(201);
            text(&created, "product_id").to_owned()
        };
        let world = World {
            cheap: product("proof-cheap", &standard, "20"),
            dear: product("proof-dear", &standard, "30"),
            rare: product("proof-rare", &exclusive, "25.5"),
            admin,
            second_admin: staff(&stack().second_admin),
            auditor: staff(&stack().auditor),
            standard,
            exclusive,
        };
        thread::sleep(KEPT);
        world
    })
}

fn rules() -> [(&'static str, Value); 4] {
    let plenty = "1000000";
    let mut expiring = rule("proof-expiring", "education", "5", plenty);
    expiring["expires_after_months"] = json!(6);
    [
        (
            "proof-hundred",
            rule("proof-hundred", "engagement", "100", plenty),
        ),
        (
            "proof-quarter",
            rule("proof-quarter", "data_contribution", "0.25", plenty),
        ),
        ("proof-expiring", expiring),
        (
            "proof-capped",
            rule("proof-capped", "community", "10", "25"),
        ),
    ]
}

/// The terms of a rule about lessons with this content only, before all other rules about lessons.
pub fn rule(content: &str, category: &str, amount: &str, daily_cap: &str) -> Value {
    json!({
        "title": "A proof",
        "description": "Earned by tests only.",
        "category": category,
        "kind": "education_completed",
        "priority": 1000,
        "qualification": format!("content == \"{content}\""),
        "amount": {"type": "fixed", "amount": amount},
        "rounding": {"to": "0.01", "mode": "down"},
        "stacking": {"mode": "highest", "ceiling": "1"},
        "amount_max": amount,
        "limits": [{"period": "day", "max": {"amount": daily_cap}, "at_edge": "refuse"}],
    })
}

/// Writes down the next version of a rule and publishes it. Answers the version.
pub fn publish(admin: &Caller, rule: &str, terms: &Value) -> Value {
    let path = format!("/admin/v1/reward-rules/{rule}");
    let set = admin.put(&path, terms).good(200);
    let order = json!({"state": "active", "version": set["version"], "reason": "A proof"});
    admin.put(&format!("{path}/state"), &order).good(200);
    set
}

fn seeded(class: &str) -> Partner {
    let mut partners = stack().partners.iter();
    let partner = partners
        .find(|partner| partner.class == class)
        .unwrap_or_else(|| panic!("the stack has no partner of the class {class}"));
    Partner::new(&partner.partner_id, "", "", &partner.api_key)
}

/// What creates a product.
pub fn product(reference: &str, partner_id: &str, price: &str) -> Value {
    json!({
        "reference": reference,
        "partner_id": partner_id,
        "title": format!("Proof {reference}"),
        "description": "Bought by tests only.",
        "token_price": price,
        "code_valid_days": 30,
    })
}
