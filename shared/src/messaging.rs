//! Messages between functions.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use crate::error::Failure;

/// A message on its way to a queue or a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says, JSON.
    pub body: String,
    /// What subscribers may filter by.
    pub attributes: BTreeMap<&'static str, String>,
    /// Its order and identity, where the queue keeps both.
    pub fifo: Option<Fifo>,
}

impl Message {
    /// The order to do a stretch of a job, for a queue without order.
    pub fn job(job: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_string(job);
        Ok(Self {
            body: body.map_err(|error| Failure::broken("writing a job").because(error))?,
            attributes: BTreeMap::new(),
            fifo: None,
        })
    }
}

/// The place of a message in an ordered queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo {
    /// Messages of one group are delivered in order.
    pub group: String,
    /// A second message of the same name within five minutes is dropped.
    pub deduplication: String,
}

/// A message whose group matters: those of one group are handled together and in order.
pub trait Grouped {
    /// Which group it belongs to.
    fn group(&self) -> String;
}

/// Where messages go.
#[async_trait]
pub trait Send: std::marker::Send + Sync {
    /// Hands the message over. Once this returns, it is durable.
    async fn send(&self, message: Message) -> Result<(), Failure>;
}

/// A handle on the queue or topic a function sends to.
#[derive(Clone)]
pub struct Sender(Arc<dyn Send>);

impl Sender {
    /// A handle on `destination`.
    pub fn new(destination: impl Send + 'static) -> Self {
        Self(Arc::new(destination))
    }

    /// Hands the message over. Once this returns, it is durable.
    pub async fn send(&self, message: Message) -> Result<(), Failure> {
        self.0.send(message).await
    }
}

/// The queue that carries activities to their award.
#[derive(Clone)]
pub struct RewardQueue(pub Sender);

/// The queue that carries the stretches of a reconciliation.
#[derive(Clone)]
pub struct ReconciliationQueue(pub Sender);

/// The queue that carries the stretches of backtests.
#[derive(Clone)]
pub struct BacktestQueue(pub Sender);

/// The queue that carries the stretches of imports of codes.
#[derive(Clone)]
pub struct ImportQueue(pub Sender);

/// The queue that carries the stretches of batches of printed codes.
#[derive(Clone)]
pub struct MintingQueue(pub Sender);

/// The topic that tells of entries.
#[derive(Clone)]
pub struct NewsTopic(pub Sender);
