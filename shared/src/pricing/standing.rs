//! What a single code costs as things stand: the part of pricing that history, calendars and prices share.

use chrono::{DateTime, TimeDelta};

use super::cents;
use super::price::Price;
use super::priced::Published;
use super::promotion::PublishedPromotion;
use super::rule::{PublishedRule, RuleEffect};
use super::selection::Subject;
use super::stacking;
use crate::amount::Rjv;
use crate::ratio::Ratio;
use crate::time::Timestamp;

/// A price beside what holds for it.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The price.
    pub price: &'a Price,
    /// The rate of the partner's class, if there is one.
    pub rate: Option<(&'a PublishedRule, Ratio)>,
    /// The promotions that are for it, whether they are on or not, in [`stacking::sort`]'s order.
    pub promotions: Vec<&'a PublishedPromotion>,
}

impl<'a> Standing<'a> {
    /// What holds for a price.
    pub fn new(price: &'a Price, published: Published<'a>, subject: &Subject<'_>) -> Self {
        let covers =
            |promotion: &&PublishedPromotion| promotion.promotion.selection.covers(subject);
        let mut promotions: Vec<_> = published.promotions.iter().filter(covers).collect();
        stacking::sort(&mut promotions);
        Self {
            price,
            rate: rate(published.rules, subject),
            promotions,
        }
    }

    /// The promotions that apply at an instant, in the order in which they do.
    pub fn applied(&self, at: Timestamp) -> Vec<&'a PublishedPromotion> {
        let all = self.promotions.iter().copied();
        stacking::chosen(all.filter(|promotion| promotion.promotion.is_on(at)))
    }

    /// What rules make of the base.
    pub fn moved(&self) -> Rjv {
        cents::times(self.price.terms.base, self.price.dynamic.factor)
    }

    /// What a single code costs without promotions, not bounded yet.
    pub fn regular(&self) -> Rjv {
        self.rate
            .map_or(self.moved(), |(_, rate)| cents::times(self.moved(), rate))
    }

    /// What a single code costs with these promotions, not bounded yet.
    pub fn promoted(&self, applied: &[&PublishedPromotion]) -> Rjv {
        let regular = self.regular();
        let after = stacking::after(regular, applied);
        after.last().copied().unwrap_or(regular)
    }

    /// A price, not below the floor nor above the ceiling.
    pub fn bounded(&self, price: Rjv) -> Rjv {
        let terms = &self.price.terms;
        price.max(terms.floor).min(terms.ceiling)
    }

    /// What a single code costs with these promotions.
    pub fn single(&self, applied: &[&PublishedPromotion]) -> Rjv {
        self.bounded(self.promoted(applied))
    }

    /// The first instant after `at`, at `until` at the latest, at which other promotions may apply, or another day (UTC) is.
    pub fn next_edge(&self, at: Timestamp, until: Timestamp) -> Timestamp {
        let edges = self.promotions.iter();
        edges
            .filter_map(|promotion| promotion.promotion.next_edge(at))
            .chain([midnight(at).plus(TimeDelta::days(1)), until])
            .min()
            .unwrap_or(until)
    }
}

/// The last midnight (UTC) that is not after an instant.
pub fn midnight(at: Timestamp) -> Timestamp {
    let seconds = at.epoch_seconds();
    let start = seconds - seconds.rem_euclid(24 * 60 * 60);
    Timestamp::new(DateTime::from_timestamp(start, 0).unwrap_or(DateTime::UNIX_EPOCH))
}

/// The rate of the partner's class: of those for this product the highest priority, then the first by id.
fn rate<'a>(
    rules: &'a [PublishedRule],
    subject: &Subject<'_>,
) -> Option<(&'a PublishedRule, Ratio)> {
    let rates = rules.iter().filter_map(|rule| match rule.rule.effect {
        RuleEffect::ClassRate {
            partner_class,
            rate,
            priority,
        } if partner_class == subject.partner_class => Some((rule, rate, priority)),
        _ => None,
    });
    rates
        .filter(|(rule, ..)| rule.rule.selection.covers(subject))
        .max_by(|(a, _, first), (b, _, second)| {
            first.cmp(second).then_with(|| b.rule_id.cmp(&a.rule_id))
        })
        .map(|(rule, rate, _)| (rule, rate))
}
