//! Deciding: what an activity earns, as a function of the book, of what is known of the member, and of nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::activity::{CLOCK_AHEAD_MAX, DECIDED_AFTER_MAX};
use super::budget::{Budget, Draw, Shard};
use super::expression::{Expression, Facts, NoValue, Value};
use super::limit::{Clocks, Edge, Limit};
use super::limit::{Left, LimitScope};
use super::profile::Profile;
use super::standing::{Scope, Standing, cooldown, programme_limits};
use super::streak::{Joined, Milestone, Moment};
use super::terms::Rule;
use super::worth::{self, Worth};
use super::{Activity, Book, LimitTrace, Reason, RuleRef, Trace};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::text::Word;
use crate::time::Timestamp;

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purse {
    /// The programme's.
    Programme,
    /// A rule's.
    Rule(Word),
}

/// All that a decision about a member's activity reads beside the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Where the member's clock stands, and the segments.
    pub profile: Profile,
    /// All that the member was ever awarded.
    pub lifetime_earned: Rjv,
    /// All that the member ever spent.
    pub lifetime_spent: Rjv,
    /// The class of the partner that reported it.
    pub partner_class: Option<Class>,
    /// What was given within each scope; nothing, where there is none.
    pub standings: BTreeMap<Scope, Standing>,
    /// What was drawn from each counter of each budget that was read. None at all: budgets are left out of account.
    pub shards: Option<BTreeMap<(Purse, u8), Shard>>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// How much, or why nothing.
    pub outcome: Result<Rjv, Reason>,
    /// How it came about.
    pub trace: Trace,
    /// What changes with it.
    pub changes: Changes,
}

/// What a decision changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Standings that are others now.
    pub standings: BTreeMap<Scope, Standing>,
    /// Counters of budgets that were drawn from.
    pub shards: BTreeMap<(Purse, u8), Shard>,
}

/// A budget has counters that were not read and are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAll(pub Purse);

impl Situation {
    /// What is known of somebody of whom nothing is known.
    pub fn nobody(book: &Book) -> Self {
        Self {
            profile: Profile::unknown(&book.programme.zone),
            lifetime_earned: Rjv::ZERO,
            lifetime_spent: Rjv::ZERO,
            partner_class: None,
            standings: BTreeMap::new(),
            shards: None,
        }
    }

    /// Goes on from a decision to the next.
    pub fn follow(&mut self, decision: &Decision) {
        let Changes { standings, shards } = &decision.changes;
        self.standings.extend(standings.clone());
        if let Some(known) = &mut self.shards {
            known.extend(shards.clone());
        }
        if let Ok(amount) = decision.outcome {
            let earned = self.lifetime_earned.checked_add(amount);
            self.lifetime_earned = earned.unwrap_or(Rjv::MAX);
        }
    }

    fn standing(&self, scope: &Scope) -> Standing {
        self.standings.get(scope).cloned().unwrap_or_default()
    }
}

/// The scopes that a decision about an activity may read.
pub fn scopes(book: &Book, activity: &Activity) -> BTreeSet<Scope> {
    let mut scopes = BTreeSet::new();
    for rule in book.rules_about(activity.kind) {
        if rule.terms.streak.is_some() {
            scopes.insert(Scope::Rule(rule.rule_id.clone(), None));
        }
        if !rule.terms.limits.is_empty() || rule.terms.cooldown_minutes.is_some() {
            scopes.insert(Scope::of_rule(rule, activity));
        }
        for scoped in &book.programme.limits {
            scopes.extend(Scope::of_programme(scoped.scope, rule, activity));
        }
    }
    scopes
}

/// The budgets that a decision about an activity may draw from.
pub fn budgets<'a>(book: &'a Book, activity: &Activity) -> BTreeMap<Purse, &'a Budget> {
    let of_rule = |rule: &'a Rule| {
        let budget = rule.terms.budget.as_ref()?;
        Some((Purse::Rule(rule.rule_id.clone()), budget))
    };
    let programme = book.programme.budget.as_ref();
    let rules = book.rules_about(activity.kind).filter_map(of_rule);
    rules
        .chain(programme.map(|budget| (Purse::Programme, budget)))
        .collect()
}

/// Decides what an activity earns at `now`.
pub fn decide(
    book: &Book,
    activity: &Activity,
    situation: &Situation,
    now: Timestamp,
) -> Result<Decision, ReadAll> {
    let mut case = Case::new(book, activity, situation, now);
    let outcome = match case.earn()? {
        Ok(amount) => Ok(amount),
        Err(reason) => Err(reason),
    };
    Ok(Decision {
        outcome,
        trace: case.trace,
        changes: case.changes,
    })
}

/// A decision under way.
struct Case<'a> {
    book: &'a Book,
    activity: &'a Activity,
    situation: &'a Situation,
    now: Timestamp,
    at: Timestamp,
    clocks: Clocks<'a>,
    trace: Trace,
    changes: Changes,
}

