//! What an activity is worth, worked out anew with integers: the formula, promotions, milestones.

use std::sync::Arc;

use shared::amount::Rjv;
use shared::rewards::book::PublishedPromotion;
use shared::rewards::promotion::Effect;
use shared::rewards::terms::Formula;
use shared::rewards::{Activity, FieldValue, Record, Rule};

use super::super::ensure;
use super::history::{History, Span};

/// What a record is about is worth before limits, if its trace says so too.
pub fn worth(
    record: &Record,
    rule: &Rule,
    promotions: &History<PublishedPromotion>,
    span: Option<Span>,
) -> Result<Rjv, String> {
    let (id, trace) = (record.activity.activity_id, &record.trace);
    let base = base(rule, &record.activity)?;
    ensure(trace.base == Some(base), || {
        format!("{id} is worth {base} by its rule, not {:?}", trace.base)
    })?;
    if let Some(span) = span {
        for name in promotions.names() {
            let held = promotions.within(name, span);
            let fits = |state: Option<&Arc<PublishedPromotion>>| {
                state.is_some_and(|published| applies(published, record))
            };
            let mut listed = trace.promotions.iter();
            let listed = listed.any(|promotion| promotion.id == *name);
            let (some, all) = (
                held.iter().copied().any(fits),
                held.iter().copied().all(fits),
            );
            ensure(if listed { some } else { !all }, || {
                format!("{name} was applied to {id}: {listed}, which is wrong")
            })?;
        }
    }
    let mut promoted = base.micros();
    for applied in &trace.promotions {
        let held = span.map_or_else(Vec::new, |span| promotions.within(&applied.id, span));
        for published in held.into_iter().flatten() {
            if published.version == applied.version
                && let Effect::Multiplier(factor) = published.promotion.effect
            {
                promoted = times(base, &factor.to_string());
            }
        }
    }
    let promoted = Rjv::from_micros(promoted).unwrap_or_default();
    let is_promoted = span.is_none() || trace.promoted.unwrap_or(base) == promoted;
    ensure(is_promoted, || {
        format!(
            "{id} is worth {promoted} with promotions, not {:?}",
            trace.promoted
        )
    })?;
    let bonuses = trace.milestones.iter().map(|milestone| milestone.bonus);
    let promoted = trace.promoted.unwrap_or(base);
    let total = Rjv::checked_sum([promoted].into_iter().chain(bonuses));
    let total = total.unwrap_or(Rjv::MAX).min(rule.terms.amount_max);
    Ok(total)
}

fn applies(published: &PublishedPromotion, record: &Record) -> bool {
    let (promotion, at) = (&published.promotion, record.activity.occurred());
    let kinds = promotion.kinds.as_ref();
    kinds.is_none_or(|kinds| kinds.contains(&record.activity.kind))
        && promotion.from <= at
        && at < promotion.until
}

/// A factor is a decimal with at most four digits behind the point.
fn times(amount: Rjv, factor: &str) -> u64 {
    let (whole, part) = factor.split_once('.').unwrap_or((factor, ""));
    let digits = format!("{whole}{part:0<4}");
    amount.micros() * digits.parse::<u64>().unwrap_or(0) / 10_000
}

fn base(rule: &Rule, activity: &Activity) -> Result<Rjv, String> {
    let number = |name: &str| match activity.fields.get(name) {
        Some(FieldValue::Integer(number)) => *number,
        _ => 0,
    };
    Ok(match &rule.terms.amount {
        Formula::Fixed { amount } => *amount,
        Formula::PerUnit { amount, units } if units.source() == "max(1, records / 100)" => {
            let units = u32::try_from((number("records") / 100).max(1)).unwrap_or(1);
            amount.checked_mul(units).unwrap_or(Rjv::MAX)
        }
        Formula::Tiered { by, tiers } if by.source() == "minutes" => {
            let mut reached = tiers.iter().filter(|tier| tier.from <= number("minutes"));
            reached.next_back().map_or(Rjv::ZERO, |tier| tier.amount)
        }
        other => return Err(format!("the books do not know the formula {other:?}")),
    })
}
