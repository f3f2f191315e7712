//! Batches from a table's stream.

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use serde::de::DeserializeOwned;

use super::queue::succeeded;
use crate::error::Error;

/// Handles the new items one by one and in order; answers the first that failed, from which the stream goes on.
pub async fn deliver_records<M: DeserializeOwned, R>(
    event: Event,
    handle: impl Fn(M) -> R,
) -> DynamoDbEventResponse
where
    R: Future<Output = Result<(), Error>>,
{
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        let sequence_number = record.change.sequence_number.clone();
        let done = match read(record) {
            Some(item) => succeeded(handle(item).await),
            None => false,
        };
        if !done {
            response
                .batch_item_failures
                .push(failure_from(sequence_number));
            break;
        }
    }
    response
}

/// Handles all new items of a batch together. A failure fails the batch from its first item on, and an item that cannot be read
/// only itself and what comes after it.
pub async fn deliver_batch<M: DeserializeOwned, R>(
    event: Event,
    handle: impl FnOnce(Vec<M>) -> R,
) -> DynamoDbEventResponse
where
    R: Future<Output = Result<(), Error>>,
{
    let mut items = Vec::with_capacity(event.records.len());
    let (mut first, mut unreadable) = (None, None);
    for record in event.records {
        let sequence_number = record.change.sequence_number.clone();
        let Some(item) = read(record) else {
            unreadable = Some(sequence_number);
            break;
        };
        first.get_or_insert(sequence_number);
        items.push(item);
    }
    let done = items.is_empty() || succeeded(handle(items).await);
    let mut response = DynamoDbEventResponse::default();
    let failed = if done { unreadable } else { first };
    response
        .batch_item_failures
        .extend(failed.map(failure_from));
    response
}

/// The stream goes on from this record.
fn failure_from(sequence_number: Option<String>) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = sequence_number;
    failure
}

fn read<M: DeserializeOwned>(record: EventRecord) -> Option<M> {
    let item = serde_dynamo::from_item(record.change.new_image);
    item.inspect_err(
        |error| tracing::error!(event_id = record.event_id, %error, "unreadable record"),
    )
    .ok()
}
