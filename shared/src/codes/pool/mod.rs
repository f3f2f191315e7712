//! Pools: codes that a partner gave us and that nobody bought yet.
//!
//! An entry stands in one of eight shards, by its name, and the product's stock counter of that shard is the number of its
//! entries: whoever adds or takes an entry changes both in one transaction. An entry is claimed by deleting it, in the
//! transaction that makes a sold code of it.

mod keys;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Failure;
use crate::id::{CodeId, JobId, ProductId};
use crate::seal::Ciphertext;
use crate::stock;
use crate::table::{self, Condition, Key, Tables, Write, text};

/// A code in a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The name it has, and will have when it is sold.
    pub code_id: CodeId,
    /// Its last four characters.
    pub last4: String,
    /// Its text, locked for the product and this name.
    pub ciphertext: Ciphertext,
    /// The version of the vault's secret that locked it.
    pub key_version: u32,
    /// The import that brought it.
    pub job_id: JobId,
}

/// The shard in which an entry of this name stands.
pub fn shard_of(code: CodeId) -> u8 {
    stock::shard_of(code.uuid())
}

/// Where an entry stands.
pub fn key(product: ProductId, code: CodeId) -> Key {
    keys::entry(product, shard_of(code), code)
}

/// Reads up to `limit` entries of a shard, those behind `from` first and then those before it, so that buyers who begin at
/// random places seldom want the same entry.
pub async fn entries(
    tables: &Tables,
    (product, shard): (ProductId, u8),
    from: Uuid,
    limit: usize,
) -> Result<Vec<Entry>, Failure> {
    let from = CodeId::new(from);
    let behind = keys::entries(product, shard, Some(from), limit);
    let (mut entries, _): (Vec<Entry>, _) = tables.page(&behind).await?;
    let missing = limit.saturating_sub(entries.len());
    if missing > 0 {
        let start = keys::entries(product, shard, None, missing);
        let (before, _): (Vec<Entry>, _) = tables.page(&start).await?;
        entries.extend(before.into_iter().filter(|entry| entry.code_id <= from));
    }
    Ok(entries)
}

/// How many entries are read at a time to be counted.
const PAGE: usize = 1000;

/// Counts the entries of a shard.
pub async fn count(tables: &Tables, (product, shard): (ProductId, u8)) -> Result<u32, Failure> {
    let (mut count, mut after) = (0_u32, None);
    loop {
        let query = keys::entries(product, shard, after, PAGE);
        let (entries, next): (Vec<Entry>, _) = tables.page(&query).await?;
        count = count.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        after = entries.last().map(|entry| entry.code_id);
        if next.is_none() {
            return Ok(count);
        }
    }
}

/// The write that adds a new entry. The stock counter of its shard grows in the same transaction.
pub fn put(product: ProductId, entry: &Entry) -> Result<Write, Failure> {
    Ok(Write::create(
        key(product, entry.code_id),
        table::item(entry)?,
    ))
}

/// The write that claims an entry, if it is still there. The stock counter of its shard shrinks in the same transaction.
pub fn claim(product: ProductId, code: CodeId) -> Write {
    let there = Condition::Equals("code_id", text(code));
    Write::delete(key(product, code), there)
}
