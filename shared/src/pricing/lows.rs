//! What one code cost at its lowest: the figure that is shown beside every promotion.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::time::Timestamp;

/// What one code cost at its lowest, promotions included, in each span of at most a day. Spans are cut at midnight (UTC) and
/// where promotions begin, so that what a promotion does is never mixed with what was before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PriceLows")]
pub struct Lows {
    /// From these instants on, up to the next.
    spans: BTreeMap<Timestamp, Rjv>,
    /// Up to here it is noted.
    until: Timestamp,
}

impl Lows {
    /// Nothing yet.
    pub const fn since(now: Timestamp) -> Self {
        Self {
            spans: BTreeMap::new(),
            until: now,
        }
    }
}
