//! Worth: what a rule's formula gives, and what promotions and milestones make of it.

use super::expression::{Expression, Facts, NoValue, Value};
use super::promotion::{Effect, Occasion};
use super::streak::Milestone;
use super::terms::{Formula, Rule};
use super::{Book, RuleRef};
use crate::amount::Rjv;
use crate::ratio::Exact;

/// What an activity is worth before limits.
pub(super) struct Worth {
    /// By the formula, rounded.
    pub base: Rjv,
    /// With promotions, rounded.
    pub promoted: Rjv,
    /// The promotions that applied.
    pub promotions: Vec<RuleRef>,
    /// With milestones, at most what the rule allows.
    pub total: Rjv,
}

/// What an activity is worth by its rule.
pub(super) fn of(
    book: &Book,
    rule: &Rule,
    facts: &Facts,
    occasion: &Occasion<'_>,
    reached: &[Milestone],
) -> Result<Worth, NoValue> {
    let terms = &rule.terms;
    let exact = terms.amount.evaluate(facts)?;
    let base = terms.rounding.apply(&exact).ok_or(NoValue::Overflow)?;
    let mut promotions = Vec::new();
    let mut effects: Vec<Effect> = Vec::new();
    if !base.is_zero() {
        for published in &book.promotions {
            if published.promotion.applies(occasion) {
                effects.push(published.promotion.effect);
                promotions.push(RuleRef {
                    id: published.promotion_id.clone(),
                    version: published.version,
                });
            }
        }
    }
    let promoted = terms.stacking.apply(exact, &effects, terms.rounding);
    let promoted = promoted.ok_or(NoValue::Overflow)?;
    let bonuses = reached.iter().map(|milestone| milestone.bonus);
    let total = Rjv::checked_sum([promoted].into_iter().chain(bonuses)).ok_or(NoValue::Overflow)?;
    Ok(Worth {
        base,
        promoted,
        promotions,
        total: total.min(terms.amount_max),
    })
}

impl Formula<Expression> {
    /// The expression in it, if there is one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Fixed { .. } => None,
            Self::PerUnit { units: of, .. }
            | Self::Tiered { by: of, .. }
            | Self::Percentage { of, .. } => Some(of),
        }
    }

    /// What it gives in a case, not yet rounded. What would be negative is nothing.
    pub fn evaluate(&self, facts: &Facts) -> Result<Exact, NoValue> {
        let exact = match self {
            Self::Fixed { amount } => Exact::from(*amount),
            Self::PerUnit { units, amount } => {
                let units = u64::try_from(integer(units, facts)?).unwrap_or(0);
                Exact::from(*amount).times(units)
            }
            Self::Tiered { by, tiers } => {
                let by = integer(by, facts)?;
                let tier = tiers.iter().rfind(|tier| tier.from <= by);
                Exact::from(tier.map_or(Rjv::ZERO, |tier| tier.amount))
            }
            Self::Percentage { of, percent } => match of.evaluate(facts)? {
                Value::Decimal(millionths) => {
                    let of = u64::try_from(millionths).unwrap_or(0);
                    let of = Rjv::from_micros(of).ok_or(NoValue::Overflow)?;
                    percent.percent_of(of)
                }
                Value::Integer(_) | Value::Text(_) | Value::Flag(_) => {
                    return Err(NoValue::MissingFact);
                }
            },
        };
        Ok(exact)
    }
}

fn integer(expression: &Expression, facts: &Facts) -> Result<i64, NoValue> {
    match expression.evaluate(facts)? {
        Value::Integer(number) => Ok(number),
        Value::Decimal(_) | Value::Text(_) | Value::Flag(_) => Err(NoValue::MissingFact),
    }
}
