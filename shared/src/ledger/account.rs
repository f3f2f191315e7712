//! The chart of accounts: every place a token can come from or go to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, PartnerId};

/// An account of the chart. Its text is its kind, a colon, and what tells it from others of its kind.
///
/// A member's account is what RJV owes them, so a credit increases it. All others are the house's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Account {
    /// A member's wallet.
    Member(MemberId),
    /// Where tokens are made, by what they reward.
    Issuance(Category),
    /// What was paid for a partner's codes.
    Sales(PartnerId),
    /// What was given back for a partner's codes.
    Refunds(PartnerId),
    /// What lapsed unspent.
    Expiry,
    /// What administrators gave or took, by why they did.
    Adjustment(Reason),
}

/// What a reward is for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Sharing data: health data, surveys, sensors.
    DataContribution,
    /// Using the app.
    Engagement,
    /// Learning.
    Education,
    /// Taking part among members.
    Community,
    /// Bringing friends.
    Referral,
    /// Using partners.
    Partner,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] = [
        Self::DataContribution,
        Self::Engagement,
        Self::Education,
        Self::Community,
        Self::Referral,
        Self::Partner,
    ];

    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataContribution => "data_contribution",
            Self::Engagement => "engagement",
            Self::Education => "education",
            Self::Community => "community",
            Self::Referral => "referral",
            Self::Partner => "partner",
        }
    }
}

/// Why a code is given back.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// Its holder does not want it any more.
    ChangedMind,
    /// The partner did not accept it.
    DidNotWork,
    /// It ran out before it was used.
    Expired,
}

impl RefundReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::ChangedMind, Self::DidNotWork, Self::Expired];

    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangedMind => "changed_mind",
            Self::DidNotWork => "did_not_work",
            Self::Expired => "expired",
        }
    }
}

/// Why administrators correct a wallet.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AdjustmentReason")]
pub enum Reason {
    /// To make up for something.
    Goodwill,
    /// An entry was wrong.
    Correction,
    /// Tokens were got by deceit.
    Fraud,
    /// The books did not agree.
    Reconciliation,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Goodwill,
        Self::Correction,
        Self::Fraud,
        Self::Reconciliation,
    ];

    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Goodwill => "goodwill",
            Self::Correction => "correction",
            Self::Fraud => "fraud",
            Self::Reconciliation => "reconciliation",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => write!(f, "member:{member}"),
            Self::Issuance(category) => write!(f, "issuance:{}", category.as_str()),
            Self::Sales(partner) => write!(f, "sales:{partner}"),
            Self::Refunds(partner) => write!(f, "refunds:{partner}"),
            Self::Expiry => f.write_str("expiry"),
            Self::Adjustment(reason) => write!(f, "adjustment:{}", reason.as_str()),
        }
    }
}

/// Why a text is not an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such account")]
pub struct UnknownAccount;

impl FromStr for Account {
    type Err = UnknownAccount;

    fn from_str(text: &str) -> Result<Self, UnknownAccount> {
        let (kind, name) = text.split_once(':').unwrap_or((text, ""));
        let category = || {
            Category::ALL
                .into_iter()
                .find(|category| category.as_str() == name)
        };
        let reason = || {
            Reason::ALL
                .into_iter()
                .find(|reason| reason.as_str() == name)
        };
        let account = match kind {
            "member" => name.parse().ok().map(Self::Member),
            "issuance" => category().map(Self::Issuance),
            "sales" => name.parse().ok().map(Self::Sales),
            "refunds" => name.parse().ok().map(Self::Refunds),
            "expiry" => name.is_empty().then_some(Self::Expiry),
            "adjustment" => reason().map(Self::Adjustment),
            _ => None,
        };
        account.ok_or(UnknownAccount)
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.to_string()
    }
}

impl TryFrom<String> for Account {
    type Error = UnknownAccount;

    fn try_from(text: String) -> Result<Self, UnknownAccount> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_account_has_one_text() {
        let mut accounts = vec![
            Account::Member(MemberId::new(Uuid::from_u128(7))),
            Account::Sales(PartnerId::new(Uuid::from_u128(8))),
            Account::Refunds(PartnerId::new(Uuid::from_u128(8))),
            Account::Expiry,
        ];
        accounts.extend(Category::ALL.map(Account::Issuance));
        accounts.extend(Reason::ALL.map(Account::Adjustment));

        for account in accounts {
            assert_eq!(account.to_string().parse(), Ok(account));
        }
        for text in [
            "",
            "member",
            "member:7",
            "issuance:",
            "issuance:gifts",
            "house",
            "expiry:x",
            "adjustment",
            "adjustment:whim",
        ] {
            assert_eq!(text.parse::<Account>(), Err(UnknownAccount), "{text:?}");
        }
    }
}
