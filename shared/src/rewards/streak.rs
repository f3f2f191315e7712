//! Streaks: days in a row, as the member's own clock counts days.

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::time::{Day, Timestamp};

/// How the days of a rule are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreakRule {
    /// One freeze is earned with this many days in a row; none ever, without. A freeze holds the streak over a missed day.
    pub freeze_every_days: Option<u32>,
    /// The most freezes a member can hold.
    #[serde(default)]
    pub freezes_max: u32,
    /// Whether and how a streak that broke can be mended.
    pub repair: Option<Repair>,
    /// What is given once in a run when it reaches a length.
    #[serde(default)]
    pub milestones: Vec<Milestone>,
}

/// When a streak can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// Up to this many days may have been missed, and it must be asked for before as many have passed since.
    pub within_days: u32,
    /// Once in this many days at most.
    pub every_days: u32,
}

/// A length worth a bonus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// How many days in a row.
    pub days: u32,
    /// What they are worth on top.
    pub bonus: Rjv,
}

/// A member's days under one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streak {}

/// When and where a member did something: the day by the clock that held there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment<'a> {
    /// The instant.
    pub at: Timestamp,
    /// The member's local day.
    pub day: Day,
    /// The name of the zone.
    pub zone: &'a str,
}

/// What a day makes of a streak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The streak with the day in it.
    pub streak: Streak,
    /// The length of the run that the day is in.
    pub days: u32,
    /// How many of the seven days that end with this one have something in them.
    pub days_of_last_7: u32,
    /// Milestones that are reached by it for the first time in this run.
    pub reached: Vec<Milestone>,
}

impl Streak {
    /// The streak with a day in it. A day that is in it already changes nothing.
    pub fn join(&self, _rule: &StreakRule, _moment: Moment<'_>) -> Joined {
        todo!()
    }
}

impl Streak {
    #[must_use]
    pub fn paid(&self, _: Day, _: &[Milestone]) -> Self {
        todo!()
    }
}
