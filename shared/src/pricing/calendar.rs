//! What a code will cost in the days to come, as far as it is known today.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::price::Price;
use super::priced::{Applied, Published};
use super::reprice::moved;
use super::rule::PublishedRule;
use super::selection::Subject;
use super::standing::Standing;
use crate::amount::Rjv;
use crate::recurrence::next_quarter;
use crate::time::Timestamp;

/// What a single code will cost in the next 30 days, if as many are sold as now and nothing else is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceCalendar")]
pub struct Calendar {
    /// The spans, one after the other without gaps.
    pub spans: Vec<Span>,
}

/// A time in which a price stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceSpan")]
pub struct Span {
    /// From this instant on.
    pub from: Timestamp,
    /// Up to but without this instant.
    pub until: Timestamp,
    /// What one code costs.
    pub unit_price: Rjv,
    /// What it costs without the promotions, if they make it cheaper.
    pub before: Option<Rjv>,
    /// The promotions that apply, the first one first.
    pub promotions: Vec<Applied>,
}

/// How far it looks ahead.
const LOOKS_AHEAD: TimeDelta = TimeDelta::days(30);

/// What a single code will cost in the 30 days from an instant on. Rules look at prices each full quarter of an hour.
pub fn calendar(
    price: &Price,
    published: Published<'_>,
    subject: &Subject<'_>,
    from: Timestamp,
) -> Calendar {
    let covers = |rule: &&PublishedRule| rule.rule.selection.covers(subject);
    let rules: Vec<PublishedRule> = published.rules.iter().filter(covers).cloned().collect();
    let rules = rules.as_slice();
    let published = Published { rules, ..published };
    let (mut price, mut spans) = (price.clone(), Vec::new());
    let (mut at, end) = (from, from.plus(LOOKS_AHEAD));
    let mut look = next_quarter(from);
    while at < end {
        if at >= look {
            let standing = Standing::new(&price, published, subject);
            if let Some(dynamic) = moved(&standing, rules, subject, None, at) {
                price.dynamic = dynamic;
            }
            look = next_quarter(at);
        }
        let standing = Standing::new(&price, published, subject);
        let next = standing.next_edge(at, end).min(look);
        if next <= at {
            break;
        }
        add(&mut spans, span(&standing, at, next));
        at = next;
    }
    Calendar { spans }
}

fn span(standing: &Standing<'_>, from: Timestamp, until: Timestamp) -> Span {
    let applied = standing.applied(from);
    let unit_price = standing.single(&applied);
    let regular = standing.bounded(standing.regular());
    Span {
        from,
        until,
        unit_price,
        before: Some(regular).filter(|regular| unit_price < *regular),
        promotions: applied
            .iter()
            .map(|promotion| promotion.applied())
            .collect(),
    }
}

/// Adds a span, or makes the last one longer if nothing changes.
fn add(spans: &mut Vec<Span>, span: Span) {
    let same = |last: &&mut Span| {
        last.unit_price == span.unit_price
            && last.before == span.before
            && last.promotions == span.promotions
    };
    if let Some(last) = spans.last_mut().filter(same) {
        last.until = span.until;
    } else {
        spans.push(span);
    }
}
