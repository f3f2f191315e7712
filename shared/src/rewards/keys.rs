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

use super::decide::Purse;
use super::standing::Scope;
use crate::id::{ActivityId, MemberId};
use crate::table::{Key, Table};
use crate::text::Word;
use crate::time::Day;

const ACTIVITY_PREFIX: &str = "activity#";

fn of_member(member: MemberId, sk: String) -> Key {
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk,
    }
}

/// A version of a rule. The key holds for good what the version says.
pub(super) fn rule_version(rule: &Word, version: u32) -> Key {
    Key {
        table: Table::Catalog,
        pk: format!("reward-rule#{rule}"),
        sk: format!("{version:06}"),
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

/// Words hold no `#`, and a counted value comes last, so no two scopes share a key.
pub(super) fn standing(member: MemberId, scope: &Scope) -> Key {
    let scope = match scope {
        Scope::Member => "member".to_owned(),
        Scope::Category(category) => format!("category#{}", category.as_str()),
        Scope::Partner(partner) => format!("partner#{partner}"),
        Scope::Rule(rule, None) => format!("rule#{rule}"),
        Scope::Rule(rule, Some(value)) => format!("rule#{rule}#{value}"),
    };
    of_member(member, format!("tally#{scope}"))
}

/// A counter of a budget in the period that begins with this day; none, for all time.
pub(super) fn shard(purse: &Purse, shard: u8, period: Option<Day>) -> Key {
    let whose = match purse {
        Purse::Programme => "programme".to_owned(),
        Purse::Rule(rule) => format!("rule#{rule}"),
    };
    Key {
        table: Table::Members,
        pk: format!("budget#{whose}#{shard:02}"),
        sk: period.map_or_else(|| "ever".to_owned(), |day| day.to_string()),
    }
}
