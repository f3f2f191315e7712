//! A small JSON client for the cloud on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Request, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Longer than any function may run.
const TIMEOUT: Duration = Duration::from_secs(40);

/// Characters of an unexpected answer that are worth showing.
const SHOWN: usize = 500;

/// Speaks JSON to this machine and to nothing else, whatever the host in an address says.
pub struct Http {
    agent: Agent,
}

/// What came back: the status and the JSON body (`null` when there is none).
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// APIs of the local cloud have hosts like `<id>.execute-api.localhost`, which not every machine can look up. All of them
/// are on this machine; the host travels in the request.
#[derive(Debug)]
struct ThisMachine;

impl Resolver for ThisMachine {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        addresses.push(SocketAddr::from((
            Ipv4Addr::LOCALHOST,
            uri.port_u16().unwrap_or(80),
        )));
        Ok(addresses)
    }
}

impl Http {
    /// A client that keeps its connections.
    pub fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .proxy(None)
            .build();
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), ThisMachine),
        }
    }

    /// Sends one request. Any status is an answer; only a request that got none is an error.
    pub fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let asked = || format!("{method} {url} got no answer");
        let mut response = if let Some(body) = body {
            if !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                request = request.header("content-type", "application/json");
            }
            self.agent
                .run(request.body(serde_json::to_vec(body)?)?)
                .with_context(asked)?
        } else {
            self.agent.run(request.body(())?).with_context(asked)?
        };
        let text = response.body_mut().read_to_string().with_context(asked)?;
        Ok(Reply {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(if text.is_empty() {
                Value::Null
            } else {
                Value::String(text)
            }),
        })
    }
}

impl Reply {
    /// The body of an answer with the status that was hoped for.
    pub fn expect(self, status: u16, what: &str) -> Result<Value> {
        if self.status != status {
            let body: String = self.body.to_string().chars().take(SHOWN).collect();
            bail!(
                "{what}: expected status {status}, got {} with {body}",
                self.status
            );
        }
        Ok(self.body)
    }
}

/// A text field of a JSON object.
pub fn text<'a>(body: &'a Value, field: &str) -> Result<&'a str> {
    body[field]
        .as_str()
        .with_context(|| format!("the answer has no text field {field:?}: {body}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_status_is_told_with_its_body() {
        let reply = Reply {
            status: 409,
            body: serde_json::json!({"code": "PARTNER_EXISTS"}),
        };

        let told = reply
            .expect(201, "create the partner")
            .unwrap_err()
            .to_string();

        assert_eq!(
            told,
            r#"create the partner: expected status 201, got 409 with {"code":"PARTNER_EXISTS"}"#
        );
    }
}
