//! Worth: what a rule's formula gives, and what promotions and milestones make of it.

use super::expression::{Expression, Facts, NoValue, Value};
use super::promotion::{Effect, Occasion};
use super::streak::Milestone;
use super::terms::{Formula, Rule};
use super::{Book, RuleRef};
use crate::amount::Rjv;
use crate::ratio::Ratio;

/// What an activity is worth before limits.
pub(super) struct Worth {
    /// By the formula.
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
    let base = terms.amount.evaluate(facts)?;
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
    let promoted = terms.stacking.apply(base, &effects, terms.rounding);
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
    /// The expressions in it.
    pub fn expressions(&self) -> Option<&Expression> {
        match self {
            Self::Fixed { .. } => None,
            Self::PerUnit { units: of, .. }
            | Self::Tiered { by: of, .. }
            | Self::Percentage { of, .. } => Some(of),
        }
    }

    /// What it gives in a case. What would be negative is nothing; a share is cut at a whole micro-RJV.
    pub fn evaluate(&self, facts: &Facts) -> Result<Rjv, NoValue> {
        match self {
            Self::Fixed { amount } => Ok(*amount),
            Self::PerUnit { units, amount } => {
                let units = u64::try_from(integer(units, facts)?).unwrap_or(0);
                micros(u128::from(amount.micros()) * u128::from(units))
            }
            Self::Tiered { by, tiers } => {
                let by = integer(by, facts)?;
                let tier = tiers.iter().rfind(|tier| tier.from <= by);
                Ok(tier.map_or(Rjv::ZERO, |tier| tier.amount))
            }
            Self::Percentage { of, percent } => match of.evaluate(facts)? {
                Value::Decimal(of) => {
                    let of = u128::from(u64::try_from(of).unwrap_or(0));
                    let share = of * u128::from(percent.ten_thousandths());
                    micros(share / (u128::from(Ratio::ONE.ten_thousandths()) * 100))
                }
                Value::Integer(_) | Value::Text(_) | Value::Flag(_) => Err(NoValue::MissingFact),
            },
        }
    }
}

fn integer(expression: &Expression, facts: &Facts) -> Result<i64, NoValue> {
    match expression.evaluate(facts)? {
        Value::Integer(number) => Ok(number),
        Value::Decimal(_) | Value::Text(_) | Value::Flag(_) => Err(NoValue::MissingFact),
    }
}

fn micros(micros: u128) -> Result<Rjv, NoValue> {
    let micros = u64::try_from(micros).ok().and_then(Rjv::from_micros);
    micros.ok_or(NoValue::Overflow)
}
