//! Callers of the two APIs: a person with an access token, a partner with a key.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::http::{Http, Reply};
use crate::stack::Stack;

/// Somebody who may call one of the APIs.
pub struct Client<'a> {
    http: &'a Http,
    base: &'a str,
    credential: (&'static str, String),
}

impl<'a> Client<'a> {
    /// Signs a person in with the password and answers a caller of the app's API.
    pub fn sign_in(http: &'a Http, stack: &'a Stack, email: &str, password: &str) -> Result<Self> {
        let request = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": stack.user_pool_client_id,
            "AuthParameters": {"USERNAME": email, "PASSWORD": password},
        });
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            (
                "x-amz-target",
                "AWSCognitoIdentityProviderService.InitiateAuth",
            ),
        ];
        let answer = http
            .send("POST", &stack.aws_endpoint, &headers, Some(&request))?
            .expect(200, &format!("sign in as {email}"))?;
        let token = answer["AuthenticationResult"]["AccessToken"]
            .as_str()
            .with_context(|| format!("signing in as {email} gave no access token"))?;
        Ok(Self {
            http,
            base: &stack.app_url,
            credential: ("authorization", format!("Bearer {token}")),
        })
    }

    /// A partner's system, calling the partners' API.
    pub fn partner(http: &'a Http, stack: &'a Stack, api_key: &str) -> Self {
        Self {
            http,
            base: &stack.partner_url,
            credential: ("x-api-key", api_key.to_owned()),
        }
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, None)?
            .expect(200, &format!("GET {path}"))
    }

    /// Sends a body; any status is an answer.
    pub fn post(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send("POST", path, Some(body))
    }

    /// Puts a body in a place.
    pub fn put(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send("PUT", path, Some(body))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply> {
        let (name, value) = &self.credential;
        self.http.send(
            method,
            &format!("{}{path}", self.base),
            &[(name, value)],
            body,
        )
    }
}
