//! Streaks: days in a row, as the member's own clock counts days.
//!
//! A streak is kept as runs of days. Which day something belongs to is decided once, by the clock that held at its instant;
//! from there on only calendar days are compared, and nothing ever adds hours to anything. There is no nightly job: how a
//! streak stands is worked out whenever somebody looks.
//!
//! Within a run, days can stand that do not count: frozen ones, for each of which a freeze was spent, and excused ones, which
//! a journey skipped or a repair bridged. Days that arrive late close gaps, join runs, and give freezes back. What is more
//! than 60 days older than the newest day is forgotten, but for the run of the newest day.

mod run;
mod standing;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::run::{Run, Span, Spans, day_after, days_between};
use crate::amount::Rjv;
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

pub use self::standing::{NoRepair, Repairable, Standing, Status};

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
pub struct Streak {
    /// Oldest first, with days between them.
    runs: Vec<Run>,
    /// Recent days over which a freeze holds a run.
    #[serde(default, skip_serializing_if = "Spans::is_empty")]
    frozen: Spans,
    /// Recent days that hold nothing up and count for nothing.
    #[serde(default, skip_serializing_if = "Spans::is_empty")]
    excused: Spans,
    /// Freezes in hand.
    #[serde(default, skip_serializing_if = "is_zero")]
    freezes: u32,
    /// The length of the longest run ever.
    longest: u32,
    /// On which day it was mended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repaired: Option<Day>,
    /// The clock that counted the newest day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<Clock>,
}

/// The clock that counted a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Clock {
    /// The name of its zone.
    zone: String,
    /// When the next day began by it.
    until: Timestamp,
}

/// When and where a member did something: the day by the clock that held there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment<'a> {
    /// The member's local day.
    pub day: Day,
    /// The zone.
    pub zone: &'a Zone,
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

/// The most runs that are kept.
const RUNS_MAX: usize = 8;

/// How many days before the newest one a day is still known for what it was.
const KEPT_DAYS: u32 = 60;

impl<'a> Moment<'a> {
    /// An instant, as the clock of this zone shows it.
    pub fn new(at: Timestamp, zone: &'a Zone) -> Self {
        Self {
            day: zone.day(at),
            zone,
        }
    }
}

impl Streak {
    /// The streak with a day in it. A day that is in it already changes nothing, except that a journey can make it last
    /// longer. A day too old to be kept changes nothing and counts for itself.
    pub fn join(&self, rule: &StreakRule, moment: Moment<'_>) -> Joined {
        let (mut next, day) = (self.clone(), moment.day);
        let mut reached = Vec::new();
        if next.holds(day) {
            if next.newest() == Some(day) {
                next.read_clock(moment);
            }
        } else if next.has_room_for(day) {
            next.freezes = next.freezes.min(rule.freezes_max);
            next.bridge(moment);
            if next.newest().is_none_or(|newest| newest < day) {
                next.read_clock(moment);
            }
            next.insert(rule, day);
            reached = next.settle(rule, day);
            next.forget();
        }
        Joined {
            days: next.run_of(day).map_or(1, Run::length),
            days_of_last_7: next.counted_of_last_7(day),
            streak: next,
            reached,
        }
    }

    fn newest(&self) -> Option<Day> {
        self.runs.last().map(|run| run.days.to)
    }

    fn run_of(&self, day: Day) -> Option<&Run> {
        self.runs.iter().find(|run| run.days.contains(day))
    }

    /// Whether something was done on this day, or so it seems after all this time.
    fn holds(&self, day: Day) -> bool {
        let is_bridged = self.frozen.contains(day) || self.excused.contains(day);
        self.run_of(day).is_some() && !is_bridged
    }

    /// Whether a day is recent enough: if it stood alone as the oldest, it would not be the next to be forgotten.
    fn has_room_for(&self, day: Day) -> bool {
        let is_kept = |newest| days_between(day, newest) <= i64::from(KEPT_DAYS);
        let is_full = self.runs.len() >= RUNS_MAX;
        let is_last = |oldest: &Run| day_after(day) < oldest.days.from;
        self.newest().is_none_or(is_kept) && !(is_full && self.runs.first().is_some_and(is_last))
    }

