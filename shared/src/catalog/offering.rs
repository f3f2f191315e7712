//! How a product is sold: from which stock, to whom first, and what becomes of a code that is given back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Class;
use crate::count::Count;
use crate::text::Word;
use crate::time::Timestamp;

/// Where the codes of a product come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Stock {
    /// They are minted as they are sold, as many as are wanted.
    #[schemars(title = "Unlimited")]
    Unlimited {},
    /// They are minted as they are sold, and only so many.
    #[schemars(title = "Limited")]
    Limited {
        /// How many are put on sale in all.
        total: StockTotal,
    },
    /// They were brought by the partner.
    #[schemars(title = "Pool")]
    Pool {},
}

/// How many codes of a product can be put on sale.
pub type StockTotal = Count<1_000_000>;

/// What kind of stock a product has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockKind {
    /// Minted, as many as are wanted.
    Unlimited,
    /// Minted, and only so many.
    Limited,
    /// Brought by the partner.
    Pool,
}

impl Default for Stock {
    fn default() -> Self {
        Self::Unlimited {}
    }
}

impl Stock {
    /// Its kind.
    pub fn kind(self) -> StockKind {
        match self {
            Self::Unlimited {} => StockKind::Unlimited,
            Self::Limited { .. } => StockKind::Limited,
            Self::Pool {} => StockKind::Pool,
        }
    }
}

impl StockKind {
    /// Whether such codes run out, so that they are counted.
    pub fn is_counted(self) -> bool {
        match self {
            Self::Unlimited => false,
            Self::Limited | Self::Pool => true,
        }
    }
}

/// Who can buy a product before its sale begins. Any one of the ways in is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyAccess {
    /// From when on.
    pub from: Timestamp,
    /// Members in one of these segments.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<Word>,
    /// Members who reached one of these goals.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub goals: BTreeSet<Word>,
    /// Members who bought from a partner of this class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customers_of: Option<Class>,
}

/// What can be done about a code that its holder does not want or cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The tokens come back, and the code is dead.
    Refund,
    /// Another code takes its place.
    Replace,
    /// Nothing.
    Refuse,
}

/// What is done for each reason to give a code back. It is only ever about codes that were not redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(!default)]
pub struct Returns {
    /// The holder does not want it any more.
    pub changed_mind: Remedy,
    /// The partner did not take it.
    pub did_not_work: Remedy,
    /// It ran out unused.
    pub expired: Remedy,
    /// For so many days after the purchase; for a code that ran out, after that.
    pub days: ReturnDays,
}

/// For how many days a code can be given back.
pub type ReturnDays = Count<365>;

impl Default for Returns {
    /// Two weeks to think again, another code for one that does not work, nothing for one that ran out.
    fn default() -> Self {
        Self {
            changed_mind: Remedy::Refund,
            did_not_work: Remedy::Replace,
            expired: Remedy::Refuse,
            days: const { ReturnDays::of(14) },
        }
    }
}
