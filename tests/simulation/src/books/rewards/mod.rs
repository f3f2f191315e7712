//! Rewards: each award answers one activity that was not answered before, and is what the rules, limits and budgets of its
//! time give for it; each refusal is one of them.
//!
//! Everything is worked out anew from records, awards and what administrators published. The books are lenient where the
//! system says it is: a process may go by a book that is seconds old, and by a clock that is minutes off; limits count
//! exactly up to 40 awards of a scope; of a budget less than one award may be left in each counter.

mod budgets;
mod clocks;
mod history;
mod limits;
mod refusals;
mod streaks;
mod worth;

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::amount::Rjv;
use shared::id::MemberId;
use shared::ledger::{Entry, Source};
use shared::rewards::book::PublishedPromotion;
use shared::rewards::promotions::PromotionHead;
use shared::rewards::rules::{RuleHead, RuleVersion};
use shared::rewards::{Outcome, Programme, Record, Rule};
use shared::table::Key;
use shared::text::Word;
use shared::time::{Day, Timestamp};

use self::budgets::{Drawn, Purse, Spending, settle};
use self::clocks::Clocks;
use self::history::{History, Span};
use self::limits::{Award, allowed, is_cooling, sum, traced};
pub use self::refusals::outcome;
use self::streaks::{Joined, Streaks};
use super::{Verdict, ensure};

/// What one commit wrote that is about rewards.
#[derive(Default)]
pub struct Written {
    pub records: Vec<Record>,
    pub standings: Vec<(MemberId, String, streaks::Seen)>,
    pub shards: Vec<(Key, Rjv)>,
    pub profiles: Vec<(MemberId, clocks::Seen)>,
    pub versions: Vec<(Word, RuleVersion)>,
    pub rules: Vec<RuleHead>,
    pub promotions: Vec<PromotionHead>,
    pub programmes: Vec<Programme>,
}

/// Everything about rewards that was written.
#[derive(Default)]
pub struct Rewards {
    /// Whether all was read at once, so that nobody knows in which order it was written.
    pub is_snapshot: bool,
    versions: BTreeMap<(Word, u32), Arc<Rule>>,
    rules: History<Rule>,
    promotions: History<PublishedPromotion>,
    programmes: BTreeMap<u32, Programme>,
    clocks: Clocks,
    awards: BTreeMap<MemberId, Vec<Award>>,
    streaks: Streaks,
    drawn: Drawn,
}

/// A record, and what the books know of its making.
struct Case<'a> {
    record: &'a Record,
    /// When its book may have been read, if that is known.
    span: Option<Span>,
    /// The member's day.
    day: Day,
    /// Of the last seven days, how many count under each rule: at least and at most.
    weeks: BTreeMap<Word, (u32, u32)>,
}

impl Rewards {
    /// Takes note of what one commit wrote.
    pub fn post(&mut self, written: &Written, entries: &[Entry], now: Timestamp) -> Verdict {
        self.publish(written, now)?;
        let mut records: Vec<&Record> = written.records.iter().collect();
        if self.is_snapshot {
            records.sort_by_key(|record| match &record.outcome {
                Outcome::Awarded { entry_id, .. } => Some(*entry_id),
                Outcome::Refused(_) => None,
            });
        }
        // A counter only rises, so a refusal is justified by what it has come to at the end of the commit.
        let rises = self.drawn.post(&written.shards)?;
        let mut spent = BTreeMap::new();
        for record in &records {
            self.post_record(record, entries, now, &mut spent)?;
        }
        settle(&rises, &spent)?;
        if self.is_snapshot {
            return Ok(());
        }
        self.post_days(written, &records, now)
    }

