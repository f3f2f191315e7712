//! What DynamoDB's errors mean.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;

use super::Attributes;
use crate::error::Failure;
use crate::table::{Cancelled, Item, Obstacle};

/// The item a condition failed on.
pub(super) fn obstacle(item: Option<Attributes>) -> Obstacle {
    Obstacle(item.filter(|item| !item.is_empty()).map(Item::from))
}

/// Reads why a transaction was cancelled. A failed condition is final; a conflict only says that somebody else was first.
pub(super) fn reasons_of_cancellation(
    reasons: Vec<CancellationReason>,
    error: SdkError<TransactWriteItemsError>,
) -> Cancelled {
    let codes: Vec<String> = reasons
        .iter()
        .map(|reason| reason.code.clone().unwrap_or_default())
        .collect();
    let any = |code: &str| codes.iter().any(|found| found == code);
    if any("ConditionalCheckFailed") {
        let refused = reasons.into_iter().zip(&codes);
        let refused = refused.map(|(reason, code)| {
            (code == "ConditionalCheckFailed").then(|| obstacle(reason.item))
        });
        Cancelled::Refused(refused.collect())
    } else if any("TransactionConflict") {
        Cancelled::Contended
    } else {
        let throttled = any("ThrottlingError") || any("ProvisionedThroughputExceeded");
        let context = format!(
            "committing a transaction: cancelled for {}",
            codes.join(", ")
        );
        let failure = if throttled {
            Failure::unavailable(context)
        } else {
            Failure::broken(context)
        };
        Cancelled::Failed(failure.because(error))
    }
}

/// Sorts an SDK error into what may pass and what is our mistake: a request the service understood and refused for good.
pub(super) fn failure<E>(context: &str, error: SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    const OURS: [&str; 5] = [
        "AccessDeniedException",
        "IdempotentParameterMismatchException",
        "ItemCollectionSizeLimitExceededException",
        "ResourceNotFoundException",
        "ValidationException",
    ];
    let ours = error.code().is_some_and(|code| OURS.contains(&code));
    let failure = if ours {
        Failure::broken(context)
    } else {
        Failure::unavailable(context)
    };
    failure.because(error)
}
