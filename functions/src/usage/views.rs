//! How what became of codes is shown.

use serde::Serialize;
use shared::amount::Rjv;
use shared::error::{Failure, Rejection};
use shared::time::Day;
use shared::usage::Counts;

/// What became of codes in a time. They are shown, and come to an end, on other days than those on which they were sold.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "CodeUsage")]
pub struct Usage {
    /// How many were sold.
    sold: u64,
    /// What was paid for those.
    paid: Rjv,
    /// How many came in the place of others.
    replacements: u64,
    /// How many were printed in bulk.
    printed: u64,
    /// How many were shown to their holders for the first time.
    revealed: u64,
    /// How many were redeemed.
    redeemed: u64,
    /// How many ran out, and nothing else became of them since.
    expired: u64,
    /// How many were refunded.
    refunded: u64,
    /// What had been paid for those.
    paid_back: Rjv,
    /// How many were replaced by others.
    replaced: u64,
    /// How many were revoked.
    revoked: u64,
    /// Of those redeemed or expired, which share expired: a decimal of four digits, rounded half up. None, if there are none.
    breakage: Option<String>,
    /// How long those redeemed took from their birth.
    time_to_redeem: TimeToRedeem,
}

/// How many codes were redeemed how long after their birth.
#[derive(Serialize, schemars::JsonSchema)]
pub struct TimeToRedeem {
    /// Within an hour.
    within_hour: u64,
    /// Within a day, but not an hour.
    within_day: u64,
    /// Within a week, but not a day.
    within_week: u64,
    /// Within 30 days, but not a week.
    within_month: u64,
    /// Later.
    later: u64,
}

impl TryFrom<&Counts> for Usage {
    type Error = Failure;

    fn try_from(counts: &Counts) -> Result<Self, Failure> {
        let amount = |micros| {
            let amount = Rjv::from_micros(micros);
            amount.ok_or_else(|| Failure::broken("a total is more than an amount can hold"))
        };
        Ok(Self {
            sold: counts.sold,
            paid: amount(counts.paid)?,
            replacements: counts.replacements,
            printed: counts.printed,
            revealed: counts.revealed,
            redeemed: counts.redeemed,
            expired: counts.expired,
            refunded: counts.refunded,
            paid_back: amount(counts.paid_back)?,
            replaced: counts.replaced,
            revoked: counts.revoked,
            breakage: counts.breakage(),
            time_to_redeem: TimeToRedeem {
                within_hour: counts.within_hour,
                within_day: counts.within_day,
                within_week: counts.within_week,
                within_month: counts.within_month,
                later: counts.later,
            },
        })
    }
}

/// Makes sure that there is at least a day from `from` to `until`, and at most so many.
pub fn check_days(from: Day, until: Day, max: i64) -> Result<(), Rejection> {
    let days = (until - from).num_days();
    (1..=max)
        .contains(&days)
        .then_some(())
        .ok_or_else(|| Rejection::InvalidQuery {
            reason: format!("`until` is 1 to {max} days after `from`"),
        })
}
