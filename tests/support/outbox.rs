//! Where messages go in the world.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use shared::error::Failure;
use shared::messaging::{Message, Send};

use super::store::outage;

/// A queue or topic that keeps what was sent to it.
#[derive(Clone, Default)]
pub struct Outbox {
    kept: Arc<Mutex<Vec<Message>>>,
    /// Whether it takes nothing.
    pub is_down: bool,
}

impl Outbox {
    /// Everything that was sent, in order.
    pub fn messages(&self) -> Vec<Message> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Outbox {
    /// Another one in which the same was sent.
    pub fn copied(&self) -> Self {
        Self {
            kept: Arc::new(Mutex::new(self.messages())),
            is_down: self.is_down,
        }
    }

    /// Takes everything that was sent.
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Send for Outbox {
    /// Like an ordered queue, it drops a second message of the same name.
    async fn send(&self, message: Message) -> Result<(), Failure> {
        if self.is_down {
            return Err(outage());
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |message: &Message| message.fifo.as_ref().map(|fifo| fifo.deduplication.clone());
        if message.fifo.is_none() || !kept.iter().any(|other| name(other) == name(&message)) {
            kept.push(message);
        }
        Ok(())
    }
}
