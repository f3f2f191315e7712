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
use crate::table::{self, Condition, Tables, Write};
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
        if table::commit_unless_moved(tables, vec![write], attempt).await? {
            return Ok(Days::new(rule, terms, &mended, moment));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::rewards::{Programme, Terms, set_zone};
    use crate::table::Memory;
    use crate::zone::Zone;

    const MEMBER: MemberId = MemberId::new(Uuid::from_u128(7));

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// A book of one rule for opening the app, whose days can be mended.
    fn book() -> Book {
        let terms = json!({
            "title": "Open the app", "description": "Every day.", "category": "engagement", "kind": "app_opened",
            "priority": 1, "amount": {"type": "fixed", "amount": "1"}, "rounding": {"to": "0.01", "mode": "down"},
            "stacking": {"mode": "highest", "ceiling": "3"}, "amount_max": "20", "segment": "founders",
            "streak": {"repair": {"within_days": 3, "every_days": 30}, "milestones": [{"days": 7, "bonus": "5"}]},
        });
        let terms: Terms<String> = serde_json::from_value(terms).unwrap();
        Book {
            rules: vec![Rule {
                rule_id: "app-streak".parse().unwrap(),
                version: 1,
                terms: terms.check().unwrap(),
            }],
            promotions: Vec::new(),
            programme: Programme {
                zone: Zone::utc(),
                limits: Vec::new(),
                budget: None,
                version: 0,
            },
        }
    }

    /// Tables with a member in Auckland among the founders, who opened the app at these instants.
    async fn opened(book: &Book, instants: &[&str]) -> (Arc<Memory>, Tables) {
        let memory: Arc<Memory> = Arc::default();
        let tables = Tables::new(Arc::clone(&memory));
        let begin = at("2026-11-01T00:00:00Z");
        let zone = Zone::named("Pacific/Auckland", begin).unwrap();
        let mut profile = set_zone(&tables, MEMBER, &zone, begin).await.unwrap();
        profile.segments.insert("founders".parse().unwrap());
        let rule = &book.rules[0];
        let mut streak = Streak::default();
        for instant in instants {
            let joined = streak.join(
                rule.terms.streak.as_ref().unwrap(),
                moment(&profile, at(instant)),
            );
            streak = joined.streak;
        }
        let standing = Standing {
            streak: Some(streak),
            version: 4,
            ..Standing::default()
        };
        for (place, item) in [
            (keys::profile(MEMBER), table::item(&profile)),
            (
                keys::standing(MEMBER, &Scope::of_rule(rule)),
                table::item(&standing),
            ),
        ] {
            let write = Write::put(place, item.unwrap(), Condition::All(Vec::new()));
            memory.make(&[write]).unwrap();
        }
        (memory, tables)
    }

    /// The 21st and the 22nd in Auckland. The 23rd is over, and missed, at 11:00 UTC.
    const MISSED_ONE: [&str; 2] = ["2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"];

    async fn mend(tables: &Tables, book: &Book, now: &str) -> Result<Days, Rejection> {
        let rule = "app-streak".parse().unwrap();
        repair(tables, book, MEMBER, &rule, at(now))
            .await
            .map_err(|error| match error {
                Error::Rejected(rejection) => rejection,
                Error::Failed(failure) => panic!("{}", failure.chain()),
            })
    }

    #[tokio::test]
    async fn a_break_is_mended_once_and_asking_again_changes_nothing() {
        let book = book();
        let (memory, tables) = opened(&book, &MISSED_ONE).await;
        let now = "2026-11-23T12:00:00Z";
        let (profile, before) = streaks(&tables, &book, MEMBER, at(now)).await.unwrap();
        assert_eq!(profile.zone_at(at(now)).name(), "Pacific/Auckland");
        assert_eq!((before[0].status.days, before[0].status.longest), (0, 2));
        assert!(before[0].status.repairable.is_some());

        let mended = mend(&tables, &book, now).await.unwrap();
        let after = memory.items();
        let again = mend(&tables, &book, "2026-11-23T12:10:00Z").await.unwrap();

        assert_eq!((mended.status.days, mended.status.repairable), (2, None));
        assert_eq!(again, mended);
        assert!(memory.items() == after);
        let (_, listed) = streaks(&tables, &book, MEMBER, at(now)).await.unwrap();
        assert_eq!(listed, [mended]);
        let rule = Scope::of_rule(&book.rules[0]);
        let standing: Option<Standing> = tables.get(&keys::standing(MEMBER, &rule)).await.unwrap();
        assert_eq!(standing.unwrap().version, 5);
    }

    #[tokio::test]
    async fn a_repair_is_refused_with_what_is_in_the_way() {
        let book = book();
        let (memory, tables) = opened(&book, &MISSED_ONE).await;
        let refused = async |book: &Book, now| mend(&tables, book, now).await.unwrap_err();
        let before = memory.items();

        let unbroken = refused(&book, "2026-11-22T08:00:00Z").await;
        assert_eq!(unbroken, Rejection::StreakNotBroken);
        let late = refused(&book, "2026-11-27T08:00:00Z").await;
        assert_eq!(late, Rejection::RepairTooLate);
        let mut unmendable = book.clone();
        let streak = unmendable.rules[0].terms.streak.as_mut().unwrap();
        streak.repair = None;
        let not_offered = refused(&unmendable, "2026-11-23T12:00:00Z").await;
        assert_eq!(not_offered, Rejection::RepairNotOffered);
        let mut elsewhere = book.clone();
        elsewhere.rules[0].terms.segment = Some("others".parse().unwrap());
        let not_theirs = refused(&elsewhere, "2026-11-23T12:00:00Z").await;
        assert_eq!(not_theirs, Rejection::StreakNotFound);
        assert!(memory.items() == before);

        mend(&tables, &book, "2026-11-23T12:00:00Z").await.unwrap();
        let soon = refused(&book, "2026-11-25T12:00:00Z").await;
        let again_on = "2026-12-24".parse().unwrap();
        assert_eq!(soon, Rejection::RepairTooSoon { again_on });
    }
}
