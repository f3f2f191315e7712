//! Days in a row as their member sees them, and their repair.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::known::{self, Known};
use super::profile::Profile;
use super::standing::{Scope, Standing};
use super::streak::{Moment, NoRepair, Status, Streak, StreakRule};
use super::terms::Rule;
use super::{Book, keys};
use crate::error::{Error, Failure, Rejection};
use crate::id::MemberId;
use crate::table::{self, Condition, Lost, Tables, Write};
use crate::text::{Text, Word};
use crate::time::Timestamp;

/// A member's streak under a rule, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Streak")]
pub struct Days {
    /// The rule that counts the days.
    pub rule_id: Word,
    /// What members read above it.
    pub title: Text<1, 80>,
    /// How it stands.
    #[serde(flatten)]
    pub status: Status,
}

/// How often a repair is tried again because the streak moved.
const ATTEMPTS_MAX: u32 = 5;

/// Reads a member's streaks, one for each rule that counts days for this member, and the clock that counts them.
pub async fn streaks(
    tables: &Tables,
    book: &Book,
    member: MemberId,
    now: Timestamp,
) -> Result<(Profile, Vec<Days>), Failure> {
    let counting = || {
        let rules = book.rules.iter();
        rules.filter_map(|rule| Some((rule, rule.terms.streak.as_ref()?)))
    };
    let scopes = counting().map(|(rule, _)| Scope::of_rule(rule)).collect();
    let Known { profile, standings } = known::of(tables, book, member, &scopes).await?;
    let days = counting()
        .filter(|(rule, _)| rule.terms.are_for(&profile.segments, now))
        .map(|(rule, terms)| {
            let streak = streak_of(rule, &standings);
            Days::new(rule, terms, &streak, moment(&profile, now))
        })
        .collect();
    Ok((profile, days))
}

/// Mends the latest break of a member's streak, and answers how it stands then. Once it is mended, asking again changes nothing
/// and answers the same.
pub async fn repair(
    tables: &Tables,
    book: &Book,
    member: MemberId,
    rule_id: &Word,
    now: Timestamp,
) -> Result<Days, Error> {
    let rule = book.rule(rule_id).ok_or(Rejection::StreakNotFound)?;
    let terms = rule.terms.streak.as_ref();
    let terms = terms.ok_or(Rejection::StreakNotFound)?;
    let scope = Scope::of_rule(rule);
    let scopes = BTreeSet::from([scope.clone()]);
    for attempt in 1..=ATTEMPTS_MAX {
        let Known { profile, standings } = known::of(tables, book, member, &scopes).await?;
        if !rule.terms.are_for(&profile.segments, now) {
            return Err(Rejection::StreakNotFound.into());
        }
        let (moment, streak) = (moment(&profile, now), streak_of(rule, &standings));
        if streak.is_mended(terms, moment) {
            return Ok(Days::new(rule, terms, &streak, moment));
        }
        let mended = streak.repair(terms, moment).map_err(Rejection::from)?;
        let before = standings.get(&scope).cloned().unwrap_or_default();
        let unchanged = Condition::unchanged("version", before.version);
        let after = Standing {
            version: before.version.saturating_add(1),
            streak: Some(mended.clone()),
            ..before
        };
        let place = keys::standing(member, &scope);
        let write = Write::put(place, table::item(&after)?, unchanged);
        match table::commit(tables, vec![write.or(())]).await {
            Ok(_) => return Ok(Days::new(rule, terms, &mended, moment)),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(Failure::unavailable("the streak moved during every attempt to mend it").into())
}

fn moment(profile: &Profile, now: Timestamp) -> Moment<'_> {
    Moment::new(now, profile.zone_at(now))
}

fn streak_of(rule: &Rule, standings: &BTreeMap<Scope, Standing>) -> Streak {
    let standing = standings.get(&Scope::of_rule(rule));
    let streak = standing.and_then(|standing| standing.streak.clone());
    streak.unwrap_or_default()
}

impl Days {
    fn new(rule: &Rule, terms: &StreakRule, streak: &Streak, moment: Moment<'_>) -> Self {
        Self {
            rule_id: rule.rule_id.clone(),
            title: rule.terms.title.clone(),
            status: streak.status(terms, moment),
        }
    }
}

impl From<NoRepair> for Rejection {
    fn from(why: NoRepair) -> Self {
        match why {
            NoRepair::NotOffered => Self::RepairNotOffered,
            NoRepair::NothingBroken => Self::StreakNotBroken,
            NoRepair::TooLate => Self::RepairTooLate,
            NoRepair::TooSoon { again_on } => Self::RepairTooSoon { again_on },
        }
    }
}
