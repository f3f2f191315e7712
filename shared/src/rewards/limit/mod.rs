//! Limits: how often and how much a member can earn in a period.
//!
//! A limit holds exactly, whatever order activities arrive in: no day, week or month, and no stretch of a rolling period,
//! wherever it begins, ever has more in it than the limit says. What was awarded so long ago that it is no longer known stays
//! closed: nothing more is awarded there.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use self::counter::{Counter, InvalidCounter};
use self::counter::{Place, Sum};
use super::window::Window;
use crate::amount::Rjv;
use crate::invalid::Invalid;
use crate::text::Word;
use crate::time::Timestamp;
use crate::zone::Zone;

mod counter;

/// The most of something in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("not" = json!({
    "properties": { "max": { "required": ["count"] }, "at_edge": { "const": "clip" } },
    "required": ["max", "at_edge"],
})))]
pub struct Limit {
    /// Over which time.
    pub period: Period,
    /// Whose midnight ends a day, a week and a month.
    #[serde(default)]
    pub zone: Clock,
    /// The most.
    pub max: Quota,
    /// What happens to an award that does not fit in whole. An award is counted or not: only amounts can be clipped.
    pub at_edge: Edge,
}

/// The time over which a limit counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Any stretch of this many minutes, wherever it begins, to the millisecond; of more than 40 awards the older ones are
    /// counted in steps of a 24th of it, never less than there were.
    RollingMinutes(#[schemars(range(min = 1, max = MINUTES_MAX))] u32),
    /// All time.
    Lifetime,
}

/// Whose clock counts.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The member's.
    #[default]
    Member,
    /// The programme's.
    Programme,
}

/// The most that fits into a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// So many awards, at least one.
    Count(#[schemars(range(min = 1))] u32),
    /// So much, above zero.
    Amount(#[schemars(extend("pattern" = Rjv::POSITIVE))] Rjv),
}

/// What happens to an award that does not fit in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// It is refused.
    Refuse,
    /// What still fits is given.
    Clip,
}

/// The clocks at the instant of an activity.
#[derive(Clone, Copy, Debug)]
pub struct Clocks<'a> {
    /// The member's zone.
    pub member: &'a Zone,
    /// The programme's zone.
    pub programme: &'a Zone,
}

/// What was awarded within one scope, by period and clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally(BTreeMap<String, Counter>);

/// How a limit stands for an activity at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LimitState {
    /// Awards so far; of a rolling period, in the fullest stretch that the instant is in.
    pub count: u32,
    /// Tokens so far, likewise.
    pub amount: Rjv,
    /// What is left: in tokens; for a limit of awards, all or nothing.
    pub left: Left,
    /// When the count starts anew; of a rolling period, from when on there is room for more; never, for all time.
    pub resets_at: Option<Timestamp>,
}

/// What a limit still allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// So many awards.
    Count(u32),
    /// So much.
    Amount(Rjv),
    /// The stretch is too long ago to know what was awarded in it, so nothing is.
    Unknown,
}

/// The longest rolling period: a year.
const MINUTES_MAX: u32 = 525_600;
const MILLIS_PER_MINUTE: i64 = 60_000;

/// Into how many steps a rolling period is divided where single awards are too many to keep.
const STEPS: i64 = 24;

impl Limit {
    /// One award, and then none for so many minutes before and behind it.
    pub fn cooldown(minutes: u32) -> Self {
        Self {
            period: Period::RollingMinutes(minutes),
            zone: Clock::default(),
            max: Quota::Count(1),
            at_edge: Edge::Refuse,
        }
    }

    /// The limit, if its parts are within bounds and fit together.
    pub fn checked(self) -> Result<Self, Invalid> {
        if let Period::RollingMinutes(minutes) = self.period
            && !(1..=MINUTES_MAX).contains(&minutes)
        {
            let reason = format!("a rolling period has 1 to {MINUTES_MAX} minutes");
            return Err(Invalid::at("/period/rolling_minutes", reason));
        }
        match self.max {
            Quota::Count(0) => Err(Invalid::at("/max/count", "at least one award is allowed")),
            Quota::Amount(Rjv::ZERO) => {
                Err(Invalid::at("/max/amount", "an amount above 0 is allowed"))
            }
            Quota::Count(_) if self.at_edge == Edge::Clip => {
                let reason = "an award counts in whole; only a limit of an amount can clip it";
                Err(Invalid::at("/at_edge", reason))
            }
            _ => Ok(self),
        }
    }

