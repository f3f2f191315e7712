//! The cloud behind the APIs, with the rights of the account's owner: people, queues and tables.
//!
//! The local cloud knows its owner by the access key alone and checks no signature, so plain requests do.

use std::sync::{PoisonError, RwLock};

use serde_json::{Value, json};

use super::http::{Payload, send};
use super::{array, stack, text};

const OWNER: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/service/aws4_request, SignedHeaders=host, Signature=0";

/// Calls a service; the answer must be good.
fn call(target: &str, body: &Value) -> Value {
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", target),
        ("authorization", OWNER),
    ];
    let answer = send("POST", &stack().aws_endpoint, &headers, Payload::Json(body));
    assert_eq!(answer.status, 200, "{target}: {answer}");
    if answer.text.is_empty() {
        Value::Null
    } else {
        answer.json()
    }
}

/// Whether the cloud answers somebody with this access key who signs nothing.
pub fn knows_key(key: &str) -> bool {
    let credential = OWNER.replace("Credential=test/", &format!("Credential={key}/"));
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", "DynamoDB_20120810.ListTables"),
        ("authorization", &credential),
    ];
    let endpoint = &stack().aws_endpoint;
    send("POST", endpoint, &headers, Payload::Json(&json!({}))).status == 200
}

/// The role under which a function runs.
pub fn function_role(function: &str) -> String {
    let path = format!("/2015-03-31/functions/rjv-{function}");
    let url = format!("{}{path}", stack().aws_endpoint);
    let owner = OWNER.replace("/service/", "/lambda/");
    let headers = [("authorization", owner.as_str())];
    let found = send("GET", &url, &headers, Payload::Nothing).good(200);
    text(&found["Configuration"], "Role").to_owned()
}

/// Credentials of a role: key, secret and session token.
pub fn assume(role: &str) -> [String; 3] {
    let form = format!("Action=AssumeRole&Version=2011-06-15&RoleSessionName=proof&RoleArn={role}");
    let form = Payload::Raw(Some("application/x-www-form-urlencoded"), form.as_bytes());
    let owner = OWNER.replace("/service/", "/sts/");
    let headers = [("authorization", owner.as_str())];
    let answer = send("POST", &stack().aws_endpoint, &headers, form);
    assert_eq!(answer.status, 200, "{answer}");
    ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|name| {
        let (_, rest) = answer.text.split_once(&format!("<{name}>")).unwrap();
        rest.split('<').next().unwrap().to_owned()
    })
}

/// Calls the identity service.
pub fn idp(action: &str, body: &Value) -> Value {
    call(&format!("AWSCognitoIdentityProviderService.{action}"), body)
}

/// Held for writing while tokens are made to last for a moment only, so that nobody else gets such a one.
static SIGN_IN: RwLock<()> = RwLock::new(());

/// The tokens of a person who signs in with a password.
pub fn sign_in(email: &str, password: &str) -> Value {
    let _others = SIGN_IN.read().unwrap_or_else(PoisonError::into_inner);
    initiate(email, password)
}

/// The tokens of a person who signs in while an access token lasts only so many seconds.
pub fn sign_in_for(seconds: u64, email: &str, password: &str) -> Value {
    let _alone = SIGN_IN.write().unwrap_or_else(PoisonError::into_inner);
    let client =
        json!({"UserPoolId": stack().user_pool_id, "ClientId": stack().user_pool_client_id});
    let usual = idp("DescribeUserPoolClient", &client)["UserPoolClient"].clone();
    let lasting = |validity: &Value, unit: &Value| {
        let mut settings = client.clone();
        settings["ExplicitAuthFlows"] = usual["ExplicitAuthFlows"].clone();
        settings["AccessTokenValidity"] = validity.clone();
        settings["TokenValidityUnits"] = usual["TokenValidityUnits"].clone();
        settings["TokenValidityUnits"]["AccessToken"] = unit.clone();
        idp("UpdateUserPoolClient", &settings);
    };
    lasting(&json!(seconds), &json!("seconds"));
    let tokens = initiate(email, password);
    lasting(
        &usual["AccessTokenValidity"],
        &usual["TokenValidityUnits"]["AccessToken"],
    );
    tokens
}

