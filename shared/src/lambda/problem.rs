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

/// Matches a rejection with every status and all that it answers. Without one of the rejections this does not compile.
macro_rules! statuses {
    ($rejection:expr, $($status:ident: $($name:ident)+;)+) => {
        match $rejection {
            $($(Rejection::$name { .. })|+ => StatusCode::$status,)+
        }
    };
}

/// The status that answers a rejection.
pub fn status(rejection: &Rejection) -> StatusCode {
    statuses! { rejection,
        BAD_REQUEST:
            InvalidPath InvalidQuery InvalidBody InvalidCursor QuoteInvalid;
        UNAUTHORIZED:
            Unauthenticated;
        FORBIDDEN:
            Forbidden ActivityNotYoursToReport QuoteNotYours SecondAdministratorNeeded;
        NOT_FOUND:
            EntryNotFound PurchaseNotFound ProductNotFound PartnerNotFound KeyNotFound StreakNotFound
            ReconciliationNotFound ActivityNotFound BacktestNotFound RuleNotFound PromotionNotFound PriceRuleNotFound
            PricePromotionNotFound VersionNotFound CodeNotFound CaseNotFound JobNotFound AdjustmentNotFound;
        CONFLICT:
            ActivityConflict RepairNotOffered StreakNotBroken PartnerExists KeyExists ProductConflict VersionConflict
            StateConflict WrongStock JobConflict BatchNotDone AdjustmentConflict AdjustmentDecided EntryCorrected
            CaseDecided CodeNotReturnable CodeNotOpen CodeValidLonger CodeReserved TooManyKeys;
        TOO_MANY_REQUESTS:
            TooManyGuesses;
        PAYLOAD_TOO_LARGE:
            BodyTooLarge;
        UNSUPPORTED_MEDIA_TYPE:
            UnsupportedMediaType;
        UNPROCESSABLE_ENTITY:
            BacktestOrReasonNeeded OccurredInFuture OccurredTooLongAgo RepairTooLate RepairTooSoon
            TimeZoneChangedTooOften QuoteExpired ProductUnavailable PerMemberLimit InsufficientTokens SoldOut
            CodeRevealed ReturnTooLate ReturnRefused CodeNotRedeemable CodeExpired CodeNotReserved EntriesUnsound
            UploadMissing UploadTooLarge UploadUnreadable BatchFileDeleted;
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