    /// How it stands for something that happens at an instant.
    pub fn state(&self, tally: &Tally, at: Timestamp, clocks: Clocks<'_>) -> LimitState {
        let (place, nothing) = (self.place(at, clocks), Counter::default());
        let counter = tally.0.get(&self.key()).unwrap_or(&nothing);
        let Sum { count, amount } = counter.fullest(place);
        let left = if counter.knows(place) {
            self.left(Sum { count, amount })
        } else {
            Left::Unknown
        };
        let resets_at = match self.period.window() {
            Some(window) => Some(window.next(self.clock(clocks), at)),
            None if self.period == Period::Lifetime => None,
            None => counter
                .next(place, |sum| self.left(sum).is_some())
                .map(instant),
        };
        LimitState {
            count,
            amount,
            left,
            resets_at,
        }
    }

    /// What it leaves of an amount: nothing, some of it (only if it clips), or all.
    pub fn allow(&self, state: &LimitState, amount: Rjv) -> Rjv {
        match state.left {
            Left::Amount(left) if amount > left && self.at_edge == Edge::Clip => left,
            Left::Amount(left) if amount <= left => amount,
            Left::Count(1..) => amount,
            _ => Rjv::ZERO,
        }
    }

    fn left(&self, sum: Sum) -> Left {
        match self.max {
            Quota::Count(max) => Left::Count(max.saturating_sub(sum.count)),
            Quota::Amount(max) => Left::Amount(max.saturating_sub(sum.amount)),
        }
    }

    fn clock<'a>(&self, clocks: Clocks<'a>) -> &'a Zone {
        match self.zone {
            Clock::Member => clocks.member,
            Clock::Programme => clocks.programme,
        }
    }

    /// The name of its counter within a tally: limits of one period and one clock share it.
    fn key(&self) -> String {
        let period = match self.period {
            Period::Day => "d",
            Period::Week => "w",
            Period::Month => "m",
            Period::RollingMinutes(minutes) => return format!("r{minutes}"),
            Period::Lifetime => return "l".to_owned(),
        };
        match self.zone {
            Clock::Member => format!("{period}/m"),
            Clock::Programme => format!("{period}/p"),
        }
    }

    /// Where its counter has an instant: by days or by milliseconds since 1970, or all in one place.
    fn place(&self, at: Timestamp, clocks: Clocks<'_>) -> Place {
        match (self.period.window(), self.period) {
            (Some(window), _) => {
                let day = window.first_day(self.clock(clocks), at);
                Place::single(day.to_epoch_days().into())
            }
            (None, Period::RollingMinutes(minutes)) => {
                let length = i64::from(minutes.max(1)) * MILLIS_PER_MINUTE;
                Place {
                    at: at.since(instant(0)).num_milliseconds(),
                    length,
                    step: length / STEPS,
                }
            }
            (None, _) => Place::single(0),
        }
    }
}

impl Period {
    const fn window(self) -> Option<Window> {
        match self {
            Self::Day => Some(Window::Day),
            Self::Week => Some(Window::Week),
            Self::Month => Some(Window::Month),
            Self::RollingMinutes(_) | Self::Lifetime => None,
        }
    }
}

impl Left {
    /// Whether there is anything.
    pub fn is_some(self) -> bool {
        match self {
            Self::Count(count) => count > 0,
            Self::Amount(amount) => !amount.is_zero(),
            Self::Unknown => false,
        }
    }
}

impl Tally {
    /// The tally with an award in it, counted by each of these limits. An award of nothing counts for nothing.
    #[must_use]
    pub fn with(&self, limits: &[Limit], at: Timestamp, clocks: Clocks<'_>, amount: Rjv) -> Self {
        let mut tally = self.clone();
        if amount.is_zero() {
            return tally;
        }
        let places = limits
            .iter()
            .map(|limit| (limit.key(), limit.place(at, clocks)));
        for (key, place) in places.collect::<BTreeMap<_, _>>() {
            tally.0.entry(key).or_default().add(place, amount);
        }
        tally
    }
}

fn instant(millis: i64) -> Timestamp {
    Timestamp::new(DateTime::UNIX_EPOCH)
        .plus(TimeDelta::try_milliseconds(millis).unwrap_or(TimeDelta::MAX))
}

/// A limit that holds for one member over all rules of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopedLimit {
    /// Over what it counts.
    pub scope: LimitScope,
    /// The limit.
    #[serde(flatten)]
    pub limit: Limit,
}

/// Over what a programme's limit counts, always for one member.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// Everything the member earns.
    Member,
    /// What the member earns in each category.
    Category,
    /// What the member earns with each partner.
    Partner,
}

/// A field of the activity by whose value a rule's limits count apart, such as `feature`.
pub type CountedBy = Option<Word>;

#[cfg(test)]
mod tests;
