//! Records: what became of an activity, and why.

use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::expression::NoValue;
use super::limit::{LimitScope, Period};
use super::streak::Milestone;
use super::terms::Rule;
use crate::amount::Rjv;
use crate::id::EntryId;
use crate::ledger::Category;
use crate::text::Word;
use crate::time::{Day, Timestamp};

/// What became of an activity. Kept for good: this is what makes its award happen once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What was reported.
    #[serde(flatten)]
    pub activity: Activity,
    /// What came of it.
    pub outcome: Outcome,
    /// How that came about.
    pub trace: Trace,
    /// When that was decided.
    pub decided_at: Timestamp,
}

/// What an activity earned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
#[schemars(rename = "ActivityOutcome")]
pub enum Outcome {
    /// Tokens.
    Awarded {
        /// The entry that brought them.
        entry_id: EntryId,
        /// How many.
        amount: Rjv,
    },
    /// Nothing.
    Refused(Reason),
}

/// Why an activity earned nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[schemars(rename = "RefusalReason")]
pub enum Reason {
    /// No rule is about it: none for its kind, its time, this member or this partner.
    NoRule {},
    /// A rule is about it, and asks for more.
    NotQualified {},
    /// A limit was reached.
    LimitReached {
        /// Over what the limit counts; only this rule, without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<LimitScope>,
        /// Over which time.
        period: Period,
        /// From when on there is room again; never, without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resets_at: Option<Timestamp>,
    },
    /// The same was rewarded a moment ago.
    CoolingDown {
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resets_at: Option<Timestamp>,
    },
    /// What may be given to all members together was given.
    BudgetExhausted {
        /// From when on there is more; never, without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resets_at: Option<Timestamp>,
    },
    /// The rule gives nothing for this.
    NothingEarned {},
    /// It lies so far back that nobody knows any more what was given then.
    TooLate {},
    /// It lies in the future.
    InFuture {},
    /// The rule cannot be worked out for this.
    NotComputable {
        /// What is in the way.
        problem: NoValue,
    },
}

/// How a decision came about: enough to make it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "DecisionTrace")]
pub struct Trace {
    /// The rule that decided; none, if none was about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleRef>,
    /// Rules with a higher priority that were about it and asked for more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<RuleRef>,
    /// What it counts as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The member's local day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// The member's time zone on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// What the rule's expressions read beside the activity's own fields, each as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
    /// What the formula gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Rjv>,
    /// The promotions that applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<RuleRef>,
    /// What it was with them, rounded as the rule says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<Rjv>,
    /// Milestones that were reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    /// How the limits stood that decided or came closest, before this activity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<LimitTrace>,
    /// The version of the programme.
    #[serde(default)]
    pub programme: u32,
}

/// A rule or a promotion in one version, written `app-streak@3`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct RuleRef {
    /// Its name.
    pub id: Word,
    /// Its version.
    pub version: u32,
}

/// How a limit stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LimitTrace {
    /// Over what it counts; only this rule, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<LimitScope>,
    /// Over which time.
    pub period: Period,
    /// Awards in it so far.
    pub count: u32,
    /// Tokens in it so far.
    pub amount: Rjv,
}

impl Reason {
    /// Its code, as in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRule {} => "no_rule",
            Self::NotQualified {} => "not_qualified",
            Self::LimitReached { .. } => "limit_reached",
            Self::CoolingDown { .. } => "cooling_down",
            Self::BudgetExhausted { .. } => "budget_exhausted",
            Self::NothingEarned {} => "nothing_earned",
            Self::TooLate {} => "too_late",
            Self::InFuture {} => "in_future",
            Self::NotComputable { .. } => "not_computable",
        }
    }
}

impl RuleRef {
    /// This rule in its version.
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            id: rule.rule_id.clone(),
            version: rule.version,
        }
    }
}

impl Trace {
    /// Says which rule decides.
    pub(super) fn settle_on(&mut self, rule: &Rule) {
        self.rule = Some(RuleRef::of(rule));
        self.category = Some(rule.terms.category);
    }
}
