//! Typed ids. Each has one text: a prefix that names its kind, then 32 lower-case hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("such an id is written {shape}")]
pub struct InvalidId {
    /// What an id of that kind looks like.
    pub shape: String,
}

fn invalid(prefix: &str, rest: &str) -> InvalidId {
    InvalidId {
        shape: format!("{prefix}_{rest}"),
    }
}

fn parse_hex(prefix: &str, text: &str) -> Option<Uuid> {
    let hex = text.strip_prefix(prefix)?.strip_prefix('_')?;
    let canonical = hex.len() == 32
        && hex
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    canonical.then(|| Uuid::try_parse(hex).ok()).flatten()
}

macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }
    )*};
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this number.
            pub const fn new(number: Uuid) -> Self {
                Self(number)
            }

            /// The number without the prefix.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hex($prefix, text).map(Self).ok_or_else(|| invalid($prefix, "<32 hexadecimal digits>"))
            }
        }

        as_text!($name);
    )*};
}

ids! {
    /// What a member did, told by one source once.
    ActivityId "act"
    /// A correction of a wallet by two administrators.
    AdjustmentId "adj"
    /// Something an administrator did.
    AuditId "aud"
    /// A trial of a rule over past activities.
    BacktestId "bkt"
    /// A problem with a code that administrators look at.
    CaseId "cas"
    /// A sold code: the digest under which its table knows it, which reveals nothing of the code itself.
    CodeId "cod"
    /// A job that brings a partner's codes into stock, or mints codes for print.
    JobId "job"
    /// A partner's API key (not its secret).
    KeyId "key"
    /// A member of the app.
    MemberId "mem"
    /// Something a member was told.
    NotificationId "ntf"
    /// A partner whose codes are sold.
    PartnerId "prt"
    /// A kind of code that can be bought.
    ProductId "prd"
    /// A price promised to a member for a while.
    QuoteId "qte"
    /// The one use of a code.
    RedemptionId "red"
    /// A reconciliation.
    RunId "run"
}

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident $prefix:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name {
            /// Whose wallet it is in.
            pub member: MemberId,
            /// Its place in that wallet, counted from 1 without gaps.
            pub seq: u64,
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}_{}"), self.member.0.simple(), self.seq)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let parse = || {
                    let (member, seq) = text.rsplit_once('_')?;
                    let member = MemberId(parse_hex($prefix, member)?);
                    let canonical = seq.bytes().all(|byte| byte.is_ascii_digit()) && !seq.starts_with('0');
                    Some(Self { member, seq: canonical.then(|| seq.parse().ok()).flatten()? })
                };
                parse().ok_or_else(|| invalid($prefix, "<32 hexadecimal digits>_<number>"))
            }
        }

        as_text!($name);
    )*};
}

// These ids say where the thing stands, so that finding it needs no index and asking for another member's needs no read.
positions! {
    /// A ledger entry.
    EntryId "ent"
    /// A purchase: the entry that paid for it.
    PurchaseId "pur"
}

impl From<EntryId> for PurchaseId {
    fn from(EntryId { member, seq }: EntryId) -> Self {
        Self { member, seq }
    }
}

impl From<PurchaseId> for EntryId {
    fn from(PurchaseId { member, seq }: PurchaseId) -> Self {
        Self { member, seq }
    }
}

/// The namespace of ids that are derived from what a client calls the thing.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b1f_8a52_93c4_4d0e_8a77_21e9_5c30_b6f4);

/// The number that these words stand for: the same words, the same number, so that a repeated request names the same thing.
pub fn derived(words: &[&str]) -> Uuid {
    // The length before each word keeps ("ab", "c") and ("a", "bc") apart.
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("{}:{word}", word.len()))
        .collect();
    Uuid::new_v5(&NAMESPACE, words.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text() {
        let id = MemberId::new(Uuid::from_u128(7));

        assert_eq!(id.to_string(), "mem_00000000000000000000000000000007");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "mem",
            "mem_",
            "mem_7",
            "prt_00000000000000000000000000000007",
            "mem_0000000000000000000000000000000A",
            "mem_00000000-0000-0000-0000-000000000007",
        ] {
            assert!(text.parse::<MemberId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_entry_id_says_where_the_entry_stands() {
        let id = EntryId {
            member: MemberId::new(Uuid::from_u128(7)),
            seq: 42,
        };

        assert_eq!(id.to_string(), "ent_00000000000000000000000000000007_42");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "ent_00000000000000000000000000000007",
            "ent_00000000000000000000000000000007_",
            "ent_00000000000000000000000000000007_0",
            "ent_00000000000000000000000000000007_042",
            "ent_00000000000000000000000000000007_-1",
            "ent_00000000000000000000000000000007_99999999999999999999",
        ] {
            assert!(text.parse::<EntryId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn derived_numbers_keep_words_apart() {
        assert_eq!(derived(&["a", "b"]), derived(&["a", "b"]));
        assert_ne!(derived(&["ab", "c"]), derived(&["a", "bc"]));
    }
}
