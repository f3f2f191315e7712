//! A decision under way: which rule is about the activity, what it is worth, and what limits and budgets leave of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Changes, Purse, ReadAll, Situation};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::rewards::activity::{CLOCK_AHEAD_MAX, DECIDED_AFTER_MAX};
use crate::rewards::budget::{Draw, Shard};
use crate::rewards::expression::{Expression, Facts, NoValue, Value};
use crate::rewards::limit::{Clocks, Edge, Left, Limit, LimitScope};
use crate::rewards::promotion::Occasion;
use crate::rewards::standing::{Scope, Standing, cooldown, own_limits, programme_limits};
use crate::rewards::streak::{Joined, Milestone, Moment};
use crate::rewards::terms::Rule;
use crate::rewards::worth::{self, Worth};
use crate::rewards::{Activity, Book, LimitTrace, Reason, RuleRef, Trace, kind};
use crate::time::Timestamp;
use crate::zone::Zone;

/// Why a decision goes no further.
pub(super) enum Stop {
    /// The activity earns nothing.
    Refused(Reason),
    /// More must be read.
    Needs(ReadAll),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

/// A decision under way.
pub(super) struct Case<'a> {
    book: &'a Book,
    activity: &'a Activity,
    situation: &'a Situation,
    now: Timestamp,
    at: Timestamp,
    clocks: Clocks<'a>,
    /// What expressions read, but for days in a row.
    facts: Facts,
    trace: Trace,
    changes: Changes,
}

/// A rule that is about an activity, what its days in a row come to with it, and the milestones that are to be given.
struct Candidate<'a> {
    rule: &'a Rule,
    days: Option<Joined>,
    owed: Vec<Milestone>,
}

impl<'a> Case<'a> {
    pub fn new(
        book: &'a Book,
        activity: &'a Activity,
        situation: &'a Situation,
        now: Timestamp,
    ) -> Self {
        let at = activity.occurred();
        let member = situation.profile.zone_at(at);
        let trace = Trace {
            day: Some(member.day(at)),
            zone: Some(member.name().to_owned()),
            programme: book.programme.version,
            ..Trace::default()
        };
        let clocks = Clocks {
            member,
            programme: &book.programme.zone,
        };
        Self {
            book,
            activity,
            situation,
            now,
            at,
            clocks,
            facts: facts(activity, situation, member),
            trace,
            changes: Changes::default(),
        }
    }

    pub fn earn(&mut self) -> Result<Rjv, Stop> {
        // Who took the report may have had a clock that was ahead of this one.
        let now = self.now.max(self.activity.reported_at);
        if self.at > now.plus(CLOCK_AHEAD_MAX) {
            return Err(Reason::InFuture {}.into());
        }
        if self.at < self.now.plus(-DECIDED_AFTER_MAX) {
            return Err(Reason::TooLate {}.into());
        }
        let candidates = self.candidates();
        let candidate = self.choose(&candidates)?;
        let worth = self.worth(candidate)?;
        let amount = self.limited(candidate.rule, worth)?;
        self.changes.shards = self.draw(candidate.rule, amount)?;
        self.count(candidate, amount);
        Ok(amount)
    }

    /// How the decision came about, and what changes with it.
    pub fn conclude(self) -> (Trace, Changes) {
        (self.trace, self.changes)
    }

