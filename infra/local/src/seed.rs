//! Demo data, all of it through the admin API: what a new installation would type in, and proof that the API suffices.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::cloud::{Cloud, REGION};
use crate::http::{Http, text};
use crate::people::{self, ADMIN, AUDITOR, PASSWORD, SECOND_ADMIN};
use crate::progress::Progress;
use crate::stack::{Partner, Product, Stack, Staff};
use crate::workspace::Workspace;

const MEMBERS: [&str; 3] = ["ada@rjv.example", "ben@rjv.example", "cleo@rjv.example"];

/// What an activity earns.
pub struct Rule {
    /// The activity's kind.
    pub kind: &'static str,
    /// What it counts as.
    pub category: &'static str,
    /// RJV for each.
    pub amount: &'static str,
    /// RJV that a member can earn with it in a day.
    pub daily_cap: &'static str,
}

/// The seeded rules. Data is worth most; a first day of sharing and answering does not quite buy a code, a second round does.
pub const RULES: [Rule; 5] = [
    rule("health_data_shared", "data_contribution", "8", "40"),
    rule("survey_completed", "data_contribution", "5", "25"),
    rule("app_opened", "engagement", "0.25", "1"),
    rule("article_read", "education", "0.5", "3"),
    rule("post_written", "community", "1", "3"),
];

struct Shop {
    reference: &'static str,
    name: &'static str,
    class: &'static str,
    products: [Offer; 2],
}

struct Offer {
    reference: &'static str,
    title: &'static str,
    description: &'static str,
    token_price: &'static str,
}

const SHOPS: [Shop; 2] = [
    Shop {
        reference: "greenleaf",
        name: "Greenleaf Pharmacy",
        class: "standard",
        products: [
            Offer {
                reference: "greenleaf-vitamin-d",
                title: "Three months of vitamin D",
                description: "One pack at any Greenleaf branch.",
                token_price: "20",
            },
            Offer {
                reference: "greenleaf-checkup",
                title: "Blood pressure and glucose check",
                description: "Ten minutes with a pharmacist, no appointment needed.",
                token_price: "24",
            },
        ],
    },
    Shop {
        reference: "aurora",
        name: "Aurora Longevity Clinic",
        class: "exclusive",
        products: [
            Offer {
                reference: "aurora-sleep",
                title: "Sleep coaching session",
                description: "45 minutes by video with a sleep coach.",
                token_price: "26",
            },
            Offer {
                reference: "aurora-biological-age",
                title: "Biological age test",
                description: "A blood test and a call about its result.",
                token_price: "30",
            },
        ],
    },
];

const fn rule(
    kind: &'static str,
    category: &'static str,
    amount: &'static str,
    daily_cap: &'static str,
) -> Rule {
    Rule {
        kind,
        category,
        amount,
        daily_cap,
    }
}

/// Makes people, reward rules, partners and products; answers the complete stack.
pub fn seed(
    workspace: &Workspace,
    progress: &Progress,
    cloud: Cloud,
    outputs: Map<String, Value>,
) -> Result<Stack> {
    let members = progress.step("People", |_| {
        people::staff(workspace, cloud)?;
        people::members(workspace, cloud, &MEMBERS)
    })?;
    let staff = |email: &str| Staff {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let output = |name: &str| text(&Value::Object(outputs.clone()), name).map(str::to_owned);
    let mut stack = Stack {
        aws_endpoint: cloud.endpoint(),
        region: REGION.to_owned(),
        app_url: output("AppUrl")?,
        partner_url: output("PartnerUrl")?,
        user_pool_id: output("UserPoolId")?,
        user_pool_client_id: output("UserPoolClientId")?,
        members,
        admin: staff(ADMIN),
        second_admin: staff(SECOND_ADMIN),
        auditor: staff(AUDITOR),
        partners: Vec::new(),
        products: Vec::new(),
        outputs,
    };
    let (partners, products) = progress.step("Rules, partners and products (admin API)", |_| {
        let http = Http::new();
        let admin = Client::sign_in(&http, &stack, ADMIN, PASSWORD)?;
        rules(&admin)?;
        catalogue(&admin)
    })?;
    stack.partners = partners;
    stack.products = products;
    Ok(stack)
}

fn rules(admin: &Client) -> Result<()> {
    for rule in &RULES {
        let path = format!("/admin/v1/reward-rules/{}", rule.kind);
        let body =
            json!({"category": rule.category, "amount": rule.amount, "daily_cap": rule.daily_cap});
        admin
            .put(&path, &body)?
            .expect(200, &format!("set the reward rule {}", rule.kind))?;
    }
    Ok(())
}

fn catalogue(admin: &Client) -> Result<(Vec<Partner>, Vec<Product>)> {
    let (mut partners, mut products) = (Vec::new(), Vec::new());
    for shop in &SHOPS {
        let body = json!({"reference": shop.reference, "name": shop.name, "class": shop.class});
        let made = admin
            .post("/admin/v1/partners", &body)?
            .expect(201, &format!("create the partner {}", shop.name))?;
        let partner_id = text(&made, "partner_id")?;
        for offer in &shop.products {
            products.push(product(admin, partner_id, offer)?);
        }
        partners.push(Partner {
            id: partner_id.to_owned(),
            class: shop.class.to_owned(),
            api_key: text(&made, "api_key")?.to_owned(),
            webhook_secret: text(&made, "webhook_secret")?.to_owned(),
        });
    }
    Ok((partners, products))
}

fn product(admin: &Client, partner_id: &str, offer: &Offer) -> Result<Product> {
    let body = json!({
        "reference": offer.reference,
        "partner_id": partner_id,
        "title": offer.title,
        "description": offer.description,
        "token_price": offer.token_price,
        "code_valid_days": 90,
    });
    let made = admin
        .post("/admin/v1/products", &body)?
        .expect(201, &format!("create the product {}", offer.title))?;
    Ok(Product {
        id: text(&made, "product_id")?.to_owned(),
        partner_id: partner_id.to_owned(),
    })
}
