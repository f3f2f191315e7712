//! Keys of rewards, in two tables.
//!
//! | item     | table     | pk          | sk                          | read by                                |
//! |----------|-----------|-------------|-----------------------------|----------------------------------------|
//! | rule     | `Catalog` | `rules`     | `<activity kind>`           | reporting and awarding, all at once    |
//! | activity | `Members` | `mem_<hex>` | `activity#act_<hex>`        | reporting and awarding                 |
//! | limit    | `Members` | `mem_<hex>` | `limit#<kind>#<yyyy-mm-dd>` | awarding; goes when its day is long past |

use chrono::NaiveDate;

use super::ActivityKind;
use crate::id::{ActivityId, MemberId};
use crate::table::{Key, Query, Table};

const RULES: &str = "rules";
const ACTIVITY_PREFIX: &str = "activity#";

pub(super) fn rule(kind: &ActivityKind) -> Key {
    Key {
        table: Table::Catalog,
        pk: RULES.to_owned(),
        sk: kind.to_string(),
    }
}

pub(super) fn rules(after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Catalog,
        pk: RULES.to_owned(),
        prefix: String::new(),
        descending: false,
        after,
        limit,
    }
}

pub(super) fn activity(member: MemberId, id: ActivityId) -> Key {
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk: format!("{ACTIVITY_PREFIX}{id}"),
    }
}

pub(super) fn is_activity(sk: &str) -> bool {
    sk.starts_with(ACTIVITY_PREFIX)
}

pub(super) fn limit(member: MemberId, kind: &ActivityKind, day: NaiveDate) -> Key {
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk: format!("limit#{kind}#{day}"),
    }
}
