//! The queue into which the programme's services put what they saw, with the rights of the account's owner.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::http::Http;
use crate::stack::Stack;

/// The local cloud knows its owner by the access key alone and checks no signature.
const OWNER: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

/// Puts a sighting on the queue, as a service of the programme would: in its member's order, under the name of its event.
pub fn send(http: &Http, stack: &Stack, sighting: &Value) -> Result<()> {
    let word = |name: &str| {
        sighting[name]
            .as_str()
            .with_context(|| format!("a sighting without {name}"))
    };
    let queue = stack.outputs["SightingsQueueUrl"].as_str();
    let message = json!({
        "QueueUrl": queue.context("the stack has no queue of sightings")?,
        "MessageBody": sighting.to_string(),
        "MessageGroupId": word("member_id")?,
        "MessageDeduplicationId": word("event_id")?,
    });
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "AmazonSQS.SendMessage"),
        ("authorization", OWNER),
    ];
    let sent = http.send("POST", &stack.aws_endpoint, &headers, Some(&message))?;
    sent.expect(200, "put a sighting on its queue")?;
    Ok(())
}