    /// The days missed between the newest day and this moment, both exclusive; nothing if it is no later.
    ///
    /// Where the clock was changed in between, a day counts as missed only if it had 24 hours: no more days are missed than
    /// such stretches passed from the end of the one day to the beginning of the other.
    fn missed(&self, moment: Moment<'_>) -> u32 {
        let Some(newest) = self.newest().filter(|newest| *newest < moment.day) else {
            return 0;
        };
        let between = days_between(newest, moment.day) - 1;
        let missed = match &self.clock {
            Some(clock) if clock.zone != moment.zone.name() => {
                let start = moment.zone.start_of(moment.day);
                between.min(start.since(clock.until).num_days())
            }
            _ => between,
        };
        u32::try_from(missed.max(0)).unwrap_or(u32::MAX)
    }

    /// Holds the newest run over the days up to this moment, if there are freezes for all that were missed.
    fn bridge(&mut self, moment: Moment<'_>) {
        let missed = self.missed(moment);
        if missed > self.freezes {
            return;
        }
        let Some(run) = self.runs.last_mut() else {
            return;
        };
        let Some(gap) = Span::between(run.days.to, moment.day) else {
            return;
        };
        run.bridge(gap);
        self.freezes -= missed;
        let (frozen, excused) = gap.split(missed);
        self.frozen.add(frozen);
        self.excused.add(excused);
    }

    /// Remembers the clock of the newest day; of two clocks the one by which it lasted longer.
    fn read_clock(&mut self, moment: Moment<'_>) {
        let until = moment.zone.start_of(day_after(moment.day));
        let lasted = |clock: &Clock| clock.until >= until;
        let is_new = self.newest() != Some(moment.day);
        if is_new || !self.clock.as_ref().is_some_and(lasted) {
            self.clock = Some(Clock {
                zone: moment.zone.name().to_owned(),
                until,
            });
        }
    }

    /// Puts a day where it belongs, and makes one run of those that it connects.
    fn insert(&mut self, rule: &StreakRule, day: Day) {
        if self.frozen.remove(day) {
            self.freezes = self.freezes.saturating_add(1).min(rule.freezes_max);
        } else if !self.excused.remove(day) {
            let place = self.runs.partition_point(|run| run.days.to < day);
            self.runs.insert(place, Run::of(day));
            self.runs.dedup_by(|later, earlier| earlier.absorb(later));
            return;
        }
        if let Some(run) = self.runs.iter_mut().find(|run| run.days.contains(day)) {
            run.count_in();
        }
    }

    /// Earns what the run of this day has come to and was not given yet: freezes, and the milestones that are returned.
    fn settle(&mut self, rule: &StreakRule, day: Day) -> Vec<Milestone> {
        let Some(run) = self.runs.iter_mut().find(|run| run.days.contains(day)) else {
            return Vec::new();
        };
        let (before, length) = run.settle();
        self.longest = self.longest.max(length);
        if let Some(every) = rule.freeze_every_days.filter(|every| *every > 0) {
            let earned = (length / every).saturating_sub(before / every);
            self.freezes = self.freezes.saturating_add(earned).min(rule.freezes_max);
        }
        let is_reached =
            |milestone: &&Milestone| before < milestone.days && milestone.days <= length;
        let mut reached: Vec<Milestone> =
            rule.milestones.iter().filter(is_reached).copied().collect();
        reached.sort_by_key(|milestone| milestone.days);
        reached
    }

    /// Drops what is too old, and the oldest runs if there are too many.
    fn forget(&mut self) {
        let Some(newest) = self.newest() else {
            return;
        };
        let is_kept = |to: Day| days_between(to, newest) <= i64::from(KEPT_DAYS);
        let surplus = self.runs.len().saturating_sub(RUNS_MAX);
        self.runs.drain(..surplus);
        self.runs.retain(|run| is_kept(run.days.to));
        self.frozen.retain(|span| is_kept(span.to));
        self.excused.retain(|span| is_kept(span.to));
    }

    fn counted_of_last_7(&self, day: Day) -> u32 {
        let week = day.iter_days().rev().take(7);
        let others = week.skip(1).filter(|other| self.holds(*other));
        u32::try_from(others.count().saturating_add(1)).unwrap_or(7)
    }
}

/// Whether a number need not be stored.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
