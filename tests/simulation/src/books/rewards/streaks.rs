//! Days in a row, worked out anew from the days of records: which days count, which hold a run together, what they earn.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use serde::Deserialize;
use shared::id::MemberId;
use shared::rewards::Record;
use shared::rewards::streak::{Milestone, StreakRule};
use shared::text::Word;
use shared::time::Day;

use super::super::{Verdict, ensure};

/// Every member's days under every rule.
#[derive(Default)]
pub struct Streaks(BTreeMap<(MemberId, Word), Known>);

/// What is known of a member's days under a rule.
#[derive(Default)]
struct Known {
    /// Days of records that were surely counted.
    counted: BTreeSet<Day>,
    /// These, and days of records that may have been counted.
    possible: BTreeSet<Day>,
    stored: Streak,
    owed: Vec<Milestone>,
}

/// A standing as far as it is about days.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    streak: Option<Streak>,
    #[serde(default)]
    owed: Vec<Milestone>,
}

/// A streak as it is stored.
#[derive(Clone, Debug, Default, Deserialize)]
struct Streak {
    runs: Vec<Run>,
    #[serde(default)]
    frozen: Vec<String>,
    #[serde(default)]
    excused: Vec<String>,
    #[serde(default)]
    freezes: u32,
    longest: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct Run {
    days: String,
    #[serde(default)]
    uncounted: u32,
}

/// Awards by a rule in one commit, and how many records of its kind stand beside them.
pub struct Joined<'a> {
    pub member: MemberId,
    pub rule: &'a Word,
    pub terms: &'a StreakRule,
    pub given: Vec<&'a Record>,
    pub records: usize,
}

/// Before so many days ago it may be forgotten why a day is in a run.
const KEPT: Days = Days::new(60);

