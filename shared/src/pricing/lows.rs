//! What one code cost at its lowest: the figure that is shown beside every promotion.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::standing::{Standing, midnight};
use crate::amount::Rjv;
use crate::time::Timestamp;

/// What one code cost at its lowest, promotions included, in spans of at most a day. A span ends at midnight (UTC), and where
/// a promotion begins, so that what a promotion does is never mixed with what was before it.
///
/// It is brought up to date whenever the price is written. What was since then follows from the price and what is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceLows")]
pub struct Lows {
    /// From these instants on, up to the next.
    spans: BTreeMap<Timestamp, Rjv>,
    /// Up to here it is noted.
    until: Timestamp,
}

/// How long lows are kept: the longest promotion and the 30 days before it, and a day, as the oldest span may be cut.
const KEPT: TimeDelta = TimeDelta::days(62);

/// How far the lowest price beside a promotion looks back.
const LOOKS_BACK: TimeDelta = TimeDelta::days(30);

impl Lows {
    /// Nothing yet.
    pub const fn since(now: Timestamp) -> Self {
        Self {
            spans: BTreeMap::new(),
            until: now,
        }
    }

    /// Whether both say the same, up to whatever instant.
    pub(super) fn says(&self, other: &Self) -> bool {
        self.spans == other.spans
    }

    /// The same up to `now`, with what a price cost since.
    pub(super) fn noted(&self, standing: &Standing<'_>, now: Timestamp) -> Self {
        let mut noted = self.clone();
        walk(standing, self.until..now, |at, low| {
            noted.note(span_of(standing, at), low);
        });
        noted.until = self.until.max(now);
        noted.forget(noted.until.plus(-KEPT));
        noted
    }

    /// The lowest of the 30 days before an instant, if any of them is known.
    pub(super) fn lowest_before(&self, standing: &Standing<'_>, end: Timestamp) -> Option<Rjv> {
        let start = end.plus(-LOOKS_BACK);
        let mut lowest = self.lowest(start..end);
        walk(standing, self.until.max(start)..end, |_, low| {
            lowest = Some(lowest.map_or(low, |lowest| lowest.min(low)));
        });
        lowest
    }

    /// The lowest of the spans that lie at least partly in a range.
    fn lowest(&self, range: Range<Timestamp>) -> Option<Rjv> {
        let begun = self.spans.range(..=range.start).next_back();
        let begun = begun.filter(|_| range.start < self.until);
        let inside = self
            .spans
            .range(range.start..)
            .take_while(|(from, _)| **from < range.end);
        begun.into_iter().chain(inside).map(|(_, low)| *low).min()
    }

    fn note(&mut self, span: Timestamp, low: Rjv) {
        let mut last = self
            .spans
            .iter()
            .next_back()
            .map(|(from, low)| (*from, *low));
        if let Some((from, lowest)) = last
            && span <= from
        {
            self.spans.insert(from, lowest.min(low));
            return;
        }
        // Only the last span can still become lower: the one before it says no more than that which is before both.
        let mut before = self.spans.iter().rev().skip(1).map(|(_, low)| *low);
        if let Some((from, _)) = last.take_if(|(_, low)| before.next() == Some(*low)) {
            self.spans.remove(&from);
        }
        self.spans.insert(span, low);
    }

    /// Leaves out spans that ended before an instant.
    fn forget(&mut self, end: Timestamp) {
        let last = self.spans.range(..=end).next_back();
        if let Some(first) = last.map(|(from, _)| *from) {
            self.spans = self.spans.split_off(&first);
        }
    }
}

/// Where the span of an instant begins.
fn span_of(standing: &Standing<'_>, at: Timestamp) -> Timestamp {
    let begun = standing.promotions.iter();
    begun
        .map(|promotion| promotion.promotion.from)
        .filter(|from| *from <= at)
        .fold(midnight(at), Timestamp::max)
}

/// Visits each time in which a single code cost the same.
fn walk(standing: &Standing<'_>, range: Range<Timestamp>, mut visit: impl FnMut(Timestamp, Rjv)) {
    let mut at = range.start;
    while at < range.end {
        visit(at, standing.single(&standing.applied(at)));
        let next = standing.next_edge(at, range.end);
        if next <= at {
            break;
        }
        at = next;
    }
}
