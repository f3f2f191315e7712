//! What every test needs: the stack, people who call it, and ways to wait, to race and to compare.

mod aws;
mod http;
mod ledger;
mod people;
mod role;
mod waiting;
mod world;

pub use self::aws::{Queue, idp, item, knows_key, put_item, run_schedule, sign_in_for};
pub use self::http::{ADDRESS, Answer, Caller, Payload, fresh_address, send};
pub use self::ledger::{fold, hex, micros, verify_chain};
pub use self::people::{Member, Partner, app, claims, lesson, partner_api, walk};
pub use self::role::Role;
pub use self::waiting::{eventually, race, within};
pub use self::world::{product, publish, rule, world};

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// Where everything is, as `cargo local` wrote it down.
#[derive(Debug, Deserialize)]
pub struct Stack {
    pub aws_endpoint: String,
    pub app_url: String,
    pub partner_url: String,
    pub user_pool_id: String,
    pub user_pool_client_id: String,
    pub admin: Login,
    pub second_admin: Login,
    pub auditor: Login,
    pub partners: Vec<SeededPartner>,
    pub outputs: Value,
}

#[derive(Debug, Deserialize)]
pub struct Login {
    pub email: String,
    pub password: String,
}

#[derive(Debug, Deserialize)]
pub struct SeededPartner {
    pub partner_id: String,
    pub class: String,
    pub api_key: String,
}

impl Stack {
    /// An output of the deployed template.
    pub fn output(&self, name: &str) -> &str {
        self.outputs[name]
            .as_str()
            .unwrap_or_else(|| panic!("the stack has no output {name}"))
    }
}

/// The stack under test.
pub fn stack() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(|| {
        let Ok(path) = std::env::var("RJV_STACK") else {
            panic!("these tests need the running cloud: run them with `cargo local test e2e`");
        };
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("RJV_STACK names {path}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    })
}

/// A text that nothing else is called by.
pub fn fresh(prefix: &str) -> String {
    format!("{prefix}-{}", Uuid::now_v7().simple())
}

/// A text field.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no text field {field} in {value}"))
}

/// The items of a list, or of any array field.
pub fn array<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field]
        .as_array()
        .unwrap_or_else(|| panic!("no array field {field} in {value}"))
}
