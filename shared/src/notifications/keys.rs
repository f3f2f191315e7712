//! Keys of notifications in the `Members` table.
//!
//! | item         | pk          | sk                                          | read by                    |
//! |--------------|-------------|---------------------------------------------|----------------------------|
//! | notification | `mem_<hex>` | `notification#<instant>#<place>#ntf_<hex>`  | its member, newest first   |

use super::{About, Notification};
use crate::id::MemberId;
use crate::table::{Key, Query, Table};

const PREFIX: &str = "notification#";

/// Notifications of one instant stand in the order of their entries, behind those of codes.
pub(super) fn notification(member: MemberId, notification: &Notification) -> Key {
    let Notification {
        created_at,
        notification_id,
        about,
    } = notification;
    let place = match about {
        About::Entry { entry_id, .. } => entry_id.seq,
        About::Code { .. } => 0,
    };
    let sk = format!("{PREFIX}{created_at}#{place:012}#{notification_id}");
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk,
    }
}

pub(super) fn inbox(member: MemberId, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Members,
        pk: member.to_string(),
        prefix: PREFIX.to_owned(),
        descending: true,
        after,
        limit,
    }
}
