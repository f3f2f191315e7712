//! Limits: how often and how much a member can earn in a period.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::text::Word;
use crate::time::Timestamp;
use crate::zone::Zone;

/// The most of something in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Over which time.
    pub period: Period,
    /// Whose midnight ends a day, a week and a month.
    #[serde(default)]
    pub zone: Clock,
    /// The most.
    pub max: Quota,
    /// What happens to an award that does not fit in whole.
    pub at_edge: Edge,
}

/// The time over which a limit counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Any stretch of this many minutes, counted in steps of a 24th of it, never more than promised.
    RollingMinutes(u32),
    /// All time.
    Lifetime,
}

/// Whose clock counts.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The member's.
    #[default]
    Member,
    /// The programme's.
    Programme,
}

/// The most that fits into a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// So many awards.
    Count(u32),
    /// So much.
    Amount(Rjv),
}

/// What happens to an award that does not fit in whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// It is refused.
    Refuse,
    /// What still fits is given.
    Clip,
}

/// The clocks at the instant of an activity.
#[derive(Clone, Copy, Debug)]
pub struct Clocks<'a> {
    /// The member's zone.
    pub member: &'a Zone,
    /// The programme's zone.
    pub programme: &'a Zone,
}

/// What was awarded within one scope, by period and clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally(BTreeMap<String, Counter>);

/// Awards by stretch of time, the newest few stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {}

/// How a limit stands for an activity at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LimitState {
    /// Awards so far.
    pub count: u32,
    /// Tokens so far.
    pub amount: Rjv,
    /// What is left: in tokens; for a limit of awards, all or nothing.
    pub left: Left,
    /// When there is room again or the count starts anew; never, for all time.
    pub resets_at: Option<Timestamp>,
}

/// What a limit still allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// So many awards.
    Count(u32),
    /// So much.
    Amount(Rjv),
    /// The stretch is too long ago to know what was awarded in it, so nothing is.
    Unknown,
}

impl Limit {
    /// How it stands for something that happens at an instant.
    pub fn state(&self, _tally: &Tally, _at: Timestamp, _clocks: Clocks<'_>) -> LimitState {
        todo!()
    }

    /// What it leaves of an amount: nothing, some of it (only if it clips), or all.
    pub fn allow(&self, _state: &LimitState, _amount: Rjv) -> Rjv {
        todo!()
    }
}

impl Tally {
    /// The tally with an award in it, counted by each of these limits.
    #[must_use]
    pub fn with(
        &self,
        _limits: &[Limit],
        _at: Timestamp,
        _clocks: Clocks<'_>,
        _amount: Rjv,
    ) -> Self {
        todo!()
    }
}

/// A limit that holds for one member over all rules of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScopedLimit {
    /// Over what it counts.
    pub scope: LimitScope,
    /// The limit.
    #[serde(flatten)]
    pub limit: Limit,
}

/// Over what a programme's limit counts, always for one member.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// Everything the member earns.
    Member,
    /// What the member earns in each category.
    Category,
    /// What the member earns with each partner.
    Partner,
}

/// A field of the activity by whose value a rule's limits count apart, such as `feature`.
pub type CountedBy = Option<Word>;