fn span(text: &str) -> Option<(Day, Day)> {
    let (from, to) = text.split_once('/').unwrap_or((text, text));
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn days(texts: &[String]) -> BTreeSet<Day> {
    let spans = texts.iter().filter_map(|text| span(text));
    let days = spans.flat_map(|(from, to)| from.iter_days().take_while(move |day| *day <= to));
    days.collect()
}

impl Run {
    fn span(&self) -> (Day, Day) {
        span(&self.days).unwrap_or((Day::MIN, Day::MIN))
    }

    fn length(&self) -> u32 {
        let (from, to) = self.span();
        let days = to.signed_duration_since(from).num_days() + 1;
        u32::try_from(days)
            .unwrap_or(0)
            .saturating_sub(self.uncounted)
    }
}

impl Streaks {
    /// A record is about a rule, surely or perhaps. Answers how many of the last seven days count, at least and at most.
    pub fn join(&mut self, member: MemberId, rule: &Word, day: Day, surely: bool) -> (u32, u32) {
        let known = self.0.entry((member, rule.clone())).or_default();
        known.possible.insert(day);
        if surely {
            known.counted.insert(day);
        }
        let week = |days: &BTreeSet<Day>| {
            let others = day.iter_days().rev().skip(1).take(6);
            let others = others.filter(|day| days.contains(day)).count();
            u32::try_from(others).unwrap_or(0) + 1
        };
        (week(&known.counted), week(&known.possible))
    }

    /// How many of the seven days up to this one count at most.
    pub fn days_of_last_7(&self, member: MemberId, rule: &Word, day: Day) -> u32 {
        let known = self.0.get(&(member, rule.clone()));
        let week = day.iter_days().rev().take(7);
        let counted = week.filter(|day| known.is_some_and(|known| known.possible.contains(day)));
        u32::try_from(counted.count()).unwrap_or(0)
    }

    /// Takes note of what one commit makes of a member's days under a rule.
    pub fn post(&mut self, joined: &Joined<'_>, seen: Option<&Seen>) -> Verdict {
        let key = (joined.member, joined.rule.clone());
        let known = self.0.entry(key).or_default();
        let after = seen.and_then(|seen| seen.streak.clone());
        let after = after.unwrap_or_else(|| known.stored.clone());
        let context = |what: &str| {
            let (member, rule) = (joined.member, joined.rule);
            format!("the days of {member} under {rule} {what}: {after:?}")
        };
        known.agree(&after).map_err(|what| context(&what))?;
        if joined.records == 1 {
            known
                .freezes(joined.terms, &after)
                .map_err(|what| context(&what))?;
        }
        known.pay(joined, &after).map_err(|what| context(&what))?;
        if let Some(seen) = seen {
            ensure(joined.records > 1 || seen.owed == known.owed, || {
                context(&format!("owe {:?}, not {:?}", known.owed, seen.owed))
            })?;
            known.owed.clone_from(&seen.owed);
        }
        known.stored = after;
        Ok(())
    }
}

impl Known {
    /// Every stored day is one of a record or bridged, and every day of a record is stored.
    fn agree(&self, after: &Streak) -> Verdict {
        let mut bridged = days(&after.frozen);
        bridged.extend(days(&after.excused));
        let Some((_, newest)) = after.runs.last().map(Run::span) else {
            return ensure(self.counted.is_empty(), || "are not kept".to_owned());
        };
        let oldest = newest - KEPT;
        let (mut stored, mut end) = (BTreeSet::new(), None);
        for run in &after.runs {
            let (from, to) = run.span();
            ensure(end.is_none_or(|end: Day| end + Days::new(1) < from), || {
                "are runs that touch each other".to_owned()
            })?;
            end = Some(to);
            let of_run: BTreeSet<Day> = from.iter_days().take_while(|day| *day <= to).collect();
            for day in of_run.range(oldest..) {
                let (is_bridged, is_sure) = (bridged.contains(day), self.counted.contains(day));
                ensure(is_bridged || self.possible.contains(day), || {
                    format!("have {day} in a run, on which nothing was done")
                })?;
                ensure(!(is_bridged && is_sure), || {
                    format!("do not count {day}, on which something was done")
                })?;
            }
            let is_kept = from >= oldest;
            let uncounted = of_run.intersection(&bridged).count();
            ensure(
                !is_kept || u32::try_from(uncounted) == Ok(run.uncounted),
                || format!("have a run with {uncounted} days that do not count"),
            )?;
            stored.extend(of_run);
        }
        let first = after.runs.first().map_or(Day::MAX, |run| run.span().0);
        let mut counted = self.counted.range(oldest.max(first)..);
        let missing = counted.find(|day| !stored.contains(day));
        ensure(missing.is_none(), || format!("lack {missing:?}"))
    }

    /// Freezes are spent on missed days and earned by days in a row.
    fn freezes(&self, terms: &StreakRule, after: &Streak) -> Verdict {
        let (spent, before) = (days(&after.frozen), days(&self.stored.frozen));
        let newly = u32::try_from(spent.difference(&before).count()).unwrap_or(u32::MAX);
        ensure(
            newly <= self.stored.freezes && after.freezes <= terms.freezes_max,
            || {
                format!(
                    "spend {newly} freezes where there are {}",
                    self.stored.freezes
                )
            },
        )?;
        let longest = after.runs.iter().map(Run::length).max().unwrap_or(0);
        ensure(after.longest == self.stored.longest.max(longest), || {
            "have another longest run".to_owned()
        })?;
        // A day at the end of the newest run is the simple case: nothing is joined or given back.
        let (Some(last), Some(old)) = (after.runs.last(), self.stored.runs.last()) else {
            return Ok(());
        };
        let (last_span, old_span) = (last.span(), old.span());
        let goes_on = last_span.0 == old_span.0 && last_span.1 > old_span.1;
        if !goes_on || last.length() != old.length() + 1 {
            return Ok(());
        }
        let earned = terms
            .freeze_every_days
            .is_some_and(|every| last.length() % every == 0);
        let expected = self.stored.freezes.min(terms.freezes_max) - newly + u32::from(earned);
        ensure(after.freezes == expected.min(terms.freezes_max), || {
            format!("should leave {expected} freezes")
        })
    }

    /// A milestone is owed once for a run that comes to it, and given with the next award.
    fn pay(&mut self, joined: &Joined<'_>, after: &Streak) -> Verdict {
        for run in &after.runs {
            let (from, to) = run.span();
            let parts = self.stored.runs.iter();
            let parts = parts.filter(|part| from <= part.span().0 && part.span().1 <= to);
            let before = parts.map(Run::length).max().unwrap_or(0);
            let reached = joined.terms.milestones.iter();
            let reached = reached.filter(|m| before < m.days && m.days <= run.length());
            self.owed.extend(reached.copied());
        }
        for record in &joined.given {
            for milestone in &record.trace.milestones {
                let place = self.owed.iter().position(|owed| owed == milestone);
                let Some(place) = place else {
                    // Several records of one commit may come to a milestone in runs that are one in the end.
                    if joined.records > 1 {
                        continue;
                    }
                    return Err(format!("are not worth {milestone:?}"));
                };
                self.owed.remove(place);
            }
        }
        let all_given = joined.given.is_empty() || joined.records > 1 || self.owed.is_empty();
        ensure(all_given, || format!("still owe {:?}", self.owed))
    }
}