fn initiate(email: &str, password: &str) -> Value {
    let request = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": stack().user_pool_client_id,
        "AuthParameters": {"USERNAME": email, "PASSWORD": password},
    });
    idp("InitiateAuth", &request)["AuthenticationResult"].clone()
}

/// A queue of the stack.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    url: &'static str,
}

/// Makes a queue hand failed messages out again soon, until it is dropped.
#[must_use]
pub struct Impatient {
    queue: Queue,
    usual: String,
}

impl Queue {
    /// The queue whose URL is this output of the stack.
    pub fn of(output: &str) -> Self {
        Self {
            url: stack().output(output),
        }
    }

    fn call(self, action: &str, mut body: Value) -> Value {
        body["QueueUrl"] = json!(self.url);
        call(&format!("AmazonSQS.{action}"), &body)
    }

    /// Puts messages on the queue as one batch, all of `group` where the queue has groups.
    pub fn send(self, group: Option<&str>, bodies: &[String]) {
        let entry = |(place, body): (usize, &String)| {
            let mut entry = json!({"Id": place.to_string(), "MessageBody": body});
            if let Some(group) = group {
                entry["MessageGroupId"] = json!(group);
                entry["MessageDeduplicationId"] = json!(super::fresh("test"));
            }
            entry
        };
        let entries: Vec<Value> = bodies.iter().enumerate().map(entry).collect();
        let answer = self.call("SendMessageBatch", json!({"Entries": entries}));
        assert_eq!(array(&answer, "Successful").len(), bodies.len(), "{answer}");
    }

    /// Takes the message with this body off the queue, if it is there.
    pub fn take(self, body: &str) -> Option<()> {
        let answer = self.call(
            "ReceiveMessage",
            json!({"MaxNumberOfMessages": 10, "VisibilityTimeout": 1}),
        );
        let messages = answer["Messages"].as_array()?;
        let message = messages.iter().find(|message| message["Body"] == body)?;
        self.call(
            "DeleteMessage",
            json!({"ReceiptHandle": message["ReceiptHandle"]}),
        );
        Some(())
    }

    /// Whether no message waits on the queue or is being handled.
    pub fn is_idle(self) -> bool {
        let names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ];
        let answer = self.call("GetQueueAttributes", json!({"AttributeNames": names}));
        names
            .iter()
            .all(|name| text(&answer["Attributes"], name) == "0")
    }

    /// Hands failed messages out again after seconds, not a minute, so that a message which always fails is set aside soon.
    pub fn impatient(self) -> Impatient {
        let answer = self.call(
            "GetQueueAttributes",
            json!({"AttributeNames": ["VisibilityTimeout"]}),
        );
        let usual = text(&answer["Attributes"], "VisibilityTimeout").to_owned();
        let impatient = Impatient { queue: self, usual };
        impatient.set("3");
        impatient
    }
}

impl Impatient {
    fn set(&self, seconds: &str) {
        self.queue.call(
            "SetQueueAttributes",
            json!({"Attributes": {"VisibilityTimeout": seconds}}),
        );
    }
}

impl Drop for Impatient {
    fn drop(&mut self) {
        self.set(&self.usual);
    }
}

/// An item as its table keeps it.
pub fn item(table: &str, pk: &str, sk: &str) -> Value {
    let request = json!({
        "TableName": stack().output(table),
        "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
        "ConsistentRead": true,
    });
    call("DynamoDB_20120810.GetItem", &request)["Item"].clone()
}

/// Puts an item into its table, as a hand that should not be there would.
pub fn put_item(table: &str, item: &Value) {
    let request = json!({"TableName": stack().output(table), "Item": item});
    call("DynamoDB_20120810.PutItem", &request);
}

/// Invokes a function as its schedule does.
pub fn run_schedule(function: &str, event: &Value) {
    let path = format!("/2015-03-31/functions/rjv-{function}/invocations");
    let url = format!("{}{path}", stack().aws_endpoint);
    let owner = OWNER.replace("/service/", "/lambda/");
    let headers = [("authorization", owner.as_str())];
    let answer = send("POST", &url, &headers, Payload::Json(event));
    assert_eq!(answer.status, 200, "{answer}");
    assert!(!answer.text.contains("errorMessage"), "{answer}");
}
