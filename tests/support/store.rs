//! The world's store: the one in memory, shared, and able to fail.

use std::sync::Arc;

use async_trait::async_trait;
use shared::error::Failure;
use shared::id::MemberId;
use shared::table::{Cancelled, Item, Key, Memory, Page, Query, Store, Write};

/// What does not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Everything works.
    #[default]
    None,
    /// Every request to the store fails.
    Everything,
    /// Requests about this member fail.
    Member(MemberId),
}

/// What an operator would find in the log, and nobody else may see.
pub const INNER_STORY: [&str; 2] = [
    "reading rjv-Ledger-1X2Y3Z",
    "10.0.0.7 refused the connection",
];

/// What it looks like from inside when something does not answer.
pub fn outage() -> Failure {
    let [context, cause] = INNER_STORY;
    Failure::unavailable(context).because(cause)
}

/// A handle on the items of a world.
pub struct Shared {
    /// The items.
    pub memory: Arc<Memory>,
    /// What does not work.
    pub fault: Fault,
}

impl Shared {
    fn check<'a>(&self, partitions: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let fails = match self.fault {
            Fault::None => false,
            Fault::Everything => true,
            Fault::Member(member) => {
                let member = member.to_string();
                partitions.into_iter().any(|pk| pk == member)
            }
        };
        if fails { Err(outage()) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for Shared {
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Failure> {
        self.check(keys.iter().map(|key| key.pk.as_str()))?;
        self.memory.get_many(keys).await
    }

    async fn query(&self, query: &Query) -> Result<Page, Failure> {
        self.check([query.pk.as_str()])?;
        self.memory.query(query).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Option<Item>, Cancelled> {
        self.check(writes.iter().map(|write| write.key.pk.as_str()))
            .map_err(Cancelled::Failed)?;
        self.memory.commit(writes).await
    }

    async fn back_off(&self, attempt: u32) {
        self.memory.back_off(attempt).await;
    }
}
