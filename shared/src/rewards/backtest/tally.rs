//! What a backtest counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::MemberId;

/// What a backtest counted so far, or in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BacktestResult")]
pub struct Tally {
    /// Activities that were looked at, of all kinds and times.
    pub activities_read: u64,
    /// Items that could not be read and were left out.
    pub unreadable: u64,
    /// Activities of the rule's kind in the time.
    pub activities: u64,
    /// Members with such an activity.
    pub members: u64,
    /// Members who would have got something for one.
    pub members_awarded: u64,
    /// What the tried version would have given.
    pub tried: Given,
    /// What the rule really gave, in whichever version.
    pub given: Given,
    /// What other rules about the kind would have given beside the tried version.
    pub tried_by_others: Given,
    /// What other rules about the kind really gave.
    pub given_by_others: Given,
    /// Activities that would have earned nothing, by the code of the reason, such as `limit_reached` and `not_qualified`.
    pub refused: BTreeMap<String, u64>,
    /// Members who would have got more than they did.
    pub winners: Moved,
    /// Members who would have got less than they did.
    pub losers: Moved,
}

/// How often and how much was given.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "BacktestGiven")]
pub struct Given {
    /// How often.
    pub awards: u64,
    /// How much.
    pub cost: Rjv,
}

/// Members who would have got more, or less.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BacktestMoved")]
pub struct Moved {
    /// How many.
    pub members: u64,
    /// How much, all together.
    pub amount: Rjv,
    /// Those with the largest differences, the largest first.
    pub largest: Vec<Difference>,
}

/// By how much a member would have got more, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BacktestDifference")]
pub struct Difference {
    /// Who.
    pub member_id: MemberId,
    /// By how much.
    pub amount: Rjv,
}

/// How many members are named on either side.
pub(super) const NAMED_MAX: usize = 5;

fn sum(a: Rjv, b: Rjv) -> Result<Rjv, Failure> {
    a.checked_add(b)
        .ok_or_else(|| Failure::broken("a total is more than an amount can hold"))
}

impl Given {
    /// Adds one award.
    pub fn add(&mut self, amount: Rjv) -> Result<(), Failure> {
        self.merge(Self {
            awards: 1,
            cost: amount,
        })
    }

    fn merge(&mut self, more: Self) -> Result<(), Failure> {
        self.awards = self.awards.saturating_add(more.awards);
        self.cost = sum(self.cost, more.cost)?;
        Ok(())
    }
}

impl Moved {
    /// Adds a member, if there is a difference.
    pub fn add(&mut self, member_id: MemberId, amount: Rjv) -> Result<(), Failure> {
        if amount.is_zero() {
            return Ok(());
        }
        self.merge(Self {
            members: 1,
            amount,
            largest: vec![Difference { member_id, amount }],
        })
    }

    fn merge(&mut self, more: Self) -> Result<(), Failure> {
        self.members = self.members.saturating_add(more.members);
        self.amount = sum(self.amount, more.amount)?;
        self.largest.extend(more.largest);
        let order = |there: &Difference| (std::cmp::Reverse(there.amount), there.member_id);
        self.largest.sort_by_key(order);
        self.largest.truncate(NAMED_MAX);
        Ok(())
    }
}

impl Tally {
    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, more: Self) -> Result<(), Failure> {
        for (sum, more) in [
            (&mut self.activities_read, more.activities_read),
            (&mut self.unreadable, more.unreadable),
            (&mut self.activities, more.activities),
            (&mut self.members, more.members),
            (&mut self.members_awarded, more.members_awarded),
        ] {
            *sum = sum.saturating_add(more);
        }
        for (code, count) in more.refused {
            let there = self.refused.entry(code).or_default();
            *there = there.saturating_add(count);
        }
        self.tried.merge(more.tried)?;
        self.given.merge(more.given)?;
        self.tried_by_others.merge(more.tried_by_others)?;
        self.given_by_others.merge(more.given_by_others)?;
        self.winners.merge(more.winners)?;
        self.losers.merge(more.losers)
    }
}
