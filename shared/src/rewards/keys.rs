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
use crate::table::{Key, Query, Table};
use crate::text::Word;
use crate::time::Day;

const RULES: &str = "reward-rules";
const PROMOTIONS: &str = "reward-promotions";
const ACTIVITY_PREFIX: &str = "activity#";
const PROFILE: &str = "profile";

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

pub(super) fn is_profile(sk: &str) -> bool {
    sk == PROFILE
}

pub(super) fn profile(member: MemberId) -> Key {
    of_member(member, PROFILE.to_owned())
}

pub(super) fn rule(id: &Word) -> Key {
    in_catalog(RULES, id.to_string())
}

/// All rules, behind the sort key `after` if there is one.
pub(super) fn rules(after: Option<String>, limit: usize) -> Query {
    run(RULES.to_owned(), false, after, limit)
}

pub(super) fn rule_version(id: &Word, version: u32) -> Key {
    in_catalog(&format!("reward-rule#{id}"), number(version))
}

/// The versions of a rule, newest first, behind the sort key `after` if there is one.
pub(super) fn rule_versions(id: &Word, after: Option<String>, limit: usize) -> Query {
    run(rule_version(id, 0).pk, true, after, limit)
}

pub(super) fn promotion(id: &Word) -> Key {
    in_catalog(PROMOTIONS, id.to_string())
}

/// All promotions, behind the sort key `after` if there is one.
pub(super) fn promotions(after: Option<String>, limit: usize) -> Query {
    run(PROMOTIONS.to_owned(), false, after, limit)
}

pub(super) fn promotion_version(id: &Word, version: u32) -> Key {
    in_catalog(&format!("reward-promotion#{id}"), number(version))
}

/// The versions of a promotion, newest first, behind the sort key `after` if there is one.
pub(super) fn promotion_versions(id: &Word, after: Option<String>, limit: usize) -> Query {
    run(promotion_version(id, 0).pk, true, after, limit)
}

pub(super) fn programme() -> Key {
    in_catalog("reward-programme", "current".to_owned())
}

fn in_catalog(pk: &str, sk: String) -> Key {
    Key {
        table: Table::Catalog,
        pk: pk.to_owned(),
        sk,
    }
}

fn run(pk: String, descending: bool, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Catalog,
        pk,
        prefix: String::new(),
        descending,
        after,
        limit,
    }
}

/// A version as a sort key: the order of these texts is that of the numbers.
fn number(version: u32) -> String {
    format!("{version:06}")
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
