//! Promotions as administrators keep them: drafts, versions, and the one that holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::book::PublishedPromotion;
use super::keys;
use super::kind::ActivityKind;
use super::promotion::{Effect, Hours, Promotion};
use super::publication::{self, Content, Head, Order, Version};
use super::terms::AMOUNT_MAX;
use crate::audit::{Act, Action};
use crate::catalog::Class;
use crate::error::{Error, Failure, Rejection};
use crate::invalid::Invalid;
use crate::ledger::Category;
use crate::ratio::Ratio;
use crate::table::{Key, Query, Tables};
use crate::text::{Text, Word};
use crate::time::Timestamp;
use crate::zone::Zone;

/// A promotion as administrators write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromotionTerms {
    /// What members read.
    pub title: Text<1, 80>,
    /// For which kinds of activities; all, without.
    pub kinds: Option<BTreeSet<ActivityKind>>,
    /// For which categories; all, without.
    pub categories: Option<BTreeSet<Category>>,
    /// For which rules; all, without.
    pub rules: Option<BTreeSet<Word>>,
    /// For which members; all, without.
    pub segment: Option<Word>,
    /// With which partners; all and none, without.
    pub partner_class: Option<Class>,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to but without this instant.
    pub until: Timestamp,
    /// The time zone that the days and hours are read in, by its IANA name.
    pub zone: String,
    /// On which days of the week, 1 (Monday) to 7; all, without.
    pub weekdays: Option<BTreeSet<u8>>,
    /// From which full hour up to but without which, over midnight if the second is smaller; all day, without.
    pub hours: Option<Hours>,
    /// How much more.
    pub effect: Effect,
}

/// A promotion as it is now.
pub type PromotionHead = Head<Promotion>;

/// A promotion in one version.
pub type PromotionVersion = Version<Promotion>;

impl PromotionTerms {
    /// The promotion, if it is sound, with its time zone worked out at `now`.
    pub fn check(self, now: Timestamp) -> Result<Promotion, Rejection> {
        if self.until <= self.from {
            return Err(Invalid::at("/until", "it ends after it begins").into());
        }
        named(self.kinds.as_ref(), "/kinds")?;
        named(self.categories.as_ref(), "/categories")?;
        named(self.rules.as_ref(), "/rules")?;
        named(self.weekdays.as_ref(), "/weekdays")?;
        let mut days = self.weekdays.iter().flatten();
        if days.any(|day| !(1..=7).contains(day)) {
            let reason = "the days of the week are 1 (Monday) to 7";
            return Err(Invalid::at("/weekdays", reason).into());
        }
        if let Some(Hours { from, until }) = self.hours
            && (from > 23 || !(1..=24).contains(&until) || from == until)
        {
            let reason = "it begins at an hour from 0 to 23 and ends at another from 1 to 24";
            return Err(Invalid::at("/hours", reason).into());
        }
        match self.effect {
            Effect::Multiplier(factor) if factor <= Ratio::ONE => {
                let reason = "a promotion gives more than once the amount";
                return Err(Invalid::at("/effect/multiplier", reason).into());
            }
            Effect::Bonus(bonus) if bonus.is_zero() || bonus > AMOUNT_MAX => {
                let reason = format!("a bonus is more than 0 and at most {AMOUNT_MAX} RJV");
                return Err(Invalid::at("/effect/bonus", reason).into());
            }
            Effect::Multiplier(_) | Effect::Bonus(_) => {}
        }
        let zone = Zone::named(&self.zone, now);
        let zone = zone.map_err(|error| Invalid::at("/zone", error.to_string()))?;
        Ok(Promotion {
            title: self.title,
            kinds: self.kinds,
            categories: self.categories,
            rules: self.rules,
            segment: self.segment,
            partner_class: self.partner_class,
            from: self.from,
            until: self.until,
            zone,
            weekdays: self.weekdays,
            hours: self.hours,
            effect: self.effect,
        })
    }
}

/// Whether a choice has something in it, and not too much.
fn named<T>(choice: Option<&BTreeSet<T>>, pointer: &str) -> Result<(), Invalid> {
    const CHOICES_MAX: usize = 50;
    let fits = choice.is_none_or(|choice| (1..=CHOICES_MAX).contains(&choice.len()));
    let reason = || format!("1 to {CHOICES_MAX} are named, or it is left out");
    fits.then_some(())
        .ok_or_else(|| Invalid::at(pointer, reason()))
}

impl Content for Promotion {
    type Written = PromotionTerms;

    const SET: Action = Action::SetPromotion;
    const SET_STATE: Action = Action::SetPromotionState;
    const TESTED: bool = false;

    fn written(&self) -> PromotionTerms {
        let promotion = self.clone();
        PromotionTerms {
            title: promotion.title,
            kinds: promotion.kinds,
            categories: promotion.categories,
            rules: promotion.rules,
            segment: promotion.segment,
            partner_class: promotion.partner_class,
            from: promotion.from,
            until: promotion.until,
            zone: promotion.zone.name().to_owned(),
            weekdays: promotion.weekdays,
            hours: promotion.hours,
            effect: promotion.effect,
        }
    }

    fn from(&self) -> Option<Timestamp> {
        Some(self.from)
    }

    fn until(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn not_found() -> Rejection {
        Rejection::PromotionNotFound
    }

    fn head(id: &Word) -> Key {
        keys::promotion(id)
    }

    fn heads(after: Option<String>, limit: usize) -> Query {
        keys::promotions(after, limit)
    }

    fn version(id: &Word, version: u32) -> Key {
        keys::promotion_version(id, version)
    }

    fn versions(id: &Word, after: Option<String>, limit: usize) -> Query {
        keys::promotion_versions(id, after, limit)
    }
}

impl PromotionHead {
    /// The promotion as awards use it; none, unless it is published and neither paused nor ended.
    pub fn in_force(self) -> Option<PublishedPromotion> {
        self.is_published().then_some(())?;
        let published = self.published?;
        Some(PublishedPromotion {
            promotion_id: self.id,
            version: published.version,
            promotion: published.content,
        })
    }
}

/// Reads all promotions, by name.
pub async fn list(tables: &Tables) -> Result<Vec<PromotionHead>, Failure> {
    publication::heads(tables).await
}

/// Reads one promotion.
pub async fn find(tables: &Tables, id: &Word) -> Result<PromotionHead, Error> {
    publication::head(tables, id).await
}

/// Reads the versions of a promotion, newest first, behind the place `after`; and the place to go on from, if there may be
/// more.
pub async fn versions(
    tables: &Tables,
    id: &Word,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<PromotionVersion>, Option<String>), Failure> {
    publication::versions(tables, id, after, limit).await
}

/// Makes these the terms of the promotion's next version, if they are sound; if the newest version says the same, that is the
/// answer. Nothing is given by a version before it is published.
pub async fn set(
    tables: &Tables,
    id: &Word,
    terms: PromotionTerms,
    act: &Act,
) -> Result<PromotionVersion, Error> {
    publication::set(tables, id, terms.check(act.at)?, act).await
}

/// Publishes, pauses, resumes or ends a promotion; if it is already so, nothing changes.
pub async fn set_state(
    tables: &Tables,
    id: &Word,
    order: &Order,
    act: &Act,
) -> Result<PromotionHead, Error> {
    publication::set_state(tables, id, order, act).await
}
