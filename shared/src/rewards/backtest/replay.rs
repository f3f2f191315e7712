//! Replaying: a member's past is decided once more, activity after activity, by another book.

use std::collections::BTreeMap;

use super::tally::Tally;
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::error::Failure;
use crate::id::{MemberId, PartnerId};
use crate::rewards::profile::Profile;
use crate::rewards::{Book, Outcome, Record, Rule, Situation, decide};
use crate::time::Timestamp;

/// The book in which a version of a rule is tried in the place of the one that is active, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    rule: Rule,
    book: Book,
    from: Timestamp,
    until: Timestamp,
}

/// A member's past, as far as a trial is about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Whose.
    pub member_id: MemberId,
    /// Where the member's clock stood when, and the segments; none, if never said.
    pub profile: Option<Profile>,
    /// What became of the activities.
    pub records: Vec<Record>,
    /// All that was awarded since the time began.
    pub awarded_since: Rjv,
}

impl Past {
    /// A past of which nothing is known yet.
    pub fn of(member_id: MemberId) -> Self {
        Self {
            member_id,
            profile: None,
            records: Vec::new(),
            awarded_since: Rjv::ZERO,
        }
    }
}

impl Trial {
    /// A trial of `rule` on what occurred from `from` on, and was decided before `until`. From when on and until when the rule
    /// itself holds is left out of account: usually that is not yet.
    pub fn new(mut rule: Rule, book: &Book, from: Timestamp, until: Timestamp) -> Self {
        (rule.terms.from, rule.terms.until) = (None, None);
        Self {
            book: book.clone().with(rule.clone()),
            rule,
            from,
            until,
        }
    }

    /// Whether a record is replayed.
    pub fn is_about(&self, record: &Record) -> bool {
        let occurred = record.activity.occurred();
        (self.from..self.until).contains(&occurred) && record.decided_at < self.until
    }

    /// Takes note of a record.
    pub fn note(&self, past: &mut Past, record: Record) -> Result<(), Failure> {
        if let Outcome::Awarded { amount, .. } = record.outcome
            && record.decided_at >= self.from
        {
            let since = past.awarded_since.checked_add(amount);
            past.awarded_since = since.ok_or_else(too_much)?;
        }
        if self.is_about(&record) {
            past.records.push(record);
        }
        Ok(())
    }

    /// Whether a past has something of the rule's kind in it.
    pub fn concerns(&self, past: &Past) -> bool {
        let mut records = past.records.iter();
        records.any(|record| record.activity.kind == self.rule.terms.kind)
    }

    /// Decides a member's past once more, and counts what differs. Activities of other kinds are decided as well, because limits
    /// over several rules count them, but they are not counted here.
    ///
    /// The order is that in which they were decided, and of those decided together the one in which they happened: what came
    /// late came late for the tried version, too.
    pub fn replay(
        &self,
        mut past: Past,
        (earned, spent): (Rjv, Rjv),
        classes: &BTreeMap<PartnerId, Class>,
    ) -> Result<Tally, Failure> {
        past.records.sort_by_key(|record| {
            let activity = &record.activity;
            let occurred = activity.occurred();
            (record.decided_at, occurred, activity.activity_id)
        });
        let mut situation = Situation::nobody(&self.book);
        if let Some(profile) = past.profile {
            situation.profile = profile;
        }
        situation.lifetime_earned = earned.saturating_sub(past.awarded_since);
        situation.lifetime_spent = spent;
        let mut tally = Tally::default();
        for record in &past.records {
            let partner = record.activity.source.partner();
            situation.partner_class = partner.and_then(|partner| classes.get(&partner).copied());
            let decided = decide(&self.book, &record.activity, &situation, record.decided_at);
            let decided = decided
                .map_err(|_| Failure::broken("a trial asked for what is left in budgets"))?;
            situation.follow(&decided);
            if record.activity.kind == self.rule.terms.kind {
                self.count_given(&mut tally, record)?;
                let rule = decided.trace.rule.as_ref().map(|rule| &rule.id);
                let tried = match decided.outcome {
                    Err(reason) => {
                        let count = tally.refused.entry(reason.code().to_owned()).or_default();
                        *count = count.saturating_add(1);
                        continue;
                    }
                    Ok(amount) => amount,
                };
                if rule == Some(&self.rule.rule_id) {
                    tally.tried.add(tried)?;
                } else {
                    tally.tried_by_others.add(tried)?;
                }
            }
        }
        compare(&mut tally, past.member_id)?;
        Ok(tally)
    }

    /// Counts what was really given.
    fn count_given(&self, tally: &mut Tally, record: &Record) -> Result<(), Failure> {
        tally.activities = tally.activities.saturating_add(1);
        let Outcome::Awarded { amount, .. } = record.outcome else {
            return Ok(());
        };
        let rule = record.trace.rule.as_ref().map(|rule| &rule.id);
        if rule == Some(&self.rule.rule_id) {
            tally.given.add(amount)
        } else {
            tally.given_by_others.add(amount)
        }
    }
}

/// Compares what one member would have got with what the member got.
fn compare(tally: &mut Tally, member: MemberId) -> Result<(), Failure> {
    let both = |a: Rjv, b: Rjv| a.checked_add(b).ok_or_else(too_much);
    let tried = both(tally.tried.cost, tally.tried_by_others.cost)?;
    let given = both(tally.given.cost, tally.given_by_others.cost)?;
    tally.members = u64::from(tally.activities > 0);
    tally.members_awarded = u64::from(!tried.is_zero());
    tally.winners.add(member, tried.saturating_sub(given))?;
    tally.losers.add(member, given.saturating_sub(tried))
}

fn too_much() -> Failure {
    Failure::broken("a total is more than an amount can hold")
}
