//! Keys of purchases and of what is wrong with them.
//!
//! | item     | table    | pk                              | sk                       | read by                                  |
//! |----------|----------|---------------------------------|--------------------------|------------------------------------------|
//! | bought   | Codes    | `qte_<hex>`                     | `bought`                 | buying out of a pool, to notice a repeat |
//! | standing | Members  | `mem_<hex>`                     | `problems`               | reporting a problem                      |
//! | problems | Insights | `problems#prt_<hex>#<day>#<n>`  | `count`                  | weighing what a partner refuses          |
//! | case     | Insights | `cas_<hex>`                     | `case`                   | administrators; reporting it again       |
//! | listed   | Insights | `cases#<state>`                 | `<opened at>#cas_<hex>`  | administrators, oldest first             |
//!
//! A purchase of minted codes has no item: its first code is one.

use super::case::{Case, Stage};
use crate::id::{CaseId, MemberId, PartnerId, QuoteId};
use crate::table::{Key, Query, Table};
use crate::time::Day;

/// Over how many items the problems of a partner and day are spread.
pub(super) const PROBLEM_SHARDS: u8 = 4;

/// How many problems there were, an attribute of the item.
pub(super) const PROBLEMS: &str = "problems";

pub(super) fn bought(quote: QuoteId) -> Key {
    Key {
        table: Table::Codes,
        pk: quote.to_string(),
        sk: "bought".to_owned(),
    }
}

pub(super) fn standing(member: MemberId) -> Key {
    Key {
        table: Table::Members,
        pk: member.to_string(),
        sk: PROBLEMS.to_owned(),
    }
}

pub(super) fn problems(partner: PartnerId, day: Day, shard: u8) -> Key {
    Key {
        table: Table::Insights,
        pk: format!("problems#{partner}#{day}#{shard}"),
        sk: "count".to_owned(),
    }
}

pub(super) fn case(id: CaseId) -> Key {
    Key {
        table: Table::Insights,
        pk: id.to_string(),
        sk: "case".to_owned(),
    }
}

/// Where a case is listed while it is in its stage.
pub(super) fn listed(case: &Case) -> Key {
    let Case {
        case_id, opened_at, ..
    } = case;
    Key {
        table: Table::Insights,
        pk: partition(case.state.stage()),
        sk: format!("{opened_at}#{case_id}"),
    }
}

/// The cases in a stage, oldest first, behind the sort key `after` if there is one.
pub(super) fn cases(stage: Stage, after: Option<String>, limit: usize) -> Query {
    Query {
        table: Table::Insights,
        pk: partition(stage),
        prefix: String::new(),
        descending: false,
        after,
        limit,
    }
}

fn partition(stage: Stage) -> String {
    format!("cases#{}", stage.as_str())
}
