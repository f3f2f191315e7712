//! What rules say of a price, by what they look at: how a product sells, what is left of it, the clock and the calendar.

use super::price::{Measured, Part};
use super::rule::{Band, PublishedRule, RuleEffect, YearDay};
use super::selection::Subject;
use crate::ratio::Ratio;
use crate::recurrence::Recurrence;
use crate::time::Timestamp;

/// How a product sells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// How many were sold each day (UTC), today first. What is not said is none.
    pub sold_by_day: Vec<u32>,
    /// How many are left; none, if it never runs out.
    pub remaining: Option<u32>,
}

impl Signals {
    /// How many of a hundred were sold in the last days, if there was anything to sell.
    fn sell_through(&self, days: u8, of: Option<u32>) -> Option<Ratio> {
        let days = self.sold_by_day.iter().take(days.into());
        let sold: u64 = days.map(|sold| u64::from(*sold)).sum();
        let all = match of {
            Some(of) => u64::from(of),
            None => sold.saturating_add(self.remaining?.into()),
        };
        let units = sold
            .saturating_mul(Ratio::HUNDRED.units().into())
            .checked_div(all)?;
        Some(Ratio::from_units(u32::try_from(units).unwrap_or(u32::MAX)))
    }
}

/// What each rule says, by id.
pub(super) fn parts(
    rules: &[PublishedRule],
    subject: &Subject<'_>,
    before: &[Part],
    signals: Option<&Signals>,
    now: Timestamp,
) -> Vec<Part> {
    let covering = rules
        .iter()
        .filter(|rule| rule.rule.selection.covers(subject));
    let part = |rule: &PublishedRule| {
        let before = before
            .iter()
            .find(|part| part.version == rule.version && part.rule_id == rule.rule_id);
        part(rule, before, signals, now)
    };
    let mut parts: Vec<Part> = covering.filter_map(part).collect();
    parts.sort_by(|a, b| a.rule_id.cmp(&b.rule_id));
    parts
}

/// What a rule says, if it says anything.
fn part(
    rule: &PublishedRule,
    before: Option<&Part>,
    signals: Option<&Signals>,
    now: Timestamp,
) -> Option<Part> {
    let said = |factor| Part {
        rule_id: rule.rule_id.clone(),
        version: rule.version,
        factor,
        band: None,
        measured: None,
    };
    match &rule.rule.effect {
        RuleEffect::SellThrough { .. } | RuleEffect::Remaining { .. } => {
            let Some(signals) = signals else {
                return before.cloned();
            };
            let band = before.and_then(|part| part.band);
            let (measured, band, factor) = measure(&rule.rule.effect, signals, band)?;
            Some(Part {
                band: Some(band),
                measured: Some(measured),
                ..said(factor)
            })
        }
        RuleEffect::Week {
            zone,
            weekdays,
            hours,
            factor,
        } => {
            let (weekdays, hours) = (weekdays.as_ref(), *hours);
            let is_on = Recurrence { weekdays, hours }.is_on(zone.local(now));
            is_on.then(|| said(*factor))
        }
        RuleEffect::Season {
            zone,
            from,
            until,
            factor,
        } => {
            let is_on = YearDay::of(zone.day(now)).is_between(*from, *until);
            is_on.then(|| said(*factor))
        }
        RuleEffect::ClassRate { .. } => None,
    }
}

/// What a rule with bands looks at, in which band that is, and so many times the price.
fn measure<Z>(
    effect: &RuleEffect<Z>,
    signals: &Signals,
    before: Option<u8>,
) -> Option<(Measured, u8, Ratio)> {
    match effect {
        RuleEffect::SellThrough {
            days,
            of,
            bands,
            hysteresis,
        } => {
            let sold = signals.sell_through(*days, *of)?;
            let edges = bands.iter().map(|band| u64::from(band.from.units()));
            let (hysteresis, value) = (hysteresis.units().into(), sold.units().into());
            let band = banded(&edges, hysteresis, value, before);
            Some((Measured::SellThrough(sold), band, factor_of(bands, band)))
        }
        RuleEffect::Remaining { bands, hysteresis } => {
            let left = signals.remaining?;
            let edges = bands.iter().map(|band| u64::from(band.from));
            let band = banded(&edges, (*hysteresis).into(), left.into(), before);
            Some((Measured::Remaining(left), band, factor_of(bands, band)))
        }
        _ => None,
    }
}

/// How many bands begin at or below a value. From the band that it was in it goes to another only if it is beyond each edge in
/// between by the hysteresis: at it or above to go up, below it to go down.
fn banded(
    edges: &(impl Iterator<Item = u64> + Clone),
    hysteresis: u64,
    value: u64,
    before: Option<u8>,
) -> u8 {
    let count = |is_below: &dyn Fn(u64) -> bool| {
        let begun = edges.clone().take_while(|edge| is_below(*edge)).count();
        u8::try_from(begun).unwrap_or(u8::MAX)
    };
    let Some(before) = before else {
        return count(&|edge| edge <= value);
    };
    let surely = count(&|edge| edge.saturating_add(hysteresis) <= value);
    let possibly = count(&|edge| edge <= value.saturating_add(hysteresis));
    // Between the two it may be either: it stays where it was, as far as that goes.
    before.clamp(surely, possibly)
}

fn factor_of<V>(bands: &[Band<V>], band: u8) -> Ratio {
    let band = usize::from(band).checked_sub(1);
    let band = band.and_then(|index| bands.get(index));
    band.map_or(Ratio::ONE, |band| band.factor)
}