    fn publish(&mut self, written: &Written, now: Timestamp) -> Verdict {
        for (rule_id, version) in &written.versions {
            let rule = version.clone().of(rule_id.clone());
            let place = (rule_id.clone(), rule.version);
            let earlier = self.versions.insert(place, Arc::new(rule));
            ensure(earlier.is_none(), || {
                format!("a version of the rule {rule_id} was written twice")
            })?;
        }
        for head in &written.rules {
            self.rules
                .change(head.id.clone(), now, head.clone().in_force());
        }
        for head in &written.promotions {
            let promotion = head.clone().in_force();
            self.promotions.change(head.id.clone(), now, promotion);
        }
        for programme in &written.programmes {
            let version = programme.version;
            let earlier = self.programmes.insert(version, programme.clone());
            ensure(earlier.is_none(), || {
                format!("version {version} of the programme was written twice")
            })?;
        }
        for (member, seen) in &written.profiles {
            self.clocks.post(*member, now, seen.clone())?;
        }
        Ok(())
    }

    fn post_record(
        &mut self,
        record: &Record,
        entries: &[Entry],
        now: Timestamp,
        spent: &mut BTreeMap<Purse, Spending>,
    ) -> Verdict {
        let span = (!self.is_snapshot).then(|| Span::of(record, now));
        let day = self.clocks.check(record, span)?;
        let mut case = Case {
            record,
            span,
            day,
            weeks: BTreeMap::new(),
        };
        self.join(&mut case);
        match &record.outcome {
            Outcome::Awarded { entry_id, amount } => {
                let mut entries = entries.iter();
                let entry = entries.find(|entry| entry.entry_id == *entry_id);
                let entry = entry.ok_or_else(|| {
                    let id = record.activity.activity_id;
                    format!("{id} was recorded as awarded without {entry_id}")
                })?;
                self.post_award(&case, entry, *amount, spent)
            }
            Outcome::Refused(reason) if span.is_some() => self.justify(&case, reason),
            Outcome::Refused(_) => Ok(()),
        }
    }

    /// The days of every rule that is about it go on, whichever of them decides.
    fn join(&mut self, case: &mut Case<'_>) {
        let Some(span) = case.span.filter(|_| !refusals::is_untimely(case.record)) else {
            return;
        };
        let member = case.record.activity.member_id;
        for rule in self.rules.names() {
            let held = self.rules.within(rule, span);
            let joins = |state: Option<&Arc<Rule>>| {
                state.is_some_and(|rule| {
                    rule.terms.streak.is_some() && refusals::is_about(rule, case.record)
                })
            };
            if held.iter().copied().any(joins) {
                let surely = held.into_iter().all(joins);
                let week = self.streaks.join(member, rule, case.day, surely);
                case.weeks.insert(rule.clone(), week);
            }
        }
    }

    /// The version of the rule that decided, which must have held.
    fn rule(&self, case: &Case<'_>) -> Result<Arc<Rule>, String> {
        let (id, trace) = (case.record.activity.activity_id, &case.record.trace);
        let rule = trace.rule.as_ref();
        let rule = rule.ok_or_else(|| format!("{id} was decided by no rule"))?;
        let published = self.versions.get(&(rule.id.clone(), rule.version));
        let published =
            published.ok_or_else(|| format!("{id} was decided by {rule:?}, which nobody wrote"))?;
        let held = case.span.is_none_or(|span| {
            let held = self.rules.within(&rule.id, span);
            let mut held = held.into_iter().flatten();
            held.any(|held| held.version == rule.version)
        });
        ensure(held && refusals::is_about(published, case.record), || {
            format!("{id} was decided by {rule:?}, which did not hold")
        })?;
        self.is_first(case, published)?;
        Ok(Arc::clone(published))
    }

    fn programme(&self, record: &Record) -> Result<Programme, String> {
        let version = record.trace.programme;
        let programme = self.programmes.get(&version).cloned();
        let programme = programme.or_else(|| (version == 0).then(Programme::default));
        programme.ok_or_else(|| format!("nobody wrote version {version} of the programme"))
    }

