//! Errors as problem details (RFC 9457), and the one table of their statuses.

use http::StatusCode;
use serde::Serialize;

use crate::error::{Error, Rejection};

/// An error as a client reads it.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// `about:blank`: the status and the code say what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    #[serde(flatten)]
    facts: Facts,
}

/// The code, and what belongs to it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Facts {
    Rejection(Rejection),
    Failure { code: &'static str },
}

/// The status that answers a rejection.
pub fn status(rejection: &Rejection) -> StatusCode {
    match rejection {
        Rejection::InvalidPath { .. }
        | Rejection::InvalidQuery { .. }
        | Rejection::InvalidBody { .. }
        | Rejection::InvalidCursor
        | Rejection::QuoteInvalid => StatusCode::BAD_REQUEST,
        Rejection::Unauthenticated => StatusCode::UNAUTHORIZED,
        Rejection::Forbidden
        | Rejection::ActivityNotYoursToReport { .. }
        | Rejection::QuoteNotYours
        | Rejection::SecondAdministratorNeeded => StatusCode::FORBIDDEN,
        Rejection::EntryNotFound
        | Rejection::PurchaseNotFound
        | Rejection::ProductNotFound
        | Rejection::PartnerNotFound
        | Rejection::KeyNotFound
        | Rejection::StreakNotFound
        | Rejection::ReconciliationNotFound
        | Rejection::ActivityNotFound
        | Rejection::BacktestNotFound
        | Rejection::RuleNotFound
        | Rejection::PromotionNotFound
        | Rejection::PriceRuleNotFound
        | Rejection::PricePromotionNotFound
        | Rejection::VersionNotFound { .. }
        | Rejection::CodeNotFound
        | Rejection::CaseNotFound
        | Rejection::JobNotFound
        | Rejection::AdjustmentNotFound => StatusCode::NOT_FOUND,
        Rejection::ActivityConflict
        | Rejection::RepairNotOffered
        | Rejection::StreakNotBroken
        | Rejection::PartnerExists { .. }
        | Rejection::KeyExists { .. }
        | Rejection::ProductConflict { .. }
        | Rejection::VersionConflict { .. }
        | Rejection::StateConflict { .. }
        | Rejection::WrongStock { .. }
        | Rejection::JobConflict { .. }
        | Rejection::BatchNotDone
        | Rejection::AdjustmentConflict { .. }
        | Rejection::AdjustmentDecided { .. }
        | Rejection::EntryCorrected { .. }
        | Rejection::CaseDecided { .. }
        | Rejection::CodeNotReturnable { .. }
        | Rejection::CodeNotOpen { .. }
        | Rejection::CodeValidLonger { .. }
        | Rejection::CodeReserved { .. }
        | Rejection::TooManyKeys { .. } => StatusCode::CONFLICT,
        Rejection::TooManyGuesses { .. } => StatusCode::TOO_MANY_REQUESTS,
        Rejection::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Rejection::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        // The others were understood, and cannot be done as things are.
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl Problem {
    /// The problem that `error` is to whoever made the request. Of a failure it says nothing but the request id.
    pub fn new(error: &Error, request_id: &str) -> Self {
        let (status, detail, retryable, facts) = match error {
            Error::Rejected(rejection) => (
                status(rejection),
                rejection.to_string(),
                matches!(rejection, Rejection::TooManyGuesses { .. }),
                Facts::Rejection(rejection.clone()),
            ),
            Error::Failed(failure) if failure.retryable() => {
                let detail = "This did not work for now. Trying again is safe.";
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    detail.to_owned(),
                    true,
                    Facts::Failure {
                        code: "UNAVAILABLE",
                    },
                )
            }
            Error::Failed(_) => {
                let detail = "Something is broken on our side. Tell us the request id.";
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    detail.to_owned(),
                    false,
                    Facts::Failure { code: "INTERNAL" },
                )
            }
        };
        let title = status.canonical_reason().unwrap_or_default();
        Self {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail,
            request_id: request_id.to_owned(),
            retryable,
            facts,
        }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body of the response.
    pub fn body(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
