//! A walk through the codes that are due, in the order in which they run out.

use serde::Deserialize;

use super::keys;
use crate::codes::{self, Code};
use crate::error::Failure;
use crate::id::CodeId;
use crate::table::Tables;
use crate::time::{Day, Timestamp};

/// How many codes are read at a time.
const PAGE: usize = 100;

/// A walk through one shard.
pub(super) struct Walk<'a> {
    pub tables: &'a Tables,
    pub shard: u8,
    /// Behind which sort key it goes on. It begins with a day.
    pub place: String,
    /// What runs out later is not looked at.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct Due {
    sk: String,
    code_id: CodeId,
}

impl Walk<'_> {
    /// On which day it is.
    pub fn day(&self) -> Result<Day, Failure> {
        let day = self.place.get(..10).and_then(|day| day.parse().ok());
        day.ok_or_else(|| Failure::broken("a place among what is due has no day"))
    }

    /// The next codes, as they are now; none at the end of the walk.
    pub async fn step(&mut self) -> Result<Option<Vec<Code>>, Failure> {
        let end = keys::behind(self.until);
        loop {
            let day = self.day()?;
            if day > self.until.day() {
                return Ok(None);
            }
            let query = keys::due_on(day, self.shard, Some(self.place.clone()), PAGE);
            let (mut due, _): (Vec<Due>, _) = self.tables.page(&query).await?;
            due.retain(|due| due.sk < end);
            let Some(last) = due.last() else {
                let next = day.succ_opt();
                let next = next.ok_or_else(|| Failure::broken("a walk behind the last day"))?;
                self.place = next.to_string();
                continue;
            };
            self.place.clone_from(&last.sk);
            let ids: Vec<CodeId> = due.iter().map(|due| due.code_id).collect();
            return Ok(Some(codes::read(self.tables, &ids).await?));
        }
    }
}
