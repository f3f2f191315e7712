//! Requests to this machine, and what an answer has to be.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Request, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use uuid::Uuid;

/// Somebody who may call one of the APIs: where it is, and the header that says who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    pub base: String,
    pub credential: Option<(&'static str, String)>,
}

/// What a request carries.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    Nothing,
    Json(&'a Value),
    /// Bytes, under a content type or under none.
    Raw(Option<&'a str>, &'a [u8]),
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The request, for messages.
    pub asked: String,
    pub status: u16,
    pub content_type: String,
    /// After how many seconds asking again makes sense, if it says so.
    pub retry_after: Option<u64>,
    pub text: String,
}

/// Hosts such as `<id>.execute-api.localhost` cannot be looked up on every machine. All are here; the host travels in the request.
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

/// How often a request is sent again.
const REPEATS_MAX: u32 = 5;

fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(40)))
            // A connection that the server closed while it was idle would look like a failed request.
            .max_idle_connections(0)
            .proxy(None)
            .build();
        Agent::with_parts(config, DefaultConnector::default(), ThisMachine)
    })
}

/// Where the gateway here reads from what address a call comes. Every call comes from another one unless a test says otherwise:
/// wrong codes are counted by address.
pub const ADDRESS: &str = "x-forwarded-for";

/// An address that no other call has.
pub fn fresh_address() -> String {
    Ipv6Addr::from_bits(Uuid::now_v7().as_u128().rotate_left(64)).to_string()
}

/// Sends one request; any status is an answer.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)], payload: Payload) -> Answer {
    let asked = format!("{method} {url}");
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !headers.iter().any(|(name, _)| *name == ADDRESS) {
        request = request.header(ADDRESS, fresh_address());
    }
    let response = match payload {
        Payload::Nothing => agent().run(request.body(()).unwrap()),
        Payload::Json(json) => {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/json");
            }
            agent().run(request.body(serde_json::to_vec(json).unwrap()).unwrap())
        }
        Payload::Raw(content_type, bytes) => {
            if let Some(content_type) = content_type {
                request = request.header("content-type", content_type);
            }
            agent().run(request.body(bytes).unwrap())
        }
    };
    let mut response = response.unwrap_or_else(|error| panic!("{asked} got no answer: {error}"));
    let header = |name| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let (content_type, retry_after) = (header("content-type"), header("retry-after"));
    Answer {
        asked,
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default(),
        retry_after: retry_after.map(|seconds| seconds.parse().unwrap()),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

impl Caller {
    /// The same API, called by nobody in particular.
    pub fn anonymous(&self) -> Self {
        Self {
            credential: None,
            ..self.clone()
        }
    }

    /// The same API, called with another credential of the same sort.
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        Self {
            credential: Some((name, value.into())),
            ..self.clone()
        }
    }

    /// Sends a request, and sends it again where something did not answer in time, as the refusal allows: this machine may be
    /// busy with other tests.
    pub fn send(&self, method: &str, path: &str, payload: Payload) -> Answer {
        let credential = self.credential.as_ref();
        let headers: Vec<(&str, &str)> = credential
            .map(|(name, value)| (*name, value.as_str()))
            .into_iter()
            .collect();
        let url = format!("{}{path}", self.base);
        let mut answer = send(method, &url, &headers, payload);
        for _ in 0..REPEATS_MAX {
            if !answer.is_refused("UNAVAILABLE") {
                break;
            }
            thread::sleep(Duration::from_millis(500));
            answer = send(method, &url, &headers, payload);
        }
        answer
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Payload::Nothing)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Payload::Json(body))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Payload::Json(body))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Payload::Json(body))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Payload::Nothing)
    }
}

impl Answer {
    /// The body.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{self}: {error}"))
    }

    /// The body of good news with this status.
    pub fn good(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.content_type, "application/json", "{self}");
        self.json()
    }

    /// The body of a refusal with this status and code, which is a whole problem.
    pub fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.content_type, "application/problem+json", "{self}");
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank", "{self}");
        assert_eq!(problem["status"], status, "{self}");
        assert_eq!(problem["code"], code, "{self}");
        // Of our refusals only that of somebody who is locked out is worth repeating unchanged.
        assert_eq!(problem["retryable"], status == 429, "{self}");
        for field in ["title", "detail", "request_id"] {
            assert_ne!(problem[field].as_str().unwrap_or_default(), "", "{self}");
        }
        problem
    }

    /// A refusal by the gateway, in front of all functions. An HTTP API lets nobody change its body.
    pub fn turned_away(&self) {
        assert_eq!(self.status, 401, "{self}");
    }

    /// Whether this is the refusal with this code.
    pub fn is_refused(&self, code: &str) -> bool {
        self.status >= 400
            && serde_json::from_str::<Value>(&self.text).is_ok_and(|body| body["code"] == code)
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: String = self.text.chars().take(600).collect();
        write!(f, "{} answered {} {shown}", self.asked, self.status)
    }
}
