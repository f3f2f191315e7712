//! Lists: one page at a time, continued by a cursor that only the caller it was issued to can use, in that list only.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, Rejection};
use crate::seal::{self, Signing};

/// How many things a page may have: 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct Limit(u32);

/// Why a number is not a limit.
#[derive(Debug, thiserror::Error)]
#[error("a page has 1 to {} items", Limit::MAX)]
pub struct InvalidLimit;

impl Limit {
    /// The largest page.
    pub const MAX: u32 = 100;

    /// The number.
    pub fn get(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(20)
    }
}

impl TryFrom<u32> for Limit {
    type Error = InvalidLimit;

    fn try_from(limit: u32) -> Result<Self, InvalidLimit> {
        (1..=Self::MAX)
            .contains(&limit)
            .then_some(Self(limit))
            .ok_or(InvalidLimit)
    }
}

/// Which page of a list is wanted, where the list has no filters.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many items at most.
    #[serde(default)]
    pub limit: Limit,
    /// The `next_cursor` of the page before; the first page, without.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to ask for the next one with; none on the last.
    pub next_cursor: Option<String>,
}

/// The cursors of one list for one caller.
pub struct Pages<'a> {
    keys: &'a Signing,
    purpose: String,
}

impl<'a> Pages<'a> {
    /// The cursors of `list` for `caller`.
    pub fn of(keys: &'a Signing, list: &str, caller: impl Display) -> Self {
        Self {
            keys,
            purpose: format!("cursor:{list}:{caller}"),
        }
    }

    /// Where a cursor says to go on; from the beginning without one.
    pub fn open<T: DeserializeOwned>(&self, cursor: Option<&str>) -> Result<Option<T>, Rejection> {
        let place =
            |cursor| seal::open(&self.keys.0, &self.purpose, cursor).map(|(_, place)| place);
        cursor
            .map(|cursor| place(cursor).ok_or(Rejection::InvalidCursor))
            .transpose()
    }

    /// A page of `items`, to be continued at `next`.
    pub fn page<T, P: Serialize>(
        &self,
        items: Vec<T>,
        next: Option<P>,
    ) -> Result<Page<T>, Failure> {
        let cursor = next
            .map(|place| seal::seal(&self.keys.0, &self.purpose, &place))
            .transpose();
        let next_cursor =
            cursor.map_err(|error| Failure::broken("sealing a cursor").because(error))?;
        Ok(Page { items, next_cursor })
    }
}
