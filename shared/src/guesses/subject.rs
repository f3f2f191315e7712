//! To whom wrong guesses are counted.

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Counter;
use crate::id::PartnerId;
use crate::text::Reference;

/// Somebody to whom wrong guesses are counted, known only by a digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    kind: Kind,
    digest: String,
}

/// What kind of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A partner's customer, as the partner calls them.
    Customer,
    /// The address from which calls come.
    Source,
    /// A partner's key.
    Key,
}

/// How many failures within ten minutes lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one customer.
    pub customer: u32,
    /// From one address.
    pub source: u32,
    /// With one key.
    pub key: u32,
}

/// Why a text does not say how many failures lock.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "three numbers from 1 are expected, such as \"5,20,100\": by customer, by address and by key"
)]
pub struct InvalidLimits;

/// A counter as it was read, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Whose.
    pub subject: Subject,
    /// None if nothing was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Counter>,
}

/// Who shows a code: all to whom a wrong one is counted, and what the authorizer saw of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guesser {
    /// To whom it is counted.
    pub subjects: Vec<Subject>,
    /// What was seen of them, some seconds ago.
    pub seen: Vec<Sighting>,
}

impl Subject {
    /// A partner's customer.
    pub fn customer(partner: PartnerId, customer: &Reference) -> Self {
        Self::new(Kind::Customer, &[&partner.to_string(), customer.as_str()])
    }

    /// The address from which a call comes. Whoever has one address of version 6 has all that begin with the same 64 bits, so
    /// these are one.
    pub fn source(address: &str) -> Self {
        let network = match address
            .parse()
            .map(|address: IpAddr| address.to_canonical())
        {
            Ok(IpAddr::V6(address)) => format!("{:x?}", &address.segments()[..4]),
            Ok(IpAddr::V4(address)) => address.to_string(),
            Err(_) => address.to_owned(),
        };
        Self::new(Kind::Source, &[&network])
    }

    /// A partner's key, from what is kept of it.
    pub fn key(digest: &str) -> Self {
        Self::new(Kind::Key, &[digest])
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn name(&self) -> String {
        let kind = match self.kind {
            Kind::Customer => "customer",
            Kind::Source => "source",
            Kind::Key => "key",
        };
        format!("{kind}#{}", self.digest)
    }

    fn new(kind: Kind, words: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for word in words {
            // The length before each word keeps ("ab", "c") and ("a", "bc") apart.
            hash.update(word.len().to_string() + ":" + word);
        }
        let digest = HEXLOWER.encode(&hash.finalize());
        Self { kind, digest }
    }
}

impl Limits {
    /// Reads the three numbers, by customer, by address and by key.
    pub fn parse(text: &str) -> Result<Self, InvalidLimits> {
        let mut numbers = text.split(',').map(|number| {
            let number: u32 = number.trim().parse().map_err(|_| InvalidLimits)?;
            if number == 0 {
                Err(InvalidLimits)
            } else {
                Ok(number)
            }
        });
        let mut next = || numbers.next().ok_or(InvalidLimits)?;
        let limits = Self {
            customer: next()?,
            source: next()?,
            key: next()?,
        };
        if numbers.next().is_some() {
            return Err(InvalidLimits);
        }
        Ok(limits)
    }

    pub(super) fn of(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Customer => self.customer,
            Kind::Source => self.source,
            Kind::Key => self.key,
        }
    }
}

/// What holds where nothing else is set.
impl Default for Limits {
    fn default() -> Self {
        Self {
            customer: 5,
            source: 20,
            key: 100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_three_numbers_from_one() {
        assert_eq!(Limits::parse("5,20,100"), Ok(Limits::default()));
        for text in ["", "5", "5,20", "5,20,100,1", "0,20,100", "-1,2,3", "a,b,c"] {
            assert_eq!(Limits::parse(text), Err(InvalidLimits), "{text:?}");
        }
    }

    #[test]
    fn a_network_of_version_6_is_one_source_and_names_no_address() {
        let source = Subject::source("2001:db8:1:2::7");

        assert_eq!(source, Subject::source("2001:db8:1:2:ffff::1"));
        assert_ne!(source, Subject::source("2001:db8:1:3::7"));
        assert_eq!(
            Subject::source("::ffff:192.0.2.1"),
            Subject::source("192.0.2.1")
        );
        assert_ne!(Subject::source("192.0.2.1"), Subject::source("192.0.2.2"));
        assert!(!Subject::source("192.0.2.1").name().contains("192"));
    }
}
