//! What is known of one code, and what the counts owe to it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::keys;
use crate::amount::Rjv;
use crate::catalog::Class;
use crate::codes::{Code, Life};
use crate::error::Failure;
use crate::id::{CodeId, MemberId, ProductId};
use crate::table::Key;
use crate::time::Timestamp;

/// What is known of a code. It is made of all that its images said, whatever their order and number: everything in it is either
/// the same in all of them, or set once, or only moves up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Followed {
    pub code_id: CodeId,
    pub product_id: ProductId,
    pub birth: Birth,
    pub born_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revealed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// The latest end of its validity that is known.
    pub expires_at: Timestamp,
    /// The latest end of its validity that is known to have passed while it was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Timestamp>,
    /// Counts the changes.
    pub version: u64,
}

/// How a code came into the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub(super) enum Birth {
    /// A member bought it.
    Sold { to: Customer, paid: Rjv },
    /// It took the place of one that a member had bought.
    Replacement { to: Customer, paid: Rjv },
    /// It was printed in bulk.
    Printed {},
}

/// Who bought, from partners of which class at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Customer {
    pub member: MemberId,
    pub class: Class,
}

/// How a code ended, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    pub how: Ending,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Redeemed,
    Revoked,
    Replaced,
    Refunded,
}

/// What belongs to which numbers of which items.
pub(super) type Shares = BTreeMap<Key, BTreeMap<&'static str, i64>>;

impl End {
    fn of(life: &Life) -> Option<Self> {
        let (how, at) = match life {
            Life::Issued => return None,
            Life::Redeemed { redeemed_at, .. } => (Ending::Redeemed, *redeemed_at),
            Life::Revoked { revoked_at, .. } => (Ending::Revoked, *revoked_at),
            Life::Replaced { replaced_at, .. } => (Ending::Replaced, *replaced_at),
            Life::Refunded { refunded_at, .. } => (Ending::Refunded, *refunded_at),
        };
        Some(Self { how, at })
    }
}

impl Followed {
    /// What a first image says.
    pub fn new(code: &Code, class: Class) -> Self {
        let birth = match &code.sale {
            None => Birth::Printed {},
            Some(sale) => {
                let to = Customer {
                    member: sale.member_id,
                    class,
                };
                let paid = code.unit_price;
                if sale.first_code_id.is_some() {
                    Birth::Replacement { to, paid }
                } else {
                    Birth::Sold { to, paid }
                }
            }
        };
        Self {
            code_id: code.code_id,
            product_id: code.product_id,
            birth,
            born_at: code.issued_at,
            revealed_at: code.revealed_at,
            end: End::of(&code.life),
            expires_at: code.expires_at,
            over: None,
            version: 0,
        }
    }

    /// What is known once this image is, too. At `now`, if the image is the present one, it may have run out.
    pub fn seeing(&self, code: &Code, now: Option<Timestamp>) -> Self {
        let is_open = matches!(code.life, Life::Issued);
        let ran_out = now.is_some_and(|now| is_open && code.expires_at <= now);
        Self {
            revealed_at: self.revealed_at.or(code.revealed_at),
            end: self.end.or_else(|| End::of(&code.life)),
            expires_at: self.expires_at.max(code.expires_at),
            over: self.over.max(ran_out.then_some(code.expires_at)),
            ..self.clone()
        }
    }

    /// Whether it ran out, and nothing else became of it since: neither did it end, nor was it extended.
    fn has_run_out(&self) -> bool {
        self.end.is_none() && self.over.is_some_and(|over| over >= self.expires_at)
    }

    /// Where it waits for the end of its validity, as long as it does.
    pub fn due(&self) -> Option<Key> {
        let is_waiting = self.end.is_none() && !self.has_run_out();
        is_waiting.then(|| keys::due(self.expires_at, self.code_id))
    }

    /// What belongs to it in the counts, and in the standing of its buyer.
    pub fn shares(&self) -> Result<Shares, Failure> {
        let mut shares = Shares::new();
        let mut add = |at: Timestamp, number, more| {
            let key = keys::count(at.day(), keys::shard(self.code_id), self.product_id);
            give(&mut shares, key, number, more);
        };
        let mut paid = 0;
        match &self.birth {
            Birth::Printed {} => add(self.born_at, "printed", 1),
            Birth::Replacement { paid: price, .. } => {
                paid = micros(*price)?;
                add(self.born_at, "replacements", 1);
            }
            Birth::Sold { paid: price, .. } => {
                paid = micros(*price)?;
                add(self.born_at, "sold", 1);
                add(self.born_at, "paid", paid);
            }
        }
        if let Some(revealed_at) = self.revealed_at {
            add(revealed_at, "revealed", 1);
        }
        if self.has_run_out() {
            add(self.expires_at, "expired", 1);
        }
        if let Some(End { how, at }) = self.end {
            match how {
                Ending::Redeemed => {
                    add(at, "redeemed", 1);
                    add(at, within(at.since(self.born_at)), 1);
                }
                Ending::Revoked => add(at, "revoked", 1),
                Ending::Replaced => add(at, "replaced", 1),
                Ending::Refunded => {
                    add(at, "refunded", 1);
                    add(at, "paid_back", paid);
                }
            }
        }
        if let Some((Customer { member, class }, codes)) = self.kept() {
            give(&mut shares, keys::customer(member, class), "codes", codes);
        }
        Ok(shares)
    }

    /// By how many codes it makes its buyer a customer. Where a code was replaced, the first one does, until the last is refunded.
    fn kept(&self) -> Option<(Customer, i64)> {
        let (customer, bought) = match &self.birth {
            Birth::Sold { to, .. } => (to, 1),
            Birth::Replacement { to, .. } => (to, 0),
            Birth::Printed {} => return None,
        };
        let is_refunded = self.end.is_some_and(|end| end.how == Ending::Refunded);
        Some((*customer, bought - i64::from(is_refunded)))
    }
}

/// Adds to a number of an item. What comes to nothing is left out, for nothing is to be written then.
pub(super) fn give(shares: &mut Shares, key: Key, number: &'static str, more: i64) {
    if more == 0 {
        return;
    }
    let numbers = shares.entry(key).or_default();
    let sum = numbers.entry(number).or_default();
    *sum = sum.saturating_add(more);
}

/// The count of those redeemed so long after their birth.
fn within(time: TimeDelta) -> &'static str {
    if time < TimeDelta::hours(1) {
        "within_hour"
    } else if time < TimeDelta::days(1) {
        "within_day"
    } else if time < TimeDelta::days(7) {
        "within_week"
    } else if time < TimeDelta::days(30) {
        "within_month"
    } else {
        "later"
    }
}

fn micros(amount: Rjv) -> Result<i64, Failure> {
    i64::try_from(amount.micros())
        .map_err(|error| Failure::broken("counting what was paid").because(error))
}
