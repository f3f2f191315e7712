//! Refusals: each has its cause, by the books.

use std::sync::Arc;

use chrono::TimeDelta;
use shared::amount::Rjv;
use shared::catalog::Class;
use shared::rewards::limit::{Clock, Period};
use shared::rewards::{Outcome, Reason, Record, ReportSource, Rule};
use shared::time::Timestamp;

use super::super::{Verdict, ensure};
use super::limits::{Award, allowed, is_cooling, sum, traced};
use super::{Case, Purse, Rewards, budgets, clocks, worth};
use crate::house::source;

/// How far an activity may lie in the future and in the past when it is decided.
const AHEAD_MAX: TimeDelta = TimeDelta::minutes(5);
const AGO_MAX: TimeDelta = TimeDelta::days(35);

fn is_too_late(record: &Record) -> bool {
    record.decided_at.since(record.activity.occurred()) > AGO_MAX
}

/// Who took the report may have had a clock that was ahead of the one by which it is decided.
fn is_in_future(record: &Record) -> bool {
    let now = record.decided_at.max(record.activity.reported_at);
    record.activity.occurred().since(now) > AHEAD_MAX
}

/// Whether it is decided too early or too late for any rule.
pub fn is_untimely(record: &Record) -> bool {
    is_too_late(record) || is_in_future(record)
}

/// Whether a rule is about an activity. Of the partners in this world, the second is exclusive.
pub fn is_about(rule: &Rule, record: &Record) -> bool {
    let (activity, terms) = (&record.activity, &rule.terms);
    let at = activity.occurred();
    let class = match activity.source {
        ReportSource::Partner(_) if activity.source == source(activity.kind, 1) => {
            Some(Class::Exclusive)
        }
        ReportSource::Partner(_) => Some(Class::Standard),
        ReportSource::App | ReportSource::Service => None,
    };
    terms.kind == activity.kind
        && terms.from.is_none_or(|from| from <= at)
        && terms.until.is_none_or(|until| at < until)
        && terms.segment.is_none()
        && (terms.partner_class.is_none() || terms.partner_class == class)
}

/// How many of the last seven days a decision counted.
fn days_told(record: &Record) -> Option<u32> {
    let mut facts = record.trace.facts.iter();
    let (_, days) = facts.find(|(name, _)| name == "streak.days_of_last_7")?;
    days.parse().ok()
}

/// What became of an activity, in a word.
pub fn outcome(record: &Record) -> &'static str {
    let trace = &record.trace;
    match &record.outcome {
        Outcome::Awarded { .. } if !trace.milestones.is_empty() => "awarded, streak",
        Outcome::Awarded { .. } if !trace.promotions.is_empty() => "awarded, promoted",
        Outcome::Awarded { .. } => "awarded",
        Outcome::Refused(reason) => match reason {
            Reason::NoRule {} => "no rule",
            Reason::NotQualified {} => "not qualified",
            Reason::LimitReached { scope: None, .. } => "limit reached",
            Reason::LimitReached { .. } => "shared limit",
            Reason::CoolingDown { .. } => "cooling down",
            Reason::BudgetExhausted { .. } => "budget exhausted",
            Reason::NothingEarned {} => "nothing earned",
            Reason::TooLate {} => "too late",
            Reason::InFuture {} => "in future",
            Reason::NotComputable { .. } => "not computable",
        },
    }
}

impl Rewards {
    /// Makes sure that there is a reason for a refusal.
    pub(super) fn justify(&self, case: &Case<'_>, reason: &Reason) -> Verdict {
        let record = case.record;
        let justified = match reason {
            Reason::InFuture {} => is_in_future(record),
            Reason::TooLate {} => is_too_late(record) || self.is_forgotten(record),
            Reason::NoRule {} => self.may_lack_a_rule(case),
            Reason::NotQualified {} => self.may_be_unqualified(case),
            Reason::CoolingDown { .. } => {
                let rule = self.rule(case)?;
                let award = Award::of(&record.activity, case.day, &rule, Rjv::ZERO);
                let minutes = rule.terms.cooldown_minutes;
                minutes.is_some_and(|minutes| is_cooling(self.before(record), &award, minutes))
            }
            Reason::LimitReached { .. } => self.is_beyond_a_limit(case, reason)?,
            Reason::BudgetExhausted { .. } => self.is_beyond_a_budget(case)?,
            Reason::NothingEarned {} | Reason::NotComputable { .. } => false,
        };
        ensure(
            justified && (is_untimely(record) == is_of_time(reason, record)),
            || {
                format!(
                    "{} was refused without a cause: {record:?}",
                    record.activity.activity_id
                )
            },
        )
    }

    fn before(&self, record: &Record) -> &[Award] {
        let awards = self.awards.get(&record.activity.member_id);
        awards.map_or(&[], Vec::as_slice)
    }

    /// Whether a tally of the member may have forgotten something.
    fn is_forgotten(&self, record: &Record) -> bool {
        self.before(record).len() > 40
    }

    fn may_lack_a_rule(&self, case: &Case<'_>) -> bool {
        self.rules.names().all(|name| {
            let held = case.span.map(|span| self.rules.within(name, span));
            let is_about =
                |rule: Option<&Arc<Rule>>| rule.is_some_and(|rule| is_about(rule, case.record));
            held.is_none_or(|held| !held.into_iter().all(is_about))
        })
    }

