//! What a function's own role may do, tried with real, signed requests.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use shared::aws::{Settings, configuration};

use super::aws::{assume, function_role};
use super::stack;

/// The role of a function, and requests under it.
pub struct Role {
    function: String,
    client: Client,
}

/// What Lambda tells a function.
struct Variables(HashMap<&'static str, String>);

impl Settings for Variables {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

impl Role {
    /// The role of this function.
    pub fn of(function: &str) -> Self {
        let [key, secret, token] = assume(&function_role(function));
        let variables = Variables(HashMap::from([
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", stack().aws_endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_SESSION_TOKEN", token),
        ]));
        let configuration = configuration(&variables).unwrap();
        Self {
            function: function.to_owned(),
            client: Client::new(&configuration),
        }
    }

    pub fn may(&self, action: &str, table: &str) {
        let refused = self.attempt(action, table);
        assert_eq!(refused, None, "{} {action} {table}", self.function);
    }

    pub fn may_not(&self, action: &str, table: &str) {
        let refused = self.attempt(action, table);
        let refused = refused.as_deref();
        assert_eq!(
            refused,
            Some("AccessDeniedException"),
            "{} {action} {table}",
            self.function
        );
    }

    /// The code with which the action is refused, on an item that is not there and under a condition that keeps it so.
    fn attempt(&self, action: &str, table: &str) -> Option<String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let text = || AttributeValue::S("proof".to_owned());
        let key = HashMap::from([("pk".to_owned(), text()), ("sk".to_owned(), text())]);
        let (client, table) = (&self.client, stack().output(table));
        let code = |error: &dyn ProvideErrorMetadata| error.code().unwrap_or("none").to_owned();
        runtime.block_on(async {
            match action {
                "GetItem" => {
                    let request = client.get_item().table_name(table).set_key(Some(key));
                    request.send().await.err().map(|error| code(&error))
                }
                "BatchGetItem" => {
                    let keys = KeysAndAttributes::builder().keys(key).build().unwrap();
                    let request = client.batch_get_item().request_items(table, keys);
                    request.send().await.err().map(|error| code(&error))
                }
                "PutItem" => {
                    let request = client.put_item().table_name(table).set_item(Some(key));
                    let request = request.condition_expression("attribute_exists(pk)");
                    request.send().await.err().map(|error| code(&error))
                }
                "DeleteItem" => {
                    let request = client.delete_item().table_name(table).set_key(Some(key));
                    request.send().await.err().map(|error| code(&error))
                }
                "Query" => {
                    let request = client.query().table_name(table);
                    let request = request
                        .key_condition_expression("pk = :pk")
                        .expression_attribute_values(":pk", text());
                    request.send().await.err().map(|error| code(&error))
                }
                "Scan" => {
                    let request = client.scan().table_name(table).limit(1);
                    request.send().await.err().map(|error| code(&error))
                }
                other => panic!("no such action here: {other}"),
            }
        })
    }
}
