//! What a code will cost in the days to come, as far as it is known today.

use serde::{Deserialize, Serialize};

use super::price::Price;
use super::priced::{Applied, Published};
use super::selection::Subject;
use crate::amount::Rjv;
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

/// What a single code will cost in the 30 days from an instant on.
pub fn calendar(
    price: &Price,
    published: Published<'_>,
    subject: &Subject<'_>,
    from: Timestamp,
) -> Calendar {
    let _ = (price, published, subject, from);
    todo!()
}
