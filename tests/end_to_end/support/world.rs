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
        for (kind, rule) in rules() {
            let path = format!("/admin/v1/reward-rules/{kind}");
            admin.put(&path, &rule).good(200);
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
    [
        (
            "proof_hundred",
            json!({"category": "engagement", "amount": "100", "daily_cap": plenty}),
        ),
        (
            "proof_quarter",
            json!({"category": "data_contribution", "amount": "0.25", "daily_cap": plenty}),
        ),
        (
            "proof_expiring",
            json!({"category": "education", "amount": "5", "daily_cap": plenty, "expires_after_months": 6}),
        ),
        (
            "proof_capped",
            json!({"category": "community", "amount": "10", "daily_cap": "25"}),
        ),
    ]
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
