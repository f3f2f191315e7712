//! Counters: what was awarded when, as exactly as a few buckets can say.
//!
//! A counter has a line of whole numbers (days, or milliseconds) on which awards have places. Each award has a bucket of its
//! own as long as there are few; when they become too many, the two oldest neighbours within one step become one bucket,
//! which counts in whole wherever part of it is in question. Where nothing can be joined, the oldest bucket is dropped, and
//! all that lies before its end is unknown from then on. So a counter never says less than there was.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;

/// Awards by place. Its text is like `20741:3:75,+39:1:25`: the first place, how many awards there and how much, then the
/// same for each later place, told by its distance from the one before. `7000~20:2:5` reaches from 7000 to 7020, and `6000;`
/// in front says that nothing is known of what lies below 6000.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Counter {
    floor: Option<i64>,
    /// Rising, without overlap.
    buckets: Vec<Bucket>,
}

/// Why a text is not a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a counter is written such as `20741:3:75,+39:1:25`")]
pub struct InvalidCounter;

/// Awards from one place to another, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bucket {
    first: i64,
    last: i64,
    sum: Sum,
}

/// Awards taken together. Beyond the largest number they stay at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) count: u32,
    pub(super) amount: Rjv,
}

/// A place, and how a limit looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The place.
    pub(super) at: i64,
    /// How many places are counted together: any so many in a row that this one is among.
    pub(super) length: i64,
    /// Within which multiples of this, above zero, buckets may be joined.
    pub(super) step: i64,
}

/// The most buckets. The steps that a rolling period is divided into fit in, and half as many before it for what comes late.
pub(super) const BUCKETS_MAX: usize = 40;

/// No place is further from zero, so that no sum of a place and a length overflows.
const PLACE_MAX: i64 = 1 << 53;

impl Place {
    /// A place that is counted by itself.
    pub(super) const fn single(at: i64) -> Self {
        Self {
            at,
            length: 1,
            step: 1,
        }
    }

    /// The first place that is counted together with it.
    const fn from(self) -> i64 {
        self.at - self.length + 1
    }
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        let amount = self.amount.checked_add(other.amount);
        Self {
            count: self.count.saturating_add(other.count),
            amount: amount.unwrap_or(Rjv::MAX),
        }
    }

    /// The larger of both counts and the larger of both amounts.
    fn max(self, other: Self) -> Self {
        Self {
            count: self.count.max(other.count),
            amount: self.amount.max(other.amount),
        }
    }
}

impl Counter {
    /// Whether it is known what was awarded in all places that are counted together with this one.
    pub(super) fn knows(&self, place: Place) -> bool {
        self.floor.is_none_or(|floor| floor <= place.from())
    }

    /// The most that any stretch with this place in it has.
    pub(super) fn fullest(&self, place: Place) -> Sum {
        // A stretch gains a bucket only where it begins to reach the bucket's first place.
        let ends = self.buckets.iter().map(|bucket| bucket.first);
        let ends = ends.filter(|end| (place.at..place.at + place.length).contains(end));
        let sums = ends
            .chain([place.at])
            .map(|end| self.sum(end - place.length + 1, end));
        sums.fold(Sum::default(), Sum::max)
    }

    /// The first place from this one on at which there is room, by what the fullest stretch has.
    pub(super) fn next(&self, place: Place, has_room: impl Fn(Sum) -> bool) -> Option<i64> {
        // Room comes only where all stretches leave a bucket, or what is unknown, behind them.
        let behind = self.buckets.iter().map(|bucket| bucket.last + place.length);
        let known = self.floor.map(|floor| floor + place.length - 1);
        let mut places: Vec<i64> = behind.chain(known).chain([place.at]).collect();
        places.sort_unstable();
        places.into_iter().find(|at| {
            let later = Place { at: *at, ..place };
            *at >= place.at && self.knows(later) && has_room(self.fullest(later))
        })
    }

