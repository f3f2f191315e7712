//! Refusals: a partner of whose codes too many do not work is not sold any longer, until somebody has looked.

use chrono::TimeDelta;
use serde::Deserialize;

use super::keys::{self, PROBLEM_SHARDS, PROBLEMS};
use crate::catalog::{self, Partner, PausedBy, SalesPause};
use crate::codes::Code;
use crate::error::Failure;
use crate::id::PartnerId;
use crate::table::{self, Condition, Tables, Write};
use crate::text::Text;
use crate::time::{Day, Timestamp};
use crate::usage;

/// Of so few problems nothing follows.
const PROBLEMS_MIN: u64 = 10;

/// One problem for every so many tries is too many: a try is a problem or a redemption.
const TRIES_PER_PROBLEM: u64 = 5;

/// How often the partner is read again because somebody else changed it.
const ATTEMPTS_MAX: u32 = 8;

/// The write that counts a problem with this code.
pub(super) fn count(code: &Code, now: Timestamp) -> Write {
    let [.., last] = code.code_id.uuid().into_bytes();
    let place = keys::problems(code.partner_id, now.day(), last % PROBLEM_SHARDS);
    let one = vec![(PROBLEMS, 1)];
    // Adding needs no item; that it is made once is what stands beside it.
    Write::add(place, one, Condition::All(Vec::new()))
}

/// Whether so many problems beside so many redemptions are too many.
pub fn is_too_many(problems: u64, redemptions: u64) -> bool {
    let tries = problems.saturating_add(redemptions);
    problems >= PROBLEMS_MIN && problems.saturating_mul(TRIES_PER_PROBLEM) >= tries
}

/// Weighs the problems with a partner's codes against their redemptions, today and yesterday, and pauses its sales if they are
/// too many. Answers whether they are paused for that.
pub async fn weigh(tables: &Tables, partner: PartnerId, now: Timestamp) -> Result<bool, Failure> {
    let days = [now.plus(-TimeDelta::days(1)).day(), now.day()];
    let problems = problems(tables, partner, days).await?;
    if problems < PROBLEMS_MIN {
        return Ok(false);
    }
    let redemptions = redemptions(tables, partner, days).await?;
    if !is_too_many(problems, redemptions) {
        return Ok(false);
    }
    let reason = format!(
        "{problems} codes did not work, and {redemptions} did, since {}",
        days[0]
    );
    let reason: Text<1, 200> = reason
        .try_into()
        .map_err(|error| Failure::broken("naming a pause").because(error))?;
    let pause = SalesPause {
        since: now,
        by: PausedBy::Refusals,
        reason,
    };
    pause_sales(tables, partner, &pause).await
}

async fn pause_sales(tables: &Tables, id: PartnerId, pause: &SalesPause) -> Result<bool, Failure> {
    for attempt in 1..=ATTEMPTS_MAX {
        let lost = || Failure::broken("the partner of a sold code is missing");
        let before: Partner = catalog::partner(tables, id).await?.ok_or_else(lost)?;
        if let Some(pause) = &before.sales_paused {
            return Ok(pause.by == PausedBy::Refusals);
        }
        let after = before.with_sales(Some(pause.clone()));
        let write = catalog::partner_change(&before, &after)?;
        if table::commit_unless_moved(tables, vec![write], attempt).await? {
            return Ok(true);
        }
    }
    Err(Failure::unavailable(
        "the partner moved during every attempt to pause its sales",
    ))
}

async fn problems(tables: &Tables, partner: PartnerId, days: [Day; 2]) -> Result<u64, Failure> {
    #[derive(Deserialize)]
    struct Count {
        problems: u64,
    }
    let places = days
        .into_iter()
        .flat_map(|day| (0..PROBLEM_SHARDS).map(move |shard| keys::problems(partner, day, shard)));
    let mut problems = 0_u64;
    for item in table::get_distinct(tables, places).await?.into_values() {
        let count: Count = table::read(item)?;
        problems = problems.saturating_add(count.problems);
    }
    Ok(problems)
}

/// How many codes of a partner were redeemed on these days, as far as it is logged.
async fn redemptions(
    tables: &Tables,
    partner: PartnerId,
    [first, last]: [Day; 2],
) -> Result<u64, Failure> {
    let until = last.succ_opt().unwrap_or(last);
    let (mut redeemed, mut after) = (0_u64, None);
    loop {
        let (products, next) = catalog::products(tables, after, table::KEYS_MAX).await?;
        for product in products
            .iter()
            .filter(|product| product.partner_id == partner)
        {
            let counts = usage::of(tables, product.product_id, first, until).await?;
            let counts = counts.into_values().map(|counts| counts.redeemed);
            redeemed = counts.fold(redeemed, u64::saturating_add);
        }
        after = next;
        if after.is_none() {
            return Ok(redeemed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_problems_and_one_in_five_tries_are_too_many() {
        assert!(is_too_many(10, 0));
        assert!(is_too_many(10, 40));
        assert!(is_too_many(u64::MAX, u64::MAX));
        assert!(!is_too_many(9, 0), "so few say nothing");
        assert!(!is_too_many(10, 41), "fewer than one in five");
        assert!(!is_too_many(0, 0));
    }
}
