//! Codes that a partner brings, and those of them that are there from the beginning.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use shared::codes::jobs::import::{self, Codes, Job, Tools};
use shared::error::Failure;
use shared::messaging::{ImportQueue, Message, Send, Sender};
use shared::objects::{InMemory, Objects};
use shared::table::Tables;

use super::wares::{self, BROUGHT};
use super::{act, at_once, secrets, start, text, vault};

/// How many are there from the beginning.
const COUNT: u32 = 9;

/// The code with this number.
pub fn brought(number: u32) -> String {
    format!("KIT-{number:05}")
}

/// Those that are there from the beginning.
pub fn stocked() -> impl Iterator<Item = String> {
    (0..COUNT).map(brought)
}

/// What was sent, in place of a queue.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<Message>>>);

#[async_trait]
impl Send for Sent {
    async fn send(&self, message: Message) -> Result<(), Failure> {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.push(message);
        Ok(())
    }
}

/// Imports them.
pub fn open(tables: &Tables) {
    let sent = Sent::default();
    let queue = ImportQueue(Sender::new(sent.clone()));
    let (objects, secrets, vault) = (Objects::new(InMemory::default()), secrets(), vault());
    let offer = wares::offers().swap_remove(BROUGHT);
    let codes = Codes::Listed(stocked().collect());
    let order = (offer.product.product_id, text("opening"));
    let tools = (tables, &objects, &queue, &secrets.lookup);
    let started = at_once(import::start(
        tools,
        order,
        &codes,
        &act("opening", start()),
    ));
    started.expect("an import");
    let messages = std::mem::take(&mut *sent.0.lock().unwrap_or_else(PoisonError::into_inner));
    for message in messages {
        let job: Job = serde_json::from_str(&message.body).expect("a job");
        let tools = Tools {
            tables,
            objects: &objects,
            vault: &vault,
            lookup: &secrets.lookup,
        };
        at_once(import::walk(tools, &queue, job, start())).expect("an import");
    }
}
