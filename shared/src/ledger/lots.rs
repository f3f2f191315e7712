//! Lots: the tokens of a wallet by when they expire.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::time::Timestamp;

/// When tokens expire. Expiries are the ends of calendar months in UTC, so that a wallet has few lots however many
/// rewards it got. Their order is the order in which tokens are spent: what expires first goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Expiry {
    /// At the end of the month that begins on this day.
    EndOf(NaiveDate),
    /// Never.
    Never,
}

impl Expiry {
    /// The end of the month that comes `months` after the one of `instant`.
    pub fn months_after(instant: Timestamp, months: u32) -> Self {
        let month = instant
            .day()
            .with_day(1)
            .and_then(|first| first.checked_add_months(Months::new(months)));
        month.map_or(Self::Never, Self::EndOf)
    }

    /// The first instant at which the tokens are gone; none if they stay.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::EndOf(month) => {
                let next = month.checked_add_months(Months::new(1))?;
                Some(Timestamp::new(next.and_time(NaiveTime::MIN).and_utc()))
            }
            Self::Never => None,
        }
    }

    /// Whether the tokens are gone at `now`.
    pub fn is_past(self, now: Timestamp) -> bool {
        self.instant().is_some_and(|instant| instant <= now)
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOf(month) => write!(f, "{:04}-{:02}", month.year(), month.month()),
            Self::Never => f.write_str("never"),
        }
    }
}

/// Why a text is not an expiry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an expiry is a month such as \"2027-05\", or \"never\"")]
pub struct InvalidExpiry;

impl FromStr for Expiry {
    type Err = InvalidExpiry;

    fn from_str(text: &str) -> Result<Self, InvalidExpiry> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let month = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map(Self::EndOf);
        month
            .ok()
            .filter(|expiry| expiry.to_string() == text)
            .ok_or(InvalidExpiry)
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        expiry.to_string()
    }
}

impl TryFrom<String> for Expiry {
    type Error = InvalidExpiry;

    fn try_from(text: String) -> Result<Self, InvalidExpiry> {
        text.parse()
    }
}

/// Tokens by expiry. A lot is never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lots(BTreeMap<Expiry, Rjv>);

impl Lots {
    /// One lot.
    pub fn one(expiry: Expiry, amount: Rjv) -> Self {
        Self(BTreeMap::from([(expiry, amount)]))
    }