    /// The rules that are about the activity. The days of each go on, whichever of them decides; milestones that are reached
    /// are owed until an award by their rule brings them.
    fn candidates(&mut self) -> Vec<Candidate<'a>> {
        let book = self.book;
        let rules = book.rules_about(self.activity.kind);
        let about: Vec<&'a Rule> = rules.filter(|rule| self.is_about(rule)).collect();
        let candidate = |rule: &'a Rule| {
            let Some(terms) = &rule.terms.streak else {
                return Candidate {
                    rule,
                    days: None,
                    owed: Vec::new(),
                };
            };
            let scope = Scope::of_rule(rule);
            let standing = self.situation.standing(&scope);
            let before = standing.streak.clone().unwrap_or_default();
            let joined = before.join(terms, Moment::new(self.at, self.clocks.member));
            let mut owed = standing.owed.clone();
            owed.extend(joined.reached.iter().copied());
            if joined.streak != before {
                let after = Standing {
                    streak: Some(joined.streak.clone()),
                    owed: owed.clone(),
                    ..standing
                };
                self.changes.standings.insert(scope, after);
            }
            Candidate {
                rule,
                days: Some(joined),
                owed,
            }
        };
        about.into_iter().map(candidate).collect()
    }

    fn is_about(&self, rule: &Rule) -> bool {
        let terms = &rule.terms;
        let segments = &self.situation.profile.segments;
        terms.are_for(segments, self.at)
            && (terms.partner_class.is_none()
                || terms.partner_class == self.situation.partner_class)
    }

    /// The first candidate whose qualification the activity meets.
    fn choose<'c>(&mut self, candidates: &'c [Candidate<'a>]) -> Result<&'c Candidate<'a>, Reason> {
        for candidate in candidates {
            let Some(qualification) = &candidate.rule.terms.qualification else {
                self.trace.settle_on(candidate.rule);
                return Ok(candidate);
            };
            let facts = candidate.facts(&self.facts);
            let qualified = qualification
                .evaluate(&facts)
                .map(|value| value == Value::Flag(true));
            if qualified == Ok(false) && candidates.len() > 1 {
                let passed = RuleRef::of(candidate.rule);
                self.trace.passed_over.push(passed);
                continue;
            }
            self.trace.settle_on(candidate.rule);
            self.trace.note(&facts, Some(qualification));
            return match qualified {
                Ok(true) => Ok(candidate),
                Ok(false) => Err(Reason::NotQualified {}),
                Err(problem) => Err(Reason::NotComputable { problem }),
            };
        }
        Err(if candidates.is_empty() {
            Reason::NoRule {}
        } else {
            Reason::NotQualified {}
        })
    }

    /// What the activity is worth by its rule, promotions and milestones included.
    fn worth(&mut self, candidate: &Candidate<'a>) -> Result<Rjv, Reason> {
        let rule = candidate.rule;
        let facts = candidate.facts(&self.facts);
        self.trace.note(&facts, rule.terms.amount.expression());
        let worth = worth::of(
            self.book,
            rule,
            &facts,
            &self.occasion(rule),
            &candidate.owed,
        );
        let Worth {
            base,
            promoted,
            promotions,
            total,
        } = worth.map_err(|problem: NoValue| Reason::NotComputable { problem })?;
        self.trace.base = Some(base);
        self.trace.promoted = (promoted != base).then_some(promoted);
        self.trace.promotions = promotions;
        self.trace.milestones.clone_from(&candidate.owed);
        if total.is_zero() {
            return Err(Reason::NothingEarned {});
        }
        Ok(total)
    }

    fn occasion(&self, rule: &'a Rule) -> Occasion<'a> {
        Occasion {
            rule: &rule.rule_id,
            kind: self.activity.kind,
            category: rule.terms.category,
            segments: &self.situation.profile.segments,
            partner_class: self.situation.partner_class,
            at: self.at,
        }
    }

    /// What all limits leave of an amount.
    fn limited(&mut self, rule: &'a Rule, mut amount: Rjv) -> Result<Rjv, Reason> {
        if let Some(limit) = cooldown(rule) {
            let standing = self.situation.standing(&Scope::of_rule(rule));
            let state = limit.state(&standing.tally, self.at, self.clocks);
            if limit.allow(&state, amount).is_zero() {
                return Err(match state.left {
                    Left::Unknown => Reason::TooLate {},
                    Left::Count(_) | Left::Amount(_) => Reason::CoolingDown {
                        resets_at: state.resets_at,
                    },
                });
            }
        }
        let own = own_limits(rule, self.activity);
        let own = own.map(|(scope, limit)| (None, scope, limit));
        let shared = programme_limits(self.book, rule, self.activity);
        let shared = shared.map(|(kind, scope, limit)| (Some(kind), scope, limit));
        for (kind, scope, limit) in own.chain(shared) {
            amount = self.allow(kind, &scope, limit, amount)?;
        }
        Ok(amount)
    }

    fn allow(
        &mut self,
        kind: Option<LimitScope>,
        scope: &Scope,
        limit: &Limit,
        amount: Rjv,
    ) -> Result<Rjv, Reason> {
        let standing = self.situation.standing(scope);
        let state = limit.state(&standing.tally, self.at, self.clocks);
        let allowed = limit.allow(&state, amount);
        self.trace.limits.push(LimitTrace {
            scope: kind,
            period: limit.period,
            count: state.count,
            amount: state.amount,
        });
        match state.left {
            _ if !allowed.is_zero() => Ok(allowed),
            Left::Unknown => Err(Reason::TooLate {}),
            Left::Count(_) | Left::Amount(_) => Err(Reason::LimitReached {
                scope: kind,
                period: limit.period,
                resets_at: state.resets_at,
            }),
        }
    }

    /// Draws an amount from every budget it comes out of.
    fn draw(&self, rule: &'a Rule, amount: Rjv) -> Result<BTreeMap<(Purse, u8), Shard>, Stop> {
        let mut drawn = BTreeMap::new();
        let Some(known) = &self.situation.shards else {
            return Ok(drawn);
        };
        let of_rule = rule.terms.budget.as_ref();
        let of_rule = of_rule.map(|budget| (Purse::Rule(rule.rule_id.clone()), budget));
        let programme = self.book.programme.budget.as_ref();
        let programme = programme.map(|budget| (Purse::Programme, budget));
        for (purse, budget) in of_rule.into_iter().chain(programme) {
            let of_purse = known.iter().filter(|((of, _), _)| *of == purse);
            let shards: BTreeMap<u8, Shard> = of_purse
                .map(|((_, shard), state)| (*shard, *state))
                .collect();
            let home = budget.home(self.activity.member_id);
            match budget.draw(&shards, home, amount, Edge::Refuse) {
                Draw::From { shard, amount } => {
                    let before = shards.get(&shard).map_or(Rjv::ZERO, |shard| shard.drawn);
                    let after = before.checked_add(amount).unwrap_or(Rjv::MAX);
                    drawn.insert((purse, shard), Shard { drawn: after });
                }
                Draw::ReadAll => return Err(Stop::Needs(ReadAll(purse))),
                Draw::Exhausted => {
                    let resets_at = budget.resets_at(self.now, &self.book.programme.zone);
                    return Err(Reason::BudgetExhausted { resets_at }.into());
                }
            }
        }
        Ok(drawn)
    }

    /// Counts an award within every scope that has a limit, and what was owed as given.
    fn count(&mut self, candidate: &Candidate<'a>, amount: Rjv) {
        let rule = candidate.rule;
        if !candidate.owed.is_empty() {
            let scope = Scope::of_rule(rule);
            let standing = self.changed(&scope);
            let owed = Vec::new();
            self.change(scope, Standing { owed, ..standing });
        }
        let mut limits: BTreeMap<Scope, Vec<Limit>> = BTreeMap::new();
        if let Some(limit) = cooldown(rule) {
            limits.entry(Scope::of_rule(rule)).or_default().push(limit);
        }
        for (scope, limit) in own_limits(rule, self.activity) {
            limits.entry(scope).or_default().push(*limit);
        }
        for (_, scope, limit) in programme_limits(self.book, rule, self.activity) {
            limits.entry(scope).or_default().push(*limit);
        }
        for (scope, limits) in limits {
            let standing = self.changed(&scope);
            let tally = standing.tally.with(&limits, self.at, self.clocks, amount);
            self.change(scope, Standing { tally, ..standing });
        }
    }

    /// A standing as this decision leaves it so far.
    fn changed(&self, scope: &Scope) -> Standing {
        let changed = self.changes.standings.get(scope).cloned();
        changed.unwrap_or_else(|| self.situation.standing(scope))
    }

    fn change(&mut self, scope: Scope, standing: Standing) {
        self.changes.standings.insert(scope, standing);
    }
}