/// A rule that is about an activity, and what its days in a row come to with it.
struct Candidate<'a> {
    rule: &'a Rule,
    days: Option<Joined>,
}

impl<'a> Case<'a> {
    fn new(
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
            trace,
            changes: Changes::default(),
        }
    }

    fn earn(&mut self) -> Result<Result<Rjv, Reason>, ReadAll> {
        if self.at > self.now.plus(CLOCK_AHEAD_MAX) {
            return Ok(Err(Reason::InFuture {}));
        }
        if self.at < self.now.plus(-DECIDED_AFTER_MAX) {
            return Ok(Err(Reason::TooLate {}));
        }
        let candidates = self.candidates();
        let candidate = match self.choose(&candidates) {
            Ok(Some(candidate)) => candidate,
            Ok(None) if candidates.is_empty() => return Ok(Err(Reason::NoRule {})),
            Ok(None) => return Ok(Err(Reason::NotQualified {})),
            Err(reason) => return Ok(Err(reason)),
        };
        let allowed = self
            .worth(candidate)
            .and_then(|amount| self.limited(candidate.rule, amount));
        let amount = match allowed {
            Ok(amount) => amount,
            Err(reason) => return Ok(Err(reason)),
        };
        let drawn = match self.draw(candidate.rule, amount)? {
            Ok(shards) => shards,
            Err(reason) => return Ok(Err(reason)),
        };
        self.changes.shards = drawn;
        self.count(candidate, amount);
        Ok(Ok(amount))
    }

    /// The rules that are about the activity. The days of each go on, whichever of them decides.
    fn candidates(&mut self) -> Vec<Candidate<'a>> {
        let book = self.book;
        let rules = book.rules_about(self.activity.kind);
        let about: Vec<&'a Rule> = rules.filter(|rule| self.is_about(rule)).collect();
        let mut candidates = Vec::with_capacity(about.len());
        for rule in about {
            let days = rule.terms.streak.as_ref().map(|terms| {
                let scope = Scope::Rule(rule.rule_id.clone(), None);
                let standing = self.situation.standing(&scope);
                let before = standing.streak.clone().unwrap_or_default();
                let joined = before.join(terms, self.moment());
                if joined.streak != before {
                    let streak = Some(joined.streak.clone());
                    self.change(scope, Standing { streak, ..standing });
                }
                joined
            });
            candidates.push(Candidate { rule, days });
        }
        candidates
    }

    fn is_about(&self, rule: &Rule) -> bool {
        let terms = &rule.terms;
        let segments = &self.situation.profile.segments;
        terms.from.is_none_or(|from| from <= self.at)
            && terms.until.is_none_or(|until| self.at < until)
            && terms
                .segment
                .as_ref()
                .is_none_or(|segment| segments.contains(segment))
            && (terms.partner_class.is_none()
                || terms.partner_class == self.situation.partner_class)
    }

    fn moment(&self) -> Moment<'a> {
        Moment {
            at: self.at,
            day: self.clocks.member.day(self.at),
            zone: self.clocks.member.name(),
        }
    }

    /// The first candidate whose qualification the activity meets.
    fn choose<'c>(
        &mut self,
        candidates: &'c [Candidate<'a>],
    ) -> Result<Option<&'c Candidate<'a>>, Reason> {
        for candidate in candidates {
            let Some(qualification) = &candidate.rule.terms.qualification else {
                self.settle_on(candidate);
                return Ok(Some(candidate));
            };
            let facts = self.facts(candidate);
            let qualified = match qualification.evaluate(&facts) {
                Ok(value) => value == Value::Flag(true),
                Err(problem) => {
                    self.settle_on(candidate);
                    self.note(&facts, [qualification]);
                    return Err(Reason::NotComputable { problem });
                }
            };
            if qualified || candidates.len() == 1 {
                self.settle_on(candidate);
                self.note(&facts, [qualification]);
            } else {
                self.trace.passed_over.push(RuleRef::of(candidate.rule));
            }
            if qualified {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    fn settle_on(&mut self, candidate: &Candidate<'a>) {
        self.trace.rule = Some(RuleRef::of(candidate.rule));
        self.trace.category = Some(candidate.rule.terms.category);
    }

    fn facts(&self, candidate: &Candidate<'a>) -> Facts {
        let local = self.clocks.member.local(self.at);
        let days = candidate.days.as_ref();
        let mut facts =
            super::kind::facts(self.activity.kind, &self.activity.fields).unwrap_or_default();
        let decimal =
            |amount: Rjv| Value::Decimal(i64::try_from(amount.micros()).unwrap_or(i64::MAX));
        let whole = |number: u32| Value::Integer(i64::from(number));
        let mut is = |name: &str, value| facts.insert(name.to_owned(), value);
        is("member.earned", decimal(self.situation.lifetime_earned));
        is("member.spent", decimal(self.situation.lifetime_spent));
        is("local.hour", whole(local.hour));
        is("local.weekday", whole(local.weekday()));
        is(
            "partner.exclusive",
            Value::Flag(self.situation.partner_class == Some(Class::Exclusive)),
        );
        if let Some(days) = days {
            is("streak.days", whole(days.days));
            is("streak.days_of_last_7", whole(days.days_of_last_7));
        }
        facts
    }

    /// Notes what expressions read beside the activity's own fields.
    fn note<'e>(&mut self, facts: &Facts, expressions: impl IntoIterator<Item = &'e Expression>) {
        for name in expressions.into_iter().flat_map(Expression::names_used) {
            let noted = self.trace.facts.iter().any(|(noted, _)| noted == name);
            if noted || !name.contains('.') {
                continue;
            }
            if let Some(value) = facts.get(name) {
                self.trace.facts.push((name.to_owned(), value.to_string()));
            }
        }
    }

    /// What the activity is worth by its rule, promotions and milestones included.
    fn worth(&mut self, candidate: &Candidate<'a>) -> Result<Rjv, Reason> {
        let rule = candidate.rule;
        let facts = self.facts(candidate);
        self.note(&facts, rule.terms.amount.expressions());
        let reached: &[Milestone] = candidate.days.as_ref().map_or(&[], |days| &days.reached);
        let worth = worth::of(self.book, rule, &facts, &self.occasion(rule), reached);
        let Worth {
            base,
            promoted,
            promotions,
            total,
        } = worth.map_err(|problem: NoValue| Reason::NotComputable { problem })?;
        self.trace.base = Some(base);
        self.trace.promoted = (promoted != base).then_some(promoted);
        self.trace.promotions = promotions;
        self.trace.milestones = reached.to_vec();
        if total.is_zero() {
            return Err(Reason::NothingEarned {});
        }
        Ok(total)
    }

    fn occasion(&self, rule: &'a Rule) -> super::promotion::Occasion<'a> {
        super::promotion::Occasion {
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
            let standing = self
                .situation
                .standing(&Scope::of_rule(rule, self.activity));
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
        let own = rule.terms.limits.iter();
        let own = own.map(|limit| (None, Scope::of_rule(rule, self.activity), limit));
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
    fn draw(
        &self,
        rule: &'a Rule,
        amount: Rjv,
    ) -> Result<Result<BTreeMap<(Purse, u8), Shard>, Reason>, ReadAll> {
        let mut drawn = BTreeMap::new();
        let Some(known) = &self.situation.shards else {
            return Ok(Ok(drawn));
        };
        let of_rule = rule.terms.budget.as_ref();
        let of_rule = of_rule.map(|budget| (Purse::Rule(rule.rule_id.clone()), budget));
        let programme = self.book.programme.budget.as_ref();
        let programme = programme.map(|budget| (Purse::Programme, budget));
        for (purse, budget) in of_rule.into_iter().chain(programme) {
            let of_purse = known.iter().filter(|((of, _), _)| *of == purse);
            let home = budget.home(self.activity.member_id);
            let shards: BTreeMap<u8, Shard> = of_purse
                .map(|((_, shard), state)| (*shard, *state))
                .collect();
            match budget.draw(&shards, home, amount, Edge::Refuse) {
                Draw::From { shard, amount } => {
                    let before = shards.get(&shard).map_or(Rjv::ZERO, |shard| shard.drawn);
                    let after = before.checked_add(amount).unwrap_or(Rjv::MAX);
                    drawn.insert((purse, shard), Shard { drawn: after });
                }
                Draw::ReadAll => return Err(ReadAll(purse)),
                Draw::Exhausted => {
                    return Ok(Err(Reason::BudgetExhausted {
                        resets_at: budget.resets_at(self.now, &self.book.programme.zone),
                    }));
                }
            }
        }
        Ok(Ok(drawn))
    }

    /// Counts an award within every scope that has a limit, and marks milestones as given.
    fn count(&mut self, candidate: &Candidate<'a>, amount: Rjv) {
        let rule = candidate.rule;
        if let Some(days) = candidate
            .days
            .as_ref()
            .filter(|days| !days.reached.is_empty())
        {
            let scope = Scope::Rule(rule.rule_id.clone(), None);
            let standing = self.changed(&scope);
            let streak = Some(days.streak.paid(self.moment().day, &days.reached));
            self.change(scope, Standing { streak, ..standing });
        }
        let mut limits: BTreeMap<Scope, Vec<Limit>> = BTreeMap::new();
        let own = rule.terms.limits.iter().cloned().chain(cooldown(rule));
        let own_scope = Scope::of_rule(rule, self.activity);
        for limit in own {
            limits.entry(own_scope.clone()).or_default().push(limit);
        }
        for (_, scope, limit) in programme_limits(self.book, rule, self.activity) {
            limits.entry(scope).or_default().push(limit.clone());
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

impl RuleRef {
    fn of(rule: &Rule) -> Self {
        Self {
            id: rule.rule_id.clone(),
            version: rule.version,
        }
    }
}
