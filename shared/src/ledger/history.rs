//! Reading a wallet's entries.

use super::{Category, Entry, Kind, Wallet, keys};
use crate::error::Failure;
use crate::id::{EntryId, MemberId};
use crate::table::{self, Tables};
use crate::time::Timestamp;

/// Which entries are wanted. What is not set does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only rewards of this category.
    pub category: Option<Category>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub to: Option<Timestamp>,
}

/// A filter that matches little must not make one request read a history of any length: after so many reads the answer
/// is what was found, and the next page goes on from there.
const READS_MAX: usize = 5;

/// How many entries are read at a time when some will not be wanted.
const FILTERED_READ: usize = 200;

impl Filter {
    fn wants(&self, entry: &Entry) -> bool {
        self.kind.is_none_or(|kind| entry.source.kind() == kind)
            && self
                .category
                .is_none_or(|category| entry.source.category() == Some(category))
            && self.from.is_none_or(|from| from <= entry.recorded_at)
            && self.to.is_none_or(|to| entry.recorded_at < to)
    }

    /// Whether no entry older than `entry` can be wanted: entries are in the order of their instants.
    fn ends_at(&self, entry: &Entry) -> bool {
        self.from.is_some_and(|from| entry.recorded_at < from)
    }
}

/// At most `limit` entries that the filter wants, newest first, older than the entry `before` if given;
/// and the place to go on from, if there may be more. Without a filter this is one request.
pub async fn history(
    tables: &Tables,
    member: MemberId,
    filter: Filter,
    before: Option<u64>,
    limit: usize,
) -> Result<(Vec<Entry>, Option<u64>), Failure> {
    let size = if filter == Filter::default() {
        limit
    } else {
        FILTERED_READ
    };
    let (mut found, mut before) = (Vec::new(), before);
    for _ in 0..READS_MAX {
        let page = tables.query(&keys::entries(member, before, size)).await?;
        for item in page.items {
            let entry: Entry = table::read(item)?;
            if filter.ends_at(&entry) {
                return Ok((found, None));
            }
            before = Some(entry.seq);
            if filter.wants(&entry) {
                found.push(entry);
            }
            if found.len() == limit {
                return Ok((found, before.filter(|seq| *seq > 1)));
            }
        }
        if page.next.is_none() {
            return Ok((found, None));
        }
    }
    Ok((found, before))
}

/// Reads one entry.
pub async fn entry(tables: &Tables, id: EntryId) -> Result<Option<Entry>, Failure> {
    tables.get(&keys::entry(id)).await
}

/// Reads the entries of a member behind number `after`, oldest first, at most `limit`.
pub async fn entries_after(
    tables: &Tables,
    member: MemberId,
    after: u64,
    limit: usize,
) -> Result<Vec<Entry>, Failure> {
    let place = keys::entry(EntryId { member, seq: after }).sk;
    let (entries, _) = tables
        .page(&keys::entries_from(member, Some(place), limit))
        .await?;
    Ok(entries)
}

/// Whether an item with this sort key is a wallet.
pub fn is_wallet(sk: &str) -> bool {
    keys::is_wallet(sk)
}

/// How often entry and wallet are read until the wallet is not older than the entry.
const RECEIPT_READS_MAX: usize = 3;

/// Reads an entry beside the wallet whose chain it stands in, in one request.
pub async fn receipt(tables: &Tables, id: EntryId) -> Result<Option<(Entry, Wallet)>, Failure> {
    let keys = [keys::entry(id), keys::wallet(id.member)];
    for _ in 0..RECEIPT_READS_MAX {
        let mut found = tables.get_many(&keys).await?.into_iter();
        let Some(entry) = found.next().flatten() else {
            return Ok(None);
        };
        let entry: Entry = table::read(entry)?;
        let wallet = found.next().flatten().map(table::read::<Wallet>);
        // Two items are not read at one instant: the wallet may have been read before the entry was made.
        if let Some(wallet) = wallet.transpose()?
            && wallet.seq >= entry.seq
        {
            return Ok(Some((entry, wallet)));
        }
    }
    Err(Failure::broken("an entry has no wallet"))
}

/// Whether an item with this sort key is an entry.
pub fn is_entry(sk: &str) -> bool {
    keys::is_entry(sk)
}
