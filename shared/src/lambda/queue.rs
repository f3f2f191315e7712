//! Batches from a queue, with exact partial failures.
//!
//! A message that cannot be read fails, so that the queue sets it aside for a person to look at; dropping it could lose tokens.
//! A refusal is success: trying again cannot help.

use std::collections::BTreeMap;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::messaging::Grouped;

/// Handles the messages one by one; answers which of them failed.
pub async fn deliver<M: DeserializeOwned, R>(
    event: SqsEvent,
    handle: impl Fn(M) -> R,
) -> SqsBatchResponse
where
    R: Future<Output = Result<(), Error>>,
{
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let done = match read(&message) {
            Some(content) => succeeded(handle(content).await),
            None => false,
        };
        if !done {
            response.add_failure(message.message_id.unwrap_or_default());
        }
    }
    response
}

/// Handles the messages group by group; answers which of them failed. A failure fails its whole group, which keeps its order
/// when it comes again; other groups, and an unreadable message of the same group, have nothing to do with it.
pub async fn deliver_groups<M: DeserializeOwned + Grouped, R>(
    event: SqsEvent,
    handle: impl Fn(Vec<M>) -> R,
) -> SqsBatchResponse
where
    R: Future<Output = Result<(), Error>>,
{
    let mut response = SqsBatchResponse::default();
    let mut groups: BTreeMap<String, (Vec<M>, Vec<String>)> = BTreeMap::new();
    for message in event.records {
        let content: Option<M> = read(&message);
        let message_id = message.message_id.unwrap_or_default();
        match content {
            Some(content) => {
                let (contents, message_ids) = groups.entry(content.group()).or_default();
                contents.push(content);
                message_ids.push(message_id);
            }
            None => response.add_failure(message_id),
        }
    }
    for (contents, message_ids) in groups.into_values() {
        if !succeeded(handle(contents).await) {
            for message_id in message_ids {
                response.add_failure(message_id);
            }
        }
    }
    response
}

fn read<M: DeserializeOwned>(message: &SqsMessage) -> Option<M> {
    let content = serde_json::from_str(message.body.as_deref().unwrap_or_default());
    let report = |error: &serde_json::Error| tracing::error!(message_id = message.message_id, %error, "unreadable message");
    content.inspect_err(report).ok()
}

/// Whether a message is done with, logging it if it did not go as it should.
pub(super) fn succeeded(outcome: Result<(), Error>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(Error::Rejected(rejection)) => {
            tracing::info!(rejection = ?rejection, "refused");
            true
        }
        Err(Error::Failed(failure)) => {
            tracing::warn!(failure = failure.chain(), "will be tried again");
            false
        }
    }
}
