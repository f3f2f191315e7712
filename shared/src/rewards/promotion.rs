//! Promotions: times in which rules give more.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::catalog::Class;
use crate::ledger::Category;
use crate::ratio::Ratio;
use crate::text::{Text, Word};
use crate::time::Timestamp;
use crate::zone::Zone;

use super::kind::ActivityKind;

/// More than usual, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// What members read.
    pub title: Text<1, 80>,
    /// Which kinds of activities; all, without.
    pub kinds: Option<BTreeSet<ActivityKind>>,
    /// Which categories; all, without.
    pub categories: Option<BTreeSet<Category>>,
    /// Which rules; all, without.
    pub rules: Option<BTreeSet<Word>>,
    /// For which members; all, without.
    pub segment: Option<Word>,
    /// With which partners; all and none, without.
    pub partner_class: Option<Class>,
    /// From this instant on.
    pub from: Timestamp,
    /// Up to but without this instant.
    pub until: Timestamp,
    /// Whose clock the days and hours are read from.
    pub zone: Zone,
    /// On which days of the week, 1 (Monday) to 7; all, without.
    pub weekdays: Option<BTreeSet<u8>>,
    /// From which full hour up to but without which, over midnight if the second is smaller; all day, without.
    pub hours: Option<Hours>,
    /// How much more.
    pub effect: Effect,
}

/// Hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From this hour on, 0 to 23.
    pub from: u8,
    /// Up to but without this hour, 1 to 24.
    pub until: u8,
}

/// How much more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// So many times as much.
    Multiplier(Ratio),
    /// So much on top.
    Bonus(Rjv),
}

/// How several promotions work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stacking {
    /// Which way.
    pub mode: StackingMode,
    /// All of them together never give more than so many times the base amount, and never less than it.
    pub ceiling: Ratio,
}

/// The ways in which promotions work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StackingMode {
    /// Only the one that gives most.
    Highest,
    /// Multipliers are multiplied, bonuses added after that.
    Multiply,
    /// What each would give on top alone is added.
    Add,
}

/// To whom and what a promotion may apply.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The rule that gives.
    pub rule: &'a Word,
    /// What was done.
    pub kind: ActivityKind,
    /// What it counts as.
    pub category: Category,
    /// The member's segments.
    pub segments: &'a BTreeSet<Word>,
    /// The class of the partner it was done with.
    pub partner_class: Option<Class>,
    /// When it was done.
    pub at: Timestamp,
}

impl Promotion {
    /// Whether it applies.
    pub fn applies(&self, _occasion: &Occasion<'_>) -> bool {
        todo!()
    }
}

impl Stacking {
    /// What `base` becomes under promotions with these effects, before rounding, in millionths of a micro-RJV lost to nobody:
    /// the exact amount is rounded once, by the rule's rounding.
    pub fn apply(
        &self,
        _base: Rjv,
        _effects: &[Effect],
        _rounding: crate::ratio::Rounding,
    ) -> Option<Rjv> {
        todo!()
    }
}
