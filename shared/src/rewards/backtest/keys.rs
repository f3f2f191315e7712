//! Keys of backtests in the `Insights` table.
//!
//! | item       | pk                           | sk                         | read by                                          |
//! |------------|------------------------------|----------------------------|--------------------------------------------------|
//! | backtest   | `reward-backtests#<rule id>` | `bkt_<hex>`                | the walk; administrators; publishing             |
//! | current    | `reward-backtests#<rule id>` | `current#<version>#<days>` | starting: the one of this sort that is under way |
//! | checkpoint | `bkt_<hex>`                  | `segment#<nn>`             | the walk; administrators                         |

use super::Order;
use crate::id::BacktestId;
use crate::table::{Key, Table};
use crate::text::Word;

/// What is walked.
pub(super) const WALKED: Table = Table::Members;

fn key(pk: String, sk: String) -> Key {
    Key {
        table: Table::Insights,
        pk,
        sk,
    }
}

fn of_rule(rule: &Word) -> String {
    format!("reward-backtests#{rule}")
}

pub(super) fn backtest(rule: &Word, id: BacktestId) -> Key {
    key(of_rule(rule), id.to_string())
}

pub(super) fn current(order: &Order) -> Key {
    let Order {
        rule_id,
        version,
        days,
    } = order;
    key(of_rule(rule_id), format!("current#{version}#{days}"))
}

pub(super) fn checkpoint(id: BacktestId, segment: u32) -> Key {
    key(id.to_string(), format!("segment#{segment:02}"))
}
