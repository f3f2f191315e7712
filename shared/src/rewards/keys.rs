//! Keys of rewards, in two tables.
//!
//! | item      | table     | pk                       | sk                         | read by                                  |
//! |-----------|-----------|--------------------------|----------------------------|------------------------------------------|
//! | rule      | `Catalog` | `reward-rules`           | `<rule id>`                | awarding and administrators, all at once |
//! | version   | `Catalog` | `reward-rule#<id>`       | `<version, six digits>`    | administrators, newest first             |
//! | promotion | `Catalog` | `reward-promotions`      | `<promotion id>`           | awarding and administrators, all at once |
//! | version   | `Catalog` | `reward-promotion#<id>`  | `<version, six digits>`    | administrators, newest first             |
//! | programme | `Catalog` | `reward-programme`       | `current`                  | awarding and administrators              |
//! | activity  | `Members` | `mem_<hex>`              | `activity#act_<hex>`       | reporting and awarding                   |
//! | profile   | `Members` | `mem_<hex>`              | `profile`                  | awarding; the member                     |
//! | tally     | `Members` | `mem_<hex>`              | `tally#<scope>`            | awarding; the member                     |
//! | shard     | `Members` | `budget#<whose>#<shard>` | `<first day of the period>`| awarding; administrators                 |

use crate::id::{ActivityId, MemberId};
use crate::table::{Key, Table};

const ACTIVITY_PREFIX: &str = "activity#";

fn of_member(member: MemberId, sk: String) -> Key {
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk,
    }
}

pub(super) fn activity(member: MemberId, id: ActivityId) -> Key {
    of_member(member, format!("{ACTIVITY_PREFIX}{id}"))
}

pub(super) fn is_activity(sk: &str) -> bool {
    sk.starts_with(ACTIVITY_PREFIX)
}

pub(super) fn profile(member: MemberId) -> Key {
    of_member(member, "profile".to_owned())
}
