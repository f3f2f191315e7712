//! The people of the demo: made in Cognito, able to sign in at once.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::operations::operate;
use crate::stack::Member;
use crate::workspace::Workspace;

/// Everybody's password on the local cloud. It opens nothing else.
pub const PASSWORD: &str = "Longevity-2026";

/// The one who seeds the catalogue.
pub const ADMIN: &str = "admin@rjv.example";

/// The one who approves what the first proposes.
pub const SECOND_ADMIN: &str = "second-admin@rjv.example";

/// The one who reads everything and changes nothing.
pub const AUDITOR: &str = "auditor@rjv.example";

#[derive(Deserialize)]
struct Made {
    sub: String,
}

/// Makes members by their e-mail addresses.
pub fn members(workspace: &Workspace, cloud: Cloud, emails: &[&str]) -> Result<Vec<Member>> {
    let wanted: Vec<Value> = emails
        .iter()
        .map(|email| json!({"email": email, "password": PASSWORD}))
        .collect();
    let made: Vec<Made> = operate(workspace, cloud, "users", &Value::Array(wanted))?;
    let members = emails.iter().zip(made).map(|(email, made)| Member {
        id: format!("mem_{}", made.sub.replace('-', "")),
        email: (*email).to_owned(),
        password: PASSWORD.to_owned(),
    });
    Ok(members.collect())
}

/// Makes one member.
pub fn member(workspace: &Workspace, cloud: Cloud, email: &str) -> Result<Member> {
    members(workspace, cloud, &[email])?
        .pop()
        .context("cloud.py made nobody")
}

/// Makes the administrators and the auditor.
pub fn staff(workspace: &Workspace, cloud: Cloud) -> Result<()> {
    let person = |email, group| json!({"email": email, "password": PASSWORD, "groups": [group]});
    let wanted = json!([
        person(ADMIN, "admin"),
        person(SECOND_ADMIN, "admin"),
        person(AUDITOR, "auditor"),
    ]);
    operate::<Value>(workspace, cloud, "users", &wanted)?;
    Ok(())
}