    /// The lots, the first to expire first.
    pub fn iter(&self) -> impl Iterator<Item = (Expiry, Rjv)> {
        self.0.iter().map(|(expiry, amount)| (*expiry, *amount))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All tokens together; none if there are more than an amount can hold.
    pub fn total(&self) -> Option<Rjv> {
        Rjv::checked_sum(self.0.values().copied())
    }

    /// The lots that are gone at `now`.
    #[must_use]
    pub fn past(&self, now: Timestamp) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(expiry, _)| expiry.is_past(now))
                .map(|(expiry, amount)| (*expiry, *amount))
                .collect(),
        )
    }

    /// `amount` taken from what expires first; none if there is less.
    pub fn first(&self, amount: Rjv) -> Option<Self> {
        let (mut taken, mut missing) = (BTreeMap::new(), amount);
        for (expiry, available) in self.iter() {
            let part = available.min(missing);
            if !part.is_zero() {
                taken.insert(expiry, part);
            }
            missing = missing.saturating_sub(part);
        }
        missing.is_zero().then_some(Self(taken))
    }

    /// The share number `index` of these, if they are dealt out in the order in which they expire and each of `amounts` is one
    /// share; none if there is less, or no such share. All shares together are no more than these lots.
    pub fn share(&self, amounts: &[Rjv], index: usize) -> Option<Self> {
        let before = Rjv::checked_sum(amounts.get(..index)?.iter().copied())?;
        let rest = self.minus(&self.first(before)?)?;
        rest.first(*amounts.get(index)?)
    }

    /// The lots as they come back into a wallet at `now`: what ran out meanwhile, or would soon, stays until the end of the next
    /// month. None if that makes a lot larger than an amount can be.
    pub fn with_grace(&self, now: Timestamp) -> Option<Self> {
        let earliest = Expiry::months_after(now, 1);
        self.iter()
            .try_fold(Self::default(), |lots, (expiry, amount)| {
                lots.plus(&Self::one(expiry.max(earliest), amount))
            })
    }

    /// These and `more`; none if a lot would exceed what an amount can hold.
    pub fn plus(&self, more: &Self) -> Option<Self> {
        more.iter()
            .try_fold(self.clone(), |mut lots, (expiry, amount)| {
                let lot = lots.0.entry(expiry).or_default();
                *lot = lot.checked_add(amount)?;
                Some(lots)
            })
    }

    /// These without `less`; none if a lot has less than that.
    pub fn minus(&self, less: &Self) -> Option<Self> {
        less.iter()
            .try_fold(self.clone(), |mut lots, (expiry, amount)| {
                let left = lots.0.get(&expiry)?.checked_sub(amount)?;
                if left.is_zero() {
                    lots.0.remove(&expiry)
                } else {
                    lots.0.insert(expiry, left)
                };
                Some(lots)
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn tokens_expire_when_their_month_is_over() {
        let expiry = Expiry::months_after(at("2026-11-30T23:59:59Z"), 3);

        assert_eq!(expiry.to_string(), "2027-02");
        assert_eq!(expiry.instant(), Some(at("2027-03-01T00:00:00Z")));
        assert!(!expiry.is_past(at("2027-02-28T23:59:59.999Z")));
        assert!(expiry.is_past(at("2027-03-01T00:00:00Z")));
    }

    #[test]
    fn an_expiry_has_one_text() {
        for text in ["never", "2027-05", "1999-12"] {
            assert_eq!(text.parse::<Expiry>().unwrap().to_string(), text);
        }
        for text in ["", "2027", "2027-5", "2027-13", "2027-05-01", "Never"] {
            assert_eq!(text.parse::<Expiry>(), Err(InvalidExpiry), "{text:?}");
        }
    }

    #[test]
    fn what_ran_out_comes_back_until_the_end_of_the_next_month() {
        let lots = Lots(BTreeMap::from([
            ("2026-10".parse().unwrap(), Rjv::whole(1)),
            ("2026-11".parse().unwrap(), Rjv::whole(2)),
            ("2026-12".parse().unwrap(), Rjv::whole(4)),
            ("2027-01".parse().unwrap(), Rjv::whole(8)),
            (Expiry::Never, Rjv::whole(16)),
        ]));

        let back = lots.with_grace(at("2026-11-24T08:00:00Z")).unwrap();

        let text = |(expiry, amount): (Expiry, Rjv)| format!("{expiry} {amount}");
        let back: Vec<String> = back.iter().map(text).collect();
        assert_eq!(back, ["2026-12 7", "2027-01 8", "never 16"]);
    }

    proptest! {
        #[test]
        fn shares_are_the_lots_dealt_out_in_their_order(
            amounts in prop::collection::vec(1_u64..1000, 1..6),
            shares in prop::collection::vec(1_u64..300, 1..8),
        ) {
            let month = |n: usize| Expiry::months_after(at("2026-01-01T00:00:00Z"), u32::try_from(n).unwrap());
            let amount = |micros| Rjv::from_micros(micros).unwrap();
            let lots = Lots(amounts.iter().enumerate().map(|(n, micros)| (month(n), amount(*micros))).collect());
            let shares: Vec<Rjv> = shares.into_iter().map(amount).collect();

            let mut dealt = Lots::default();
            for (index, wanted) in shares.iter().enumerate() {
                let Some(share) = lots.share(&shares, index) else {
                    let needed = Rjv::checked_sum(shares[..=index].iter().copied()).unwrap();
                    prop_assert!(needed > lots.total().unwrap());
                    return Ok(());
                };
                prop_assert_eq!(share.total(), Some(*wanted));
                let last_dealt = dealt.iter().last().map(|(expiry, _)| expiry);
                prop_assert!(last_dealt <= share.iter().next().map(|(expiry, _)| expiry));
                dealt = dealt.plus(&share).unwrap();
            }
            prop_assert!(lots.minus(&dealt).is_some());
            prop_assert_eq!(lots.share(&shares, shares.len()), None);
        }

        #[test]
        fn spending_takes_exactly_the_amount_and_what_expires_first(
            amounts in prop::collection::vec(1_u64..1000, 0..6),
            wanted in 0_u64..4000,
        ) {
            let month = |n: usize| Expiry::months_after(at("2026-01-01T00:00:00Z"), u32::try_from(n).unwrap());
            let amount = |micros| Rjv::from_micros(micros).unwrap();
            let lots = Lots(amounts.iter().enumerate().map(|(n, micros)| (month(n), amount(*micros))).collect());
            let total: u64 = amounts.iter().sum();

            match lots.first(amount(wanted)) {
                None => prop_assert!(wanted > total),
                Some(taken) => {
                    prop_assert_eq!(taken.total(), Some(amount(wanted)));
                    let rest = lots.minus(&taken).unwrap();
                    prop_assert_eq!(rest.plus(&taken), Some(lots.clone()));
                    let last_taken = taken.iter().last().map(|(expiry, _)| expiry);
                    let first_left = rest.iter().next().map(|(expiry, _)| expiry);
                    prop_assert!(last_taken.is_none() || first_left.is_none() || last_taken <= first_left);
                }
            }
        }
    }
}
