//! Deciding: what an activity earns, as a function of the book, of what is known of the member, and of nothing else.

use std::collections::BTreeMap;

use super::budget::Shard;
use super::limit::Tally;
use super::profile::Profile;
use super::streak::Streak;
use super::{Activity, Book, Reason, Trace};
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::id::PartnerId;
use crate::ledger::Category;
use crate::text::Word;
use crate::time::Timestamp;

/// Over what awards of one member are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One rule; and of it one value of a field, where the rule counts by that.
    Rule(Word, Option<String>),
    /// All rules of a category.
    Category(Category),
    /// All activities with a partner.
    Partner(PartnerId),
    /// Everything.
    Member,
}

/// What a member was given within a scope, and the member's days under a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Standing {
    /// What was given.
    #[serde(flatten)]
    pub tally: Tally,
    /// The days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streak: Option<Streak>,
    /// Counts the changes.
    pub version: u64,
}

/// Whose budget it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purse {
    /// The programme's.
    Programme,
    /// A rule's.
    Rule(Word),
}

/// All that a decision about a member's activity reads beside the book.
#[derive(Clone, Debug)]
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
    /// What was drawn from each counter of each budget that was read.
    pub shards: BTreeMap<(Purse, u8), Shard>,
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

/// Decides what an activity earns at `now`.
pub fn decide(
    _book: &Book,
    _activity: &Activity,
    _situation: &Situation,
    _now: Timestamp,
) -> Result<Decision, ReadAll> {
    todo!()
}
