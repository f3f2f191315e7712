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
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    response
}

fn read<M: DeserializeOwned>(record: EventRecord) -> Option<M> {
    let item = serde_dynamo::from_item(record.change.new_image);
    item.inspect_err(
        |error| tracing::error!(event_id = record.event_id, %error, "unreadable record"),
    )
    .ok()
}