    /// Counts an award.
    pub(super) fn add(&mut self, place: Place, amount: Rjv) {
        let Place { at, step, .. } = place;
        if self.floor.is_some_and(|floor| at < floor) {
            return;
        }
        let sum = Sum { count: 1, amount };
        let after = self.buckets.partition_point(|bucket| bucket.last < at);
        match self.buckets.get_mut(after) {
            Some(bucket) if bucket.first <= at => bucket.sum = bucket.sum.plus(sum),
            _ => {
                let (first, last) = (at, at);
                self.buckets.insert(after, Bucket { first, last, sum });
            }
        }
        if self.buckets.len() > BUCKETS_MAX {
            self.shorten(step);
        }
    }

    /// Has one bucket less.
    fn shorten(&mut self, step: i64) {
        let joined = |pair: &[Bucket]| matches!(pair, [a, b] if a.first.div_euclid(step) == b.last.div_euclid(step));
        let older = self.buckets.windows(2).position(joined);
        let removed = self.buckets.remove(older.map_or(0, |older| older + 1));
        match older.and_then(|older| self.buckets.get_mut(older)) {
            Some(bucket) => {
                bucket.last = removed.last;
                bucket.sum = bucket.sum.plus(removed.sum);
            }
            None => self.floor = Some(removed.last + 1),
        }
    }

    fn sum(&self, first: i64, last: i64) -> Sum {
        let within = self
            .buckets
            .iter()
            .filter(|bucket| bucket.first <= last && first <= bucket.last);
        within.fold(Sum::default(), |sum, bucket| sum.plus(bucket.sum))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(floor) = self.floor {
            write!(f, "{floor};")?;
        }
        let mut before: Option<&Bucket> = None;
        for bucket in &self.buckets {
            match before {
                None => write!(f, "{}", bucket.first)?,
                Some(before) => write!(f, ",+{}", bucket.first - before.last)?,
            }
            if bucket.last > bucket.first {
                write!(f, "~{}", bucket.last - bucket.first)?;
            }
            write!(f, ":{}:{}", bucket.sum.count, bucket.sum.amount)?;
            before = Some(bucket);
        }
        Ok(())
    }
}

impl FromStr for Counter {
    type Err = InvalidCounter;

    fn from_str(text: &str) -> Result<Self, InvalidCounter> {
        read(text)
            .filter(|counter| counter.buckets.len() <= BUCKETS_MAX && counter.to_string() == text)
            .ok_or(InvalidCounter)
    }
}

fn read(text: &str) -> Option<Counter> {
    let (floor, buckets) = match text.split_once(';') {
        Some((floor, buckets)) => (Some(within(floor.parse().ok()?)?), buckets),
        None => (None, text),
    };
    let mut counter = Counter {
        floor,
        buckets: Vec::new(),
    };
    for bucket in buckets.split(',').filter(|bucket| !bucket.is_empty()) {
        let bucket = read_bucket(bucket, counter.buckets.last())?;
        if counter.floor.is_some_and(|floor| bucket.first < floor) {
            return None;
        }
        counter.buckets.push(bucket);
    }
    Some(counter)
}

fn read_bucket(text: &str, before: Option<&Bucket>) -> Option<Bucket> {
    let (places, sum) = text.split_once(':')?;
    let (count, amount) = sum.split_once(':')?;
    let (start, span) = places.split_once('~').unwrap_or((places, "0"));
    let (start, span): (i64, i64) = (start.parse().ok()?, span.parse().ok()?);
    if span < 0 || (before.is_some() && start < 1) {
        return None;
    }
    let first = before.map_or(0, |before| before.last).checked_add(start)?;
    let sum = Sum {
        count: count.parse().ok().filter(|count| *count > 0)?,
        amount: amount.parse().ok()?,
    };
    Some(Bucket {
        first: within(first)?,
        last: within(first.checked_add(span)?)?,
        sum,
    })
}

fn within(place: i64) -> Option<i64> {
    (-PLACE_MAX..=PLACE_MAX).contains(&place).then_some(place)
}

impl From<Counter> for String {
    fn from(counter: Counter) -> Self {
        counter.to_string()
    }
}

impl TryFrom<String> for Counter {
    type Error = InvalidCounter;

    fn try_from(text: String) -> Result<Self, InvalidCounter> {
        text.parse()
    }
}
