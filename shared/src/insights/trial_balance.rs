//! The trial balance: what every account of the house came to, and what is owed to members.

use super::fold::Total;
use super::{Totals, keys, run};
use crate::error::Failure;
use crate::table::Tables;
use crate::time::Day;

/// How many totals are read at a time.
const PAGE: usize = 1000;

/// What moved so far, as far as it is folded, which takes seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalance {
    /// By account.
    pub totals: Totals,
    /// The totals before this day were held against their entries by a reconciliation and agreed.
    pub proven_before: Option<Day>,
}

/// Adds up what moved: what was proven, and what came after it.
pub async fn trial_balance(tables: &Tables) -> Result<TrialBalance, Failure> {
    added_up(tables, None).await
}

/// What the fold says of all days before `before`: what was proven, and what came after it.
pub(super) async fn closed(tables: &Tables, before: Day) -> Result<Totals, Failure> {
    Ok(added_up(tables, Some(before)).await?.totals)
}

async fn added_up(tables: &Tables, before: Option<Day>) -> Result<TrialBalance, Failure> {
    let proven = run::proven(tables).await?;
    // A run of an earlier day that ended late must not count days twice.
    let (proven_before, totals) = proven
        .filter(|(proven_before, _)| before.is_none_or(|before| *proven_before <= before))
        .unzip();
    let mut totals: Totals = totals.unwrap_or_default();
    totals.merge(&folded(tables, proven_before, before).await?)?;
    Ok(TrialBalance {
        totals,
        proven_before,
    })
}

/// What was folded on the days from `from` on, and before `before`.
async fn folded(
    tables: &Tables,
    from: Option<Day>,
    before: Option<Day>,
) -> Result<Totals, Failure> {
    let mut totals = Totals::default();
    for shard in 0..keys::SHARDS {
        let mut after = from.map(keys::before_day);
        'shard: loop {
            let (found, next): (Vec<Total>, _) =
                tables.page(&keys::totals(shard, after, PAGE)).await?;
            for total in found {
                if before.is_some_and(|before| total.day >= before) {
                    break 'shard;
                }
                totals.add_sums(total.account, total.sums)?;
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(totals)
}