/// What expressions about an activity read, but for days in a row.
fn facts(activity: &Activity, situation: &Situation, zone: &Zone) -> Facts {
    let local = zone.local(activity.occurred());
    let decimal = |amount: Rjv| Value::Decimal(i64::try_from(amount.micros()).unwrap_or(i64::MAX));
    let exclusive = situation.partner_class == Some(Class::Exclusive);
    let mut facts = kind::facts(activity.kind, &activity.fields).unwrap_or_default();
    facts.extend(
        [
            ("member.earned", decimal(situation.lifetime_earned)),
            ("member.spent", decimal(situation.lifetime_spent)),
            ("local.hour", Value::Integer(local.hour.into())),
            ("local.weekday", Value::Integer(local.weekday().into())),
            ("partner.exclusive", Value::Flag(exclusive)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    facts
}

impl Candidate<'_> {
    /// What the rule's expressions read.
    fn facts<'f>(&self, facts: &'f Facts) -> Cow<'f, Facts> {
        let Some(days) = &self.days else {
            return Cow::Borrowed(facts);
        };
        let mut facts = facts.clone();
        for (name, days) in [
            ("streak.days", days.days),
            ("streak.days_of_last_7", days.days_of_last_7),
        ] {
            facts.insert(name.to_owned(), Value::Integer(days.into()));
        }
        Cow::Owned(facts)
    }
}

impl Trace {
    /// Notes what an expression read beside the activity's own fields.
    fn note(&mut self, facts: &Facts, expression: Option<&Expression>) {
        for name in expression.into_iter().flat_map(Expression::names_used) {
            let noted = self.facts.iter().any(|(noted, _)| noted == name);
            if let Some(value) = facts.get(name).filter(|_| !noted && name.contains('.')) {
                self.facts.push((name.to_owned(), value.to_string()));
            }
        }
    }
}
