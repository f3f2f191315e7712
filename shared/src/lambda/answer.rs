//! What an HTTP endpoint answers.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use lambda_http::{Body, Response};
use serde::Serialize;

use super::Problem;
use crate::error::{Error, Failure, Rejection};
use crate::time::Timestamp;

/// What a handler comes to.
pub type Answer = Result<Reply, Error>;

/// Good news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: StatusCode,
    body: Vec<u8>,
}

/// Which request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its name, by which its log is found.
    pub request_id: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// When it came.
    pub at: Timestamp,
}

impl Reply {
    /// 200: this is how it is.
    pub fn ok(view: &impl Serialize) -> Answer {
        Self::json(StatusCode::OK, view)
    }

    /// 201: this exists now.
    pub fn created(view: &impl Serialize) -> Answer {
        Self::json(StatusCode::CREATED, view)
    }

    /// 202: this will be seen to.
    pub fn accepted(view: &impl Serialize) -> Answer {
        Self::json(StatusCode::ACCEPTED, view)
    }

    /// 204: it is done, and there is nothing to say.
    pub fn no_content() -> Answer {
        Ok(Self {
            status: StatusCode::NO_CONTENT,
            body: Vec::new(),
        })
    }

    fn json(status: StatusCode, view: &impl Serialize) -> Answer {
        let body = serde_json::to_vec(view)
            .map_err(|error| Failure::broken("writing an answer").because(error))?;
        Ok(Self { status, body })
    }
}

/// The response to `origin`. Bad news is logged here, once.
pub fn respond(origin: &Origin, answer: Answer) -> Response<Body> {
    let mut response = match answer {
        Ok(reply) => {
            let mut response = Response::new(if reply.body.is_empty() {
                Body::Empty
            } else {
                text(reply.body)
            });
            *response.status_mut() = reply.status;
            if reply.status != StatusCode::NO_CONTENT {
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            response
        }
        Err(error) => refuse(origin, &error),
    };
    // Balances and codes belong into no cache.
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refuse(origin: &Origin, error: &Error) -> Response<Body> {
    let Origin {
        request_id,
        method,
        path,
        at,
    } = origin;
    match error {
        Error::Rejected(rejection) => {
            tracing::info!(request_id, method, path, rejection = ?rejection, "refused");
        }
        Error::Failed(failure) if failure.retryable() => {
            tracing::warn!(
                request_id,
                method,
                path,
                failure = failure.chain(),
                "unavailable"
            );
        }
        Error::Failed(failure) => tracing::error!(
            request_id,
            method,
            path,
            failure = failure.chain(),
            "broken"
        ),
    }
    let problem = Problem::new(error, request_id);
    let mut response = Response::new(text(problem.body()));
    *response.status_mut() = problem.status();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if problem.status() == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if problem.retryable {
        headers.insert(
            RETRY_AFTER,
            HeaderValue::from(retry_after_seconds(error, *at)),
        );
    }
    response
}

/// How long to wait before the same request may succeed.
fn retry_after_seconds(error: &Error, at: Timestamp) -> u64 {
    let Error::Rejected(Rejection::TooManyGuesses { retry_at }) = error else {
        return 1;
    };
    let wait_ms = u64::try_from(retry_at.since(at).num_milliseconds()).unwrap_or_default();
    wait_ms.div_ceil(1000).max(1)
}

/// JSON is text; as such the gateway passes it on as it is.
fn text(json: Vec<u8>) -> Body {
    String::from_utf8(json).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text)
}
