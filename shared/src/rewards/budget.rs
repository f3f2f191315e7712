//! Budgets: how much may be given to all members together in a period, spread over shards so that nobody waits for anybody.
//!
//! Each shard is a counter with a share of the amount, and no counter ever gives more than its share: so all of them together
//! never give more than the amount, without knowing of each other. Members have a home among them; whoever finds it empty
//! looks at all of them and draws from the fullest, so that nothing is refused while there is room anywhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::limit::Edge;
use super::window::Window;
use crate::amount::Rjv;
use crate::id::MemberId;
use crate::invalid::Invalid;
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// The most that all members together can be given in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The most, above zero.
    #[schemars(extend("pattern" = Rjv::POSITIVE))]
    pub amount: Rjv,
    /// In which time, by the programme's clock.
    pub period: BudgetPeriod,
    /// Over how many counters it is spread. Each has its share, which is at least what one activity can give, so at most
    /// one award per counter stays ungiven.
    #[schemars(range(min = 1, max = SHARDS_MAX))]
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

/// Where an award can be drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// From one counter.
    From {
        /// Which.
        shard: u8,
        /// How much: all that was asked for, or what is left, if it clips.
        amount: Rjv,
    },
    /// The counters that were read do not say: all must be read.
    ReadAll,
    /// No counter has room.
    Exhausted,
}

/// The most counters: few enough that all of them are read in one request.
const SHARDS_MAX: u8 = 64;

impl Budget {
    /// The budget, if its parts are within bounds and any award up to `award_max` fits into a counter of which nothing was
    /// drawn yet.
    pub fn checked(self, award_max: Rjv) -> Result<Self, Invalid> {
        if !(1..=SHARDS_MAX).contains(&self.shards) {
            let reason = format!("a budget has 1 to {SHARDS_MAX} shards");
            return Err(Invalid::at("/shards", reason));
        }
        if self.amount.is_zero() {
            return Err(Invalid::at("/amount", "an amount above 0 can be given"));
        }
        // The last share is the smallest.
        let share = self.share(self.shards - 1);
        if share < award_max {
            let reason = format!(
                "each shard has {share} RJV, and must have the {award_max} RJV that one activity can give"
            );
            return Err(Invalid::at("/shards", reason));
        }
        Ok(self)
    }

    /// The budget, if it may stand in for `before` in the midst of a period: the counters stay the same, so what was drawn
    /// from them still counts. Where the amount changes, no more is given than the larger of both.
    pub fn checked_after(self, before: &Self) -> Result<Self, Invalid> {
        if self.period == before.period && self.shards != before.shards {
            let reason = format!(
                "{} shards are being drawn from; their number changes only together with the period",
                before.shards
            );
            return Err(Invalid::at("/shards", reason));
        }
        Ok(self)
    }

    /// The first day of the period in which something is decided at `now`; none, for all time.
    pub fn window(&self, now: Timestamp, programme: &Zone) -> Option<Day> {
        Some(self.period.window()?.first_day(programme, now))
    }

    /// When the next period begins; none, for all time.
    pub fn resets_at(&self, now: Timestamp, programme: &Zone) -> Option<Timestamp> {
        Some(self.period.window()?.next(programme, now))
    }

    /// The counter a member draws from first.
    pub fn home(&self, member: MemberId) -> u8 {
        let digest = Sha256::digest(member.uuid().as_bytes());
        let number = digest
            .iter()
            .take(4)
            .fold(0, |number: u32, byte| (number << 8) | u32::from(*byte));
        let home = number % u32::from(self.shards.max(1));
        u8::try_from(home).unwrap_or_default()
    }

    /// The share of one counter. The shares of all add up to the amount.
    pub fn share(&self, shard: u8) -> Rjv {
        if shard >= self.shards {
            return Rjv::ZERO;
        }
        let (micros, shards) = (self.amount.micros(), u64::from(self.shards));
        let rest = u64::from(u64::from(shard) < micros % shards);
        Rjv::from_micros(micros / shards + rest).unwrap_or_default()
    }

