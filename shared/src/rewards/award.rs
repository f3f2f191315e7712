//! Awarding: activities of one member become entries, each at most once, in one transaction.

use super::{Activity, Book, Record, keys};
use crate::error::Failure;
use crate::id::{ActivityId, MemberId};
use crate::table::{Key, Tables};
use crate::time::Timestamp;

/// Awards the activities of one member that were not decided before, in the order in which they happened.
/// Those that arrive together share the wallet's one write.
pub async fn award(
    _tables: &Tables,
    _book: &Book,
    _activities: &[Activity],
    _now: Timestamp,
) -> Result<(), Failure> {
    todo!()
}

/// Reads what became of an activity.
pub async fn record(
    tables: &Tables,
    member: MemberId,
    id: ActivityId,
) -> Result<Option<Record>, Failure> {
    tables.get(&keys::activity(member, id)).await
}

/// Where the record of an activity stands.
pub fn record_key(member: MemberId, id: ActivityId) -> Key {
    keys::activity(member, id)
}

/// Whether an item of a member with this sort key is the record of an activity.
pub fn is_record(sk: &str) -> bool {
    keys::is_activity(sk)
}
