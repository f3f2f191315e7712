//! Budgets: how much may be given to all members together in a period, spread over shards so that nobody waits for anybody.

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::id::MemberId;
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// The most that all members together can be given in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The most.
    pub amount: Rjv,
    /// In which time, by the programme's clock.
    pub period: BudgetPeriod,
    /// Over how many counters it is spread. Each has its share, so at most one award per counter stays ungiven.
    #[schemars(range(min = 1, max = 64))]
    pub shards: u8,
}

/// The time of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BudgetPeriod {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// All time.
    Lifetime,
}

/// What was drawn from one counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// How much.
    pub drawn: Rjv,
}

impl Budget {
    /// The first day of the period in which something is decided at `now`; none, for all time.
    pub fn window(&self, _now: Timestamp, _programme: &Zone) -> Option<Day> {
        todo!()
    }

    /// When the next period begins; none, for all time.
    pub fn resets_at(&self, _now: Timestamp, _programme: &Zone) -> Option<Timestamp> {
        todo!()
    }

    /// The counter a member draws from first.
    pub fn home(&self, _member: MemberId) -> u8 {
        todo!()
    }

    /// The share of one counter. The shares of all add up to the amount.
    pub fn share(&self, _shard: u8) -> Rjv {
        todo!()
    }
}

pub enum Draw {
    From { shard: u8, after: Shard },
    ReadAll,
    Exhausted,
}
impl Budget {
    pub fn draw(&self, _: &std::collections::BTreeMap<u8, Shard>, _: u8, _: Rjv) -> Draw {
        todo!()
    }
}