    fn post_award(
        &mut self,
        case: &Case<'_>,
        entry: &Entry,
        given: Rjv,
        spent: &mut BTreeMap<Purse, Spending>,
    ) -> Verdict {
        let record = case.record;
        let (id, trace) = (record.activity.activity_id, &record.trace);
        let (rule, programme) = (self.rule(case)?, self.programme(record)?);
        let names = matches!(&entry.source, Source::Award { category, rule_id, rule_version, occurred_at, .. }
            if *category == rule.terms.category && *rule_id == rule.rule_id
                && *rule_version == rule.version && *occurred_at == record.activity.occurred());
        ensure(names && trace.category == Some(rule.terms.category), || {
            format!(
                "{} is not what {}@{} gives",
                entry.entry_id, rule.rule_id, rule.version
            )
        })?;
        let mut amount = worth::worth(record, &rule, &self.promotions, case.span)?;
        let member = record.activity.member_id;
        let before = self.awards.get(&member).map_or(&[] as &[_], Vec::as_slice);
        let mut award = Award::of(&record.activity, case.day, &rule, given);
        if let Some(minutes) = rule.terms.cooldown_minutes {
            ensure(!is_cooling(before, &award, minutes), || {
                format!("{id} was awarded within {minutes} minutes of another one")
            })?;
        }
        amount = hold(before, &award, (&rule, &programme), record, amount)?;
        ensure(amount == given, || {
            format!("{id} was awarded {given}, and is worth {amount}")
        })?;
        award.amount = given;
        self.awards.entry(member).or_default().push(award);
        for (whose, budget) in budgets::of(&rule, &programme) {
            let purse = Purse::at(whose, &budget, record.decided_at);
            let amount = spent
                .get(&purse)
                .map_or(Rjv::ZERO, |spending| spending.amount);
            let amount = amount.checked_add(given).unwrap_or(Rjv::MAX);
            spent.insert(purse, Spending { budget, amount });
        }
        Ok(())
    }

    /// Looks at the days of every member and rule that the commit touched.
    fn post_days(&mut self, written: &Written, records: &[&Record], now: Timestamp) -> Verdict {
        let Some(first) = records.first() else {
            return Ok(());
        };
        let (member, span) = (first.activity.member_id, Span::of(first, now));
        for name in self.rules.names() {
            let held = self.rules.within(name, span);
            let Some(rule) = held
                .iter()
                .flatten()
                .find(|rule| rule.terms.streak.is_some())
            else {
                continue;
            };
            let terms = rule.terms.streak.as_ref();
            let of_kind = records
                .iter()
                .filter(|record| record.activity.kind == rule.terms.kind);
            let by_rule = |record: &&&Record| {
                let by = record.trace.rule.as_ref();
                let is_awarded = matches!(record.outcome, Outcome::Awarded { .. });
                is_awarded && by.is_some_and(|by| by.id == *name)
            };
            let (Some(terms), count) = (terms, of_kind.clone().count()) else {
                continue;
            };
            if count == 0 {
                continue;
            }
            let joined = Joined {
                member,
                rule: name,
                terms,
                given: of_kind.filter(by_rule).copied().collect(),
                records: count,
            };
            let place = format!("rule#{name}");
            let mut seen = written.standings.iter();
            let seen = seen.find(|(owner, scope, _)| *owner == member && *scope == place);
            self.streaks.post(&joined, seen.map(|(_, _, seen)| seen))?;
        }
        Ok(())
    }
}

/// What limits leave of an amount, if they stood as the trace says.
fn hold(
    before: &[Award],
    award: &Award,
    (rule, programme): (&Rule, &Programme),
    record: &Record,
    mut amount: Rjv,
) -> Result<Rjv, String> {
    let (id, trace) = (record.activity.activity_id, &record.trace);
    let limits = award.limits(rule, programme);
    ensure(limits.len() == trace.limits.len(), || {
        format!(
            "{id} was held to {} limits, not {}",
            trace.limits.len(),
            limits.len()
        )
    })?;
    for ((over, limit), seen) in limits.into_iter().zip(&trace.limits) {
        let (naive, exact) = sum(before, award, over, limit);
        let known = traced(seen);
        let agrees = seen.scope == over.scope()
            && seen.period == limit.period
            && (known == naive
                || (!exact && known.count >= naive.count && known.amount >= naive.amount));
        ensure(agrees, || {
            format!("{id}: {seen:?} were given before by {limit:?}, by the books {naive:?}")
        })?;
        amount = allowed(limit, known, amount);
        ensure(!amount.is_zero(), || {
            format!("{id} was awarded beyond {limit:?}")
        })?;
    }
    Ok(amount)
}