    /// Where a member at home in `home` can draw an amount from, by the counters that were read. One that is not there yet
    /// stands among them with nothing drawn. Nothing is drawn by it.
    pub fn draw(&self, shards: &BTreeMap<u8, Shard>, home: u8, amount: Rjv, edge: Edge) -> Draw {
        let left = |shard: &u8| {
            let drawn = shards.get(shard)?.drawn;
            Some(self.share(*shard).saturating_sub(drawn))
        };
        if home < self.shards && left(&home).is_some_and(|left| left >= amount) {
            return Draw::From {
                shard: home,
                amount,
            };
        }
        // Of counters with as much left, the next behind the home: so members of different homes part.
        let around = (home..self.shards).chain(0..home.min(self.shards));
        let read: Option<Vec<(Rjv, u8)>> =
            around.map(|shard| Some((left(&shard)?, shard))).collect();
        let Some(read) = read else {
            return Draw::ReadAll;
        };
        let fullest = read.into_iter().rev().max_by_key(|(left, _)| *left);
        match fullest {
            Some((left, shard)) if left >= amount => Draw::From { shard, amount },
            Some((left, shard)) if edge == Edge::Clip && !left.is_zero() => Draw::From {
                shard,
                amount: left,
            },
            _ => Draw::Exhausted,
        }
    }
}

