//! Demo data, all of it through the admin API: what a new installation would type in, and proof that the API suffices.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::cloud::{Cloud, REGION};
use crate::http::{Http, text};
use crate::people::{self, ADMIN, AUDITOR, PASSWORD, SECOND_ADMIN};
use crate::progress::Progress;
use crate::stack::{Partner, Product, Stack, Staff};
use crate::workspace::Workspace;

const MEMBERS: [&str; 3] = ["ada@rjv.example", "ben@rjv.example", "cleo@rjv.example"];

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
        rules(workspace, &admin)?;
        catalogue(&admin)
    })?;
    stack.partners = partners;
    stack.products = products;
    Ok(stack)
}

/// Writes down every rule of `infra/reward-rules.json` and publishes it.
fn rules(workspace: &Workspace, admin: &Client) -> Result<()> {
    let path = workspace.root().join("infra/reward-rules.json");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rules: Map<String, Value> =
        serde_json::from_str(&text).context("reading the reward rules")?;
    for (rule, terms) in &rules {
        let path = format!("/admin/v1/reward-rules/{rule}");
        let set = admin.put(&path, terms)?;
        let set = set.expect(200, &format!("write down the reward rule {rule}"))?;
        let order = json!({"state": "active", "version": set["version"], "reason": "The rules it begins with"});
        let published = admin.put(&format!("{path}/state"), &order)?;
        published.expect(200, &format!("publish the reward rule {rule}"))?;
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
