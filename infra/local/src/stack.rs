//! `target/local/stack.json`: everything a client of the running cloud needs. Tests and demos read it; it exists exactly as
//! long as a complete cloud runs.

use std::fs;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::workspace::Workspace;

/// A running cloud, as its clients see it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Stack {
    /// The AWS APIs: Cognito, DynamoDB, SQS and the others.
    pub aws_endpoint: String,
    /// The region to name in requests.
    pub region: String,
    /// The app's and the admin console's API.
    pub app_url: String,
    /// The partners' API.
    pub partner_url: String,
    /// The Cognito pool of all people.
    pub user_pool_id: String,
    /// The client that people sign in through.
    pub user_pool_client_id: String,
    /// Members with an empty wallet.
    pub members: Vec<Member>,
    /// Somebody of the group `admin`.
    pub admin: Staff,
    /// Somebody else of the group `admin`: adjustments need two.
    pub second_admin: Staff,
    /// Somebody of the group `auditor`.
    pub auditor: Staff,
    /// One standard and one exclusive partner.
    pub partners: Vec<Partner>,
    /// What can be bought.
    pub products: Vec<Product>,
    /// The stack's outputs, by name.
    pub outputs: Map<String, Value>,
}

/// Somebody with a wallet.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Member {
    /// As the API names this member.
    #[serde(rename = "member_id")]
    pub id: String,
    /// Signs in with it.
    pub email: String,
    /// Signs in with it.
    pub password: String,
}

/// Somebody who administers or audits.
#[derive(Debug, Deserialize, Serialize)]
pub struct Staff {
    /// Signs in with it.
    pub email: String,
    /// Signs in with it.
    pub password: String,
}

/// A partner and its secrets, which the API showed once.
#[derive(Debug, Deserialize, Serialize)]
pub struct Partner {
    /// As the API names this partner.
    #[serde(rename = "partner_id")]
    pub id: String,
    /// `standard` or `exclusive`.
    pub class: String,
    /// Sent as `X-Api-Key`.
    pub api_key: String,
    /// Signs webhooks.
    pub webhook_secret: String,
}

/// Something to buy.
#[derive(Debug, Deserialize, Serialize)]
pub struct Product {
    /// As the API names this product.
    #[serde(rename = "product_id")]
    pub id: String,
    /// Who redeems its codes.
    pub partner_id: String,
}

impl Stack {
    /// The complete cloud that was last started, if it was not stopped since.
    pub fn load(workspace: &Workspace) -> Option<Self> {
        serde_json::from_slice(&fs::read(workspace.local("stack.json")).ok()?).ok()
    }

    /// Writes it whole or not at all: a reader never sees half a file.
    pub fn save(&self, workspace: &Workspace) -> Result<()> {
        let (file, draft) = (
            workspace.local("stack.json"),
            workspace.local("stack.json.draft"),
        );
        fs::write(&draft, serde_json::to_vec_pretty(self)?)
            .and_then(|()| fs::rename(&draft, &file))
            .with_context(|| format!("cannot write {}", file.display()))
    }
}
