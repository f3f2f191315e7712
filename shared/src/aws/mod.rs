//! Clients and their configuration.
//!
//! On Lambda the region, the credentials and, for a local cloud, the endpoint are environment variables, so the default
//! chain of providers, with all that it links, is not needed.

mod bucket;
mod sender;
mod transport;

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
pub use aws_types::SdkConfig;

use self::bucket::Bucket;
use self::sender::{Queue, Topic};
use crate::error::Failure;
use crate::messaging::Sender;
use crate::objects::Objects;
use crate::table::{Dynamo, Table, Tables, WholeTables};

/// Where the settings of a process come from.
pub trait Settings {
    /// A setting that may be missing.
    fn get(&self, name: &str) -> Option<String>;

    /// A setting that must be there.
    fn require(&self, name: &str) -> Result<String, Failure> {
        self.get(name)
            .ok_or_else(|| Failure::broken(format!("the environment variable {name} is missing")))
    }
}

/// What every client of a process is built from.
///
/// The SDK's defaults have no read timeout and wait a second before the first retry; a Lambda function has seconds in all.
pub fn configuration(settings: &impl Settings) -> Result<SdkConfig, Failure> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(4)
        .with_initial_backoff(Duration::from_millis(25))
        .with_max_backoff(Duration::from_secs(1));
    let credentials = Credentials::new(
        settings.require("AWS_ACCESS_KEY_ID")?,
        settings.require("AWS_SECRET_ACCESS_KEY")?,
        settings.get("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let mut configuration = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(transport::client(settings)?)
        .region(Region::new(settings.require("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts)
        .retry_config(retries);
    configuration.set_endpoint_url(settings.get("AWS_ENDPOINT_URL"));
    Ok(configuration.build())
}

/// The tables this function was given names for.
pub fn tables(configuration: &SdkConfig, settings: &impl Settings) -> Tables {
    Tables::new(dynamo(configuration, settings))
}

/// The same, to be read from end to end.
pub fn whole_tables(configuration: &SdkConfig, settings: &impl Settings) -> WholeTables {
    WholeTables::new(dynamo(configuration, settings))
}

fn dynamo(configuration: &SdkConfig, settings: &impl Settings) -> Dynamo {
    let variable = |table: Table| match table {
        Table::Ledger => "LEDGER_TABLE",
        Table::Codes => "CODES_TABLE",
        Table::Catalog => "CATALOG_TABLE",
        Table::Members => "MEMBERS_TABLE",
        Table::Partners => "PARTNERS_TABLE",
        Table::Insights => "INSIGHTS_TABLE",
    };
    let named = Table::ALL
        .into_iter()
        .filter_map(|table| Some((table, settings.get(variable(table))?)));
    let client = aws_sdk_dynamodb::Client::new(configuration);
    Dynamo::new(client, named.collect())
}

/// The queue with this URL.
pub fn queue(configuration: &SdkConfig, url: String) -> Sender {
    let client = aws_sdk_sqs::Client::new(configuration);
    Sender::new(Queue { client, url })
}

/// The topic with this ARN.
pub fn topic(configuration: &SdkConfig, arn: String) -> Sender {
    let client = aws_sdk_sns::Client::new(configuration);
    Sender::new(Topic { client, arn })
}

/// The bucket of this name.
pub fn objects(configuration: &SdkConfig, name: String) -> Objects {
    Objects::new(Bucket::new(configuration, name))
}
