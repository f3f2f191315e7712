//! How a streak stands, and how one that broke is mended.

use serde::Serialize;

use super::run::{Run, Span, day_after, days_later};
use super::{Clock, Milestone, Moment, Streak, StreakRule};
use crate::time::Day;

/// How a streak stands at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Status {
    /// How many days the run has that goes on; 0 if none does.
    pub days: u32,
    /// How many days the longest run had.
    pub longest: u32,
    /// Whether it goes on.
    pub standing: Standing,
    /// Freezes in hand.
    pub freezes: u32,
    /// The next length that is worth a bonus, if there is one.
    pub next_milestone: Option<Milestone>,
    /// What a repair would do, if one is to be had.
    pub repairable: Option<Repairable>,
}

/// Whether a streak goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There was no day yet.
    NotBegun,
    /// Today is in it.
    Active,
    /// No day was missed, but today is not in it yet.
    AtRisk,
    /// Days were missed; today, freezes would hold it over them.
    Held,
    /// More days were missed than there are freezes.
    Broken,
}

/// What a repair would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Repairable {
    /// The last day on which it is to be had.
    pub until: Day,
    /// How many days the run would have.
    pub days: u32,
}

/// Why a streak is not mended, in the order of checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRepair {
    /// The rule knows no repair.
    #[error("this streak cannot be mended")]
    NotOffered,
    /// No run broke, or freezes would still hold it.
    #[error("nothing is broken")]
    NothingBroken,
    /// The first missed day is too long ago.
    #[error("too many days have passed since it broke")]
    TooLate,
    /// The last repair is not long enough ago.
    #[error("it can be mended again on {again_on}")]
    TooSoon {
        /// When it is.
        again_on: Day,
    },
}

impl Streak {
    /// The streak with its latest break mended: the missed days hold it together without counting, and no freeze is spent.
    ///
    /// What broke is the newest run, if more days are missed since than there are freezes, otherwise the one before it. It is
    /// mended up to [`Repair::within_days`](super::Repair) days after the first missed day, and not again before
    /// [`Repair::every_days`](super::Repair) days after the last repair. A milestone that the mended run has come to by this
    /// is reached by its next day.
    pub fn repair(&self, rule: &StreakRule, moment: Moment<'_>) -> Result<Self, NoRepair> {
        let (gap, _) = self.mendable(rule, moment)?;
        let mut next = self.clone();
        let ends_before = |run: &&mut Run| day_after(run.days.to) == gap.from;
        if let Some(broken) = next.runs.iter_mut().find(ends_before) {
            broken.bridge(gap);
        }
        next.runs.dedup_by(|later, earlier| earlier.absorb(later));
        next.excused.add(Some(gap));
        next.repaired = Some(moment.day);
        next.longest = next.longest.max(next.runs.last().map_or(0, Run::length));
        if next.newest() == Some(gap.to) {
            next.clock = Some(Clock {
                zone: moment.zone.name().to_owned(),
                until: moment.zone.start_of(moment.day),
            });
        }
        Ok(next)
    }

    /// Whether the run that goes on was mended already, so that whoever asks for it again is told that it is done.
    pub fn is_mended(&self, rule: &StreakRule, moment: Moment<'_>) -> bool {
        let goes_on = match self.standing(rule, moment) {
            Standing::NotBegun | Standing::Broken => false,
            Standing::Active | Standing::AtRisk | Standing::Held => true,
        };
        let is_within = |run: &Run, day| run.days.from < day && day <= day_after(run.days.to);
        let within = self.runs.last().zip(self.repaired);
        goes_on && within.is_some_and(|(run, day)| is_within(run, day))
    }

    /// How it stands.
    pub fn status(&self, rule: &StreakRule, moment: Moment<'_>) -> Status {
        let standing = self.standing(rule, moment);
        let days = match standing {
            Standing::NotBegun | Standing::Broken => 0,
            Standing::Active | Standing::AtRisk | Standing::Held => {
                self.runs.last().map_or(0, Run::length)
            }
        };
        let later = rule
            .milestones
            .iter()
            .filter(|milestone| milestone.days > days);
        let repairable = || {
            let (_, until) = self.mendable(rule, moment).ok()?;
            let mended = self.repair(rule, moment).ok()?;
            let days = mended.runs.last()?.length();
            Some(Repairable { until, days })
        };
        Status {
            days,
            longest: self.longest,
            standing,
            freezes: self.freezes.min(rule.freezes_max),
            next_milestone: later.min_by_key(|milestone| milestone.days).copied(),
            repairable: repairable(),
        }
    }

    fn standing(&self, rule: &StreakRule, moment: Moment<'_>) -> Standing {
        let Some(newest) = self.newest() else {
            return Standing::NotBegun;
        };
        let missed = self.missed(moment);
        if newest >= moment.day {
            Standing::Active
        } else if missed == 0 {
            Standing::AtRisk
        } else if missed <= self.freezes.min(rule.freezes_max) {
            Standing::Held
        } else {
            Standing::Broken
        }
    }

    /// The days over which the latest break reaches, and the last day on which it can be mended.
    fn mendable(&self, rule: &StreakRule, moment: Moment<'_>) -> Result<(Span, Day), NoRepair> {
        let repair = rule.repair.ok_or(NoRepair::NotOffered)?;
        let mut latest = self.runs.iter().rev().map(|run| run.days);
        let gap = latest.next().and_then(|newest| {
            if self.standing(rule, moment) == Standing::Broken {
                Span::between(newest.to, moment.day)
            } else {
                Span::between(latest.next()?.to, newest.from)
            }
        });
        let gap = gap.ok_or(NoRepair::NothingBroken)?;
        let until = days_later(gap.from, repair.within_days);
        if moment.day > until {
            return Err(NoRepair::TooLate);
        }
        match self
            .repaired
            .map(|last| days_later(last, repair.every_days))
        {
            Some(again_on) if moment.day < again_on => Err(NoRepair::TooSoon { again_on }),
            _ => Ok((gap, until)),
        }
    }
}
