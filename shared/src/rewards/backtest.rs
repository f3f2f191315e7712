//! Backtests: what a version of a rule would have given for the activities of the last days, against the active one.

use crate::error::Failure;
use crate::id::BacktestId;
use crate::table::Tables;
use crate::text::Word;

/// Whether there is a finished backtest of this name for this version of the rule.
pub async fn is_done_for(
    _tables: &Tables,
    _backtest: BacktestId,
    _rule: &Word,
    _version: u32,
) -> Result<bool, Failure> {
    todo!()
}
