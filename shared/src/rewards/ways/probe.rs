//! Probes: a rule as far as it can be judged without an activity, and the activity that does not exist yet.

use uuid::Uuid;

use crate::amount::Rjv;
use crate::id::{MemberId, PartnerId};
use crate::rewards::decide::{Decision, Situation, decide};
use crate::rewards::expression::Expression;
use crate::rewards::terms::{Formula, Rule};
use crate::rewards::{Activity, Book, Fields, Reason, ReportSource, Reporter};
use crate::text::Reference;
use crate::time::Timestamp;

/// A rule, as far as it can be judged without an activity.
pub(super) struct Probe {
    /// The rule without what asks for the particulars of an activity. Where its formula does, it gives the least it may give.
    pub rule: Rule,
    /// An activity of its kind without particulars.
    pub activity: Activity,
    /// Whether it asks for all that the rule asks for.
    pub asks_all: bool,
    /// Whether it gives what the rule gives.
    pub gives_all: bool,
}

impl Probe {
    /// The probe of a rule at `now`.
    pub(super) fn of(rule: &Rule, now: Timestamp) -> Option<Self> {
        let mut probe = rule.clone();
        let terms = &mut probe.terms;
        let knows = |expression: &Expression| knows(rule, expression);
        let asks_all = terms.qualification.as_ref().is_none_or(knows);
        let gives_all = terms.amount.expression().is_none_or(knows);
        if !asks_all {
            terms.qualification = None;
        }
        if !gives_all {
            let amount = least(&terms.amount).max(terms.rounding.to);
            terms.amount = Formula::Fixed {
                amount: amount.min(terms.amount_max),
            };
        }
        Some(Self {
            activity: activity(rule, now)?,
            rule: probe,
            asks_all,
            gives_all,
        })
    }

    /// What the activity would earn; nothing, if the rule is not about this member or this time.
    pub(super) fn decide(
        &self,
        alone: &Book,
        case: &Situation,
        now: Timestamp,
    ) -> Option<Decision> {
        // Without budgets no counter is ever missing.
        let decision = decide(alone, &self.activity, case, now).ok()?;
        (decision.outcome != Err(Reason::NoRule {})).then_some(decision)
    }
}

/// Whether an expression has its value without an activity: what it asks for is about the member and the moment.
fn knows(rule: &Rule, expression: &Expression) -> bool {
    let partner_is_known = rule.terms.partner_class.is_some();
    expression
        .names_used()
        .all(|name| name.contains('.') && (partner_is_known || !name.starts_with("partner.")))
}

/// The least above nothing that a formula may give.
fn least(formula: &Formula<Expression>) -> Rjv {
    match formula {
        Formula::Fixed { amount } | Formula::PerUnit { amount, .. } => *amount,
        Formula::Tiered { tiers, .. } => {
            let amounts = tiers.iter().map(|tier| tier.amount);
            let amounts = amounts.filter(|amount| !amount.is_zero());
            amounts.min().unwrap_or_default()
        }
        Formula::Percentage { .. } => Rjv::ZERO,
    }
}

/// An activity without particulars that nobody reported. Who did it decides only which counter of a budget is drawn from.
fn activity(rule: &Rule, now: Timestamp) -> Option<Activity> {
    let kind = rule.terms.kind;
    let source = match kind.reporter() {
        Reporter::App => ReportSource::App,
        Reporter::Service => ReportSource::Service,
        Reporter::Partner => ReportSource::Partner(PartnerId::new(Uuid::nil())),
    };
    let member_id = MemberId::new(Uuid::nil());
    // A word is short enough for a reference.
    let event_id = Reference::try_from(rule.rule_id.to_string()).ok()?;
    Some(Activity {
        activity_id: Activity::id_of(member_id, source, &event_id),
        member_id,
        source,
        event_id,
        kind,
        fields: Fields::new(),
        evidence: None,
        occurred_at: None,
        reported_at: now,
    })
}
