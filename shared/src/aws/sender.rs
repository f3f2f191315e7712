//! Queues and topics as destinations of messages.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::types::MessageAttributeValue;

use crate::error::Failure;
use crate::messaging::{Message, Send};

/// An SQS queue.
pub struct Queue {
    /// The client.
    pub client: aws_sdk_sqs::Client,
    /// The queue's URL.
    pub url: String,
}

/// An SNS topic.
pub struct Topic {
    /// The client.
    pub client: aws_sdk_sns::Client,
    /// The topic's ARN.
    pub arn: String,
}

#[async_trait]
impl Send for Queue {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let (group, deduplication) = message
            .fifo
            .map(|fifo| (fifo.group, fifo.deduplication))
            .unzip();
        let request = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(message.body);
        let request = request
            .set_message_group_id(group)
            .set_message_deduplication_id(deduplication);
        request
            .send()
            .await
            .map_err(|error| Failure::unavailable("sending to a queue").because(error))?;
        Ok(())
    }
}

#[async_trait]
impl Send for Topic {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let attribute = |(name, value): (&'static str, String)| {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(value)
                .build();
            value.map(|value| (name.to_owned(), value))
        };
        let attributes = message
            .attributes
            .into_iter()
            .map(attribute)
            .collect::<Result<HashMap<_, _>, _>>();
        let attributes = attributes
            .map_err(|error| Failure::broken("building a notification").because(error))?;
        let request = self
            .client
            .publish()
            .topic_arn(&self.arn)
            .message(message.body);
        let request = request.set_message_attributes(Some(attributes));
        request
            .send()
            .await
            .map_err(|error| Failure::unavailable("publishing to a topic").because(error))?;
        Ok(())
    }
}