impl BudgetPeriod {
    const fn window(self) -> Option<Window> {
        match self {
            Self::Day => Some(Window::Day),
            Self::Week => Some(Window::Week),
            Self::Month => Some(Window::Month),
            Self::Lifetime => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn budget(amount: Rjv, shards: u8) -> Budget {
        Budget {
            amount,
            period: BudgetPeriod::Day,
            shards,
        }
    }

    fn micros(micros: u64) -> Rjv {
        Rjv::from_micros(micros).unwrap()
    }

    fn drawn<const N: usize>(drawn: [u64; N]) -> BTreeMap<u8, Shard> {
        let shards = drawn.map(|drawn| Shard {
            drawn: micros(drawn),
        });
        (0..).zip(shards).collect()
    }

    #[test]
    fn periods_follow_the_programme_s_clock() {
        let (utc, now) = (Zone::utc(), "2026-11-24T12:00:00Z".parse().unwrap());
        let of = |period| Budget {
            period,
            ..budget(Rjv::whole(1), 1)
        };

        let week = of(BudgetPeriod::Week);
        assert_eq!(week.window(now, &utc), Some("2026-11-23".parse().unwrap()));
        assert_eq!(
            week.resets_at(now, &utc),
            Some("2026-11-30T00:00:00Z".parse().unwrap())
        );
        let lifetime = of(BudgetPeriod::Lifetime);
        assert_eq!(lifetime.window(now, &utc), None);
        assert_eq!(lifetime.resets_at(now, &utc), None);
    }

    #[test]
    fn bounds_are_checked_field_by_field() {
        let pointer = |amount, shards| {
            let invalid = budget(amount, shards).checked(Rjv::whole(5)).unwrap_err();
            invalid.pointer
        };

        assert_eq!(pointer(Rjv::ZERO, 1), "/amount");
        assert_eq!(pointer(Rjv::whole(1000), 0), "/shards");
        assert_eq!(pointer(Rjv::whole(1000), 65), "/shards");
        assert_eq!(pointer(Rjv::whole(39), 8), "/shards");
        assert!(budget(Rjv::whole(40), 8).checked(Rjv::whole(5)).is_ok());
        let schema = schemars::schema_for!(Budget);
        assert_eq!(schema.pointer("/properties/shards/minimum").unwrap(), 1);
        assert_eq!(schema.pointer("/properties/shards/maximum").unwrap(), 64);
        assert_eq!(
            schema.pointer("/properties/amount/pattern").unwrap(),
            Rjv::POSITIVE
        );
    }

    #[test]
    fn shards_change_with_the_period_only() {
        let (before, after) = (budget(Rjv::whole(40), 8), budget(Rjv::whole(80), 16));

        assert_eq!(after.checked_after(&before).unwrap_err().pointer, "/shards");
        let weekly = Budget {
            period: BudgetPeriod::Week,
            ..after
        };
        assert!(weekly.checked_after(&before).is_ok());
        assert!(budget(Rjv::whole(80), 8).checked_after(&before).is_ok());
    }

    #[test]
    fn a_draw_looks_at_home_first_and_then_at_all() {
        let budget = budget(micros(30), 3);
        let home = drawn([4]);
        let from = |shard, amount| Draw::From {
            shard,
            amount: micros(amount),
        };

        assert_eq!(budget.draw(&home, 0, micros(6), Edge::Refuse), from(0, 6));
        assert_eq!(budget.draw(&home, 0, micros(7), Edge::Clip), Draw::ReadAll);
        assert_eq!(budget.draw(&home, 1, micros(1), Edge::Clip), Draw::ReadAll);
        let all = drawn([4, 3, 2]);
        assert_eq!(budget.draw(&all, 0, micros(7), Edge::Refuse), from(2, 7));
        assert_eq!(budget.draw(&all, 0, micros(9), Edge::Clip), from(2, 8));
        assert_eq!(
            budget.draw(&all, 0, micros(9), Edge::Refuse),
            Draw::Exhausted
        );
        let alike = drawn([10, 3, 3]);
        assert_eq!(budget.draw(&alike, 0, micros(1), Edge::Refuse), from(1, 1));
        assert_eq!(budget.draw(&alike, 2, micros(9), Edge::Clip), from(2, 7));
        let overdrawn = drawn([11, 10, 10]);
        assert_eq!(
            budget.draw(&overdrawn, 0, micros(1), Edge::Clip),
            Draw::Exhausted
        );
    }

    #[test]
    fn homes_are_spread_evenly() {
        let budget = budget(Rjv::whole(1000), 16);
        let mut members = [0_u32; 16];
        for number in 0..16_000_u32 {
            // As time-ordered ids are: alike in front, and in steps behind.
            let id = MemberId::new(Uuid::from_u128(u128::from(number) << 16 | 0x0192 << 112));
            members[usize::from(budget.home(id))] += 1;
        }

        assert!(
            members.iter().all(|members| (850..1150).contains(members)),
            "{members:?}"
        );
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_amount(amount in 0..=Rjv::MAX.micros(), shards in 1..=64_u8) {
            let budget = budget(micros(amount), shards);
            let shares: Vec<Rjv> = (0..shards).map(|shard| budget.share(shard)).collect();
            prop_assert_eq!(Rjv::checked_sum(shares.iter().copied()), Some(budget.amount));
            prop_assert!(shares.is_sorted_by(|a, b| a >= b));
            prop_assert_eq!(budget.share(shards), Rjv::ZERO);
        }

        /// Members draw in any order, some of whom saw all counters and some only their own. Of two who saw the same, one
        /// writes first and the other looks again: so each draw here sees what there is.
        #[test]
        fn no_draws_exceed_the_amount_and_none_is_refused_while_there_is_room(
            amount in 1..=2000_u64,
            shards in 1..=9_u8,
            asked in prop::collection::vec((0..12_u8, 1..=100_u64, any::<bool>(), any::<bool>()), 1..200),
        ) {
            let budget = budget(micros(amount), shards);
            let mut all: BTreeMap<u8, Shard> = (0..shards).map(|shard| (shard, Shard::default())).collect();
            for (home, asked, clips, sees_all) in asked {
                let (home, asked) = (home % shards, micros(asked));
                let edge = if clips { Edge::Clip } else { Edge::Refuse };
                let seen = if sees_all { all.clone() } else { BTreeMap::from([(home, all[&home])]) };
                let room = |shard: u8| budget.share(shard).saturating_sub(all[&shard].drawn);
                let most = (0..shards).map(room).max().unwrap();
                match budget.draw(&seen, home, asked, edge) {
                    Draw::From { shard, amount } => {
                        prop_assert!(amount <= room(shard) && amount <= asked);
                        prop_assert!(amount == asked || (clips && amount == most));
                        let counter = all.get_mut(&shard).unwrap();
                        counter.drawn = counter.drawn.checked_add(amount).unwrap();
                    }
                    Draw::ReadAll => prop_assert!(!sees_all && shards > 1 && room(home) < asked),
                    Draw::Exhausted => prop_assert!(most < asked && (!clips || most.is_zero())),
                }
                let total = Rjv::checked_sum(all.values().map(|shard| shard.drawn)).unwrap();
                prop_assert!(total <= budget.amount);
            }
        }
    }
}
