//! Limits and cooldowns, added up anew from every award there was.

use chrono::{Datelike, TimeDelta};
use shared::amount::Rjv;
use shared::id::PartnerId;
use shared::ledger::Category;
use shared::rewards::limit::{Clock, Edge, Limit, LimitScope, Period, Quota};
use shared::rewards::{Activity, FieldValue, LimitTrace, Programme, Rule};
use shared::text::Word;
use shared::time::{Day, Timestamp};

/// What an award is counted by.
#[derive(Clone)]
pub struct Award {
    pub at: Timestamp,
    /// By the member's clock.
    pub day: Day,
    pub amount: Rjv,
    pub rule: Word,
    /// Of the field that the rule counts by.
    pub value: Option<String>,
    pub category: Category,
    pub partner: Option<PartnerId>,
}

/// Over what a limit counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// One rule.
    Rule,
    /// One rule, and one value of the field that it counts apart by.
    Value,
    /// Several rules.
    Scope(LimitScope),
}

/// Awards taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: u32,
    pub amount: Rjv,
}

/// Of more awards than these, a tally may count some too often or forget when they were.
const EXACT_MAX: usize = 40;

impl Over {
    /// The same, as records say it.
    pub fn scope(self) -> Option<LimitScope> {
        match self {
            Self::Rule | Self::Value => None,
            Self::Scope(scope) => Some(scope),
        }
    }
}

impl Award {
    /// The award that an activity would bring.
    pub fn of(activity: &Activity, day: Day, rule: &Rule, amount: Rjv) -> Self {
        let apart = rule.terms.apart.as_ref();
        let value = apart.map(|apart| match activity.fields.get(apart.by.as_str()) {
            Some(FieldValue::Text(text)) => text.clone(),
            _ => String::new(),
        });
        Self {
            at: activity.occurred(),
            day,
            amount,
            rule: rule.rule_id.clone(),
            value,
            category: rule.terms.category,
            partner: activity.source.partner(),
        }
    }

    /// The limits that count it, and over what.
    pub fn limits<'a>(&self, rule: &'a Rule, programme: &'a Programme) -> Vec<(Over, &'a Limit)> {
        let own = rule.terms.limits.iter().map(|limit| (Over::Rule, limit));
        let apart = rule.terms.apart.iter().flat_map(|apart| &apart.limits);
        let apart = apart.map(|limit| (Over::Value, limit));
        let shared = programme.limits.iter();
        let shared = shared
            .filter(|scoped| scoped.scope != LimitScope::Partner || self.partner.is_some())
            .map(|scoped| (Over::Scope(scoped.scope), &scoped.limit));
        own.chain(apart).chain(shared).collect()
    }

    fn counts_with(&self, other: &Self, over: Over) -> bool {
        match over {
            Over::Rule => self.rule == other.rule,
            Over::Value => self.rule == other.rule && self.value == other.value,
            Over::Scope(LimitScope::Member) => true,
            Over::Scope(LimitScope::Category) => self.category == other.category,
            Over::Scope(LimitScope::Partner) => self.partner == other.partner,
        }
    }
}

/// What was awarded before in the same period, and whether a tally must know it exactly.
pub fn sum(before: &[Award], award: &Award, over: Over, limit: &Limit) -> (Sum, bool) {
    let others: Vec<&Award> = before
        .iter()
        .filter(|other| award.counts_with(other, over))
        .collect();
    let sum = match limit.period {
        Period::RollingMinutes(minutes) => fullest(&others, award.at, minutes),
        period => {
            let place = place(award, period, limit.zone);
            let same = others
                .iter()
                .filter(|o| self::place(o, period, limit.zone) == place);
            total(same.copied())
        }
    };
    (sum, others.len() <= EXACT_MAX)
}

/// Whether another award is less than so many minutes away.
pub fn is_cooling(before: &[Award], award: &Award, minutes: u32) -> bool {
    let length = TimeDelta::minutes(minutes.into());
    let mut others = before
        .iter()
        .filter(|other| award.counts_with(other, Over::Rule));
    others.any(|other| award.at.since(other.at).abs() < length)
}

/// What a limit leaves of an amount where so much was given before.
pub fn allowed(limit: &Limit, sum: Sum, amount: Rjv) -> Rjv {
    match limit.max {
        Quota::Count(max) if sum.count < max => amount,
        Quota::Count(_) => Rjv::ZERO,
        Quota::Amount(max) => {
            let left = max.saturating_sub(sum.amount);
            if amount <= left {
                amount
            } else if limit.at_edge == Edge::Clip {
                left
            } else {
                Rjv::ZERO
            }
        }
    }
}

/// What a trace says of a sum.
pub fn traced(trace: &LimitTrace) -> Sum {
    Sum {
        count: trace.count,
        amount: trace.amount,
    }
}

fn total<'a>(awards: impl Iterator<Item = &'a Award>) -> Sum {
    awards.fold(Sum::default(), |sum, award| Sum {
        count: sum.count + 1,
        amount: sum.amount.checked_add(award.amount).unwrap_or(Rjv::MAX),
    })
}

/// The most of any stretch of so many minutes with this instant in it: one that cannot begin later without losing an award.
fn fullest(others: &[&Award], at: Timestamp, minutes: u32) -> Sum {
    let length = TimeDelta::minutes(minutes.into());
    let begins = others.iter().map(|other| other.at);
    let begins = begins.filter(|begin| *begin <= at && at.since(*begin) < length);
    let sums = begins.chain([at]).map(|begin| {
        let within = others.iter().filter(|other| {
            let after = other.at.since(begin);
            after >= TimeDelta::zero() && after < length
        });
        total(within.copied())
    });
    sums.fold(Sum::default(), |most, sum| Sum {
        count: most.count.max(sum.count),
        amount: most.amount.max(sum.amount),
    })
}

fn place(award: &Award, period: Period, clock: Clock) -> (i32, u32) {
    let day = match clock {
        Clock::Member => award.day,
        Clock::Programme => award.at.day(),
    };
    match period {
        Period::Day => (day.num_days_from_ce(), 0),
        Period::Week => (day.iso_week().year(), day.iso_week().week()),
        Period::Month => (day.year(), day.month()),
        Period::RollingMinutes(_) | Period::Lifetime => (0, 0),
    }
}