    /// Every rule that surely held asks for more. The days of a refusal may have been read a moment before others came.
    fn may_be_unqualified(&self, case: &Case<'_>) -> bool {
        let mut asked = 0;
        let all_ask = self.rules.names().all(|name| {
            let held = case
                .span
                .map_or_else(Vec::new, |span| self.rules.within(name, span));
            let about =
                |rule: Option<&Arc<Rule>>| rule.is_some_and(|rule| is_about(rule, case.record));
            let asks = |rule: Option<&Arc<Rule>>| {
                rule.is_some_and(|rule| rule.terms.qualification.is_some())
            };
            let is_about = held.iter().copied().any(about);
            asked += usize::from(is_about && held.iter().copied().any(asks));
            !held.iter().copied().all(about) || held.iter().copied().all(asks)
        });
        let days = days_told(case.record);
        all_ask && asked > 0 && days.is_none_or(|days| days < 3)
    }

    /// No rule with a higher priority may have given, and the one that gave asked for no more than there was.
    pub(super) fn is_first(&self, case: &Case<'_>, chosen: &Rule) -> Verdict {
        let (Some(span), record) = (case.span, case.record) else {
            return Ok(());
        };
        let id = record.activity.activity_id;
        for name in self.rules.names().filter(|name| **name != chosen.rule_id) {
            let held = self.rules.within(name, span);
            let stands_above = |rule: Option<&Arc<Rule>>| {
                rule.is_some_and(|rule| {
                    is_about(rule, record) && rule.terms.priority > chosen.terms.priority
                })
            };
            let mut passed = record.trace.passed_over.iter();
            let passed = passed.any(|passed| passed.id == *name);
            ensure(passed || !held.iter().copied().all(stands_above), || {
                format!(
                    "{id} was decided by {}, and {name} stands above it",
                    chosen.rule_id
                )
            })?;
            ensure(!passed || held.iter().copied().any(stands_above), || {
                format!("{id} passed over {name}, which does not stand above its rule")
            })?;
        }
        if chosen.terms.qualification.is_none() {
            return Ok(());
        }
        let member = record.activity.member_id;
        let most = self
            .streaks
            .days_of_last_7(member, &chosen.rule_id, case.day);
        let least = case
            .weeks
            .get(&chosen.rule_id)
            .map_or(0, |(least, _)| *least);
        let days = days_told(case.record).unwrap_or(0);
        let is_refused = matches!(record.outcome, Outcome::Refused(_));
        let fits = days <= most && (days >= least || is_refused);
        ensure(fits && (days >= 3 || is_refused), || {
            format!(
                "{id} has {days} of seven days under {}, by the books {least} to {most}",
                chosen.rule_id
            )
        })
    }

    /// What limits left of an amount up to the last that was looked at; and whether that one, by the books, leaves nothing.
    fn is_beyond_a_limit(&self, case: &Case<'_>, reason: &Reason) -> Result<bool, String> {
        let Reason::LimitReached {
            scope,
            period,
            resets_at,
        } = reason
        else {
            return Ok(false);
        };
        let record = case.record;
        let (rule, programme) = (self.rule(case)?, self.programme(record)?);
        let mut amount = worth::worth(record, &rule, &self.promotions, case.span)?;
        let award = Award::of(&record.activity, case.day, &rule, Rjv::ZERO);
        let limits = award.limits(&rule, &programme);
        let last = record.trace.limits.len().saturating_sub(1);
        for (place, ((of, limit), seen)) in limits.into_iter().zip(&record.trace.limits).enumerate()
        {
            if place < last {
                amount = allowed(limit, traced(seen), amount);
                continue;
            }
            let (naive, exact) = sum(self.before(record), &award, of, limit);
            let is_this = of.scope() == *scope && limit.period == *period;
            let by_day = limit.period == Period::Day && limit.zone == Clock::Member;
            let zone = record.trace.zone.as_deref().unwrap_or_default();
            let in_time = !by_day || day_ends(zone, case, *resets_at);
            let is_full = allowed(limit, naive, amount).is_zero();
            return Ok(is_this && in_time && (is_full || !exact));
        }
        Ok(false)
    }

    fn is_beyond_a_budget(&self, case: &Case<'_>) -> Result<bool, String> {
        let record = case.record;
        let (rule, programme) = (self.rule(case)?, self.programme(record)?);
        let mut amount = worth::worth(record, &rule, &self.promotions, case.span)?;
        let award = Award::of(&record.activity, case.day, &rule, Rjv::ZERO);
        let limits = award.limits(&rule, &programme);
        for ((_, limit), seen) in limits.into_iter().zip(&record.trace.limits) {
            amount = allowed(limit, traced(seen), amount);
        }
        let mut budgets = budgets::of(&rule, &programme);
        Ok(budgets.any(|(whose, budget)| {
            let purse = Purse::at(whose, &budget, record.decided_at);
            self.drawn.is_exhausted(&purse, &budget, amount)
        }))
    }
}

/// Where a member's clock is changed at the end of a day, the day goes on by the next one.
fn day_ends(zone: &str, case: &Case<'_>, resets_at: Option<Timestamp>) -> bool {
    resets_at.is_some() && resets_at == clocks::end_of(zone, case.day)
}

fn is_of_time(reason: &Reason, record: &Record) -> bool {
    match reason {
        Reason::InFuture {} => true,
        Reason::TooLate {} => is_too_late(record),
        _ => false,
    }
}
