//! Entries: what was moved, why, and the hash that ties each to the one before.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Account, Category, Lots, Reason, RefundReason};
use crate::amount::Rjv;
use crate::error::Failure;
use crate::id::{
    ActivityId, AdjustmentId, CodeId, EntryId, MemberId, PartnerId, ProductId, PurchaseId, QuoteId,
};
use crate::text::{Reference, Word};
use crate::time::Timestamp;

/// A movement of tokens into or out of a wallet. Entries are never changed; a correction is another entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Entry {
    /// Its name, and so its place.
    pub entry_id: EntryId,
    /// Its place in the wallet, counted from 1 without gaps.
    pub seq: u64,
    /// When it was made. Never before the entry in front of it.
    pub recorded_at: Timestamp,
    /// What caused it, in JSON the two fields `kind` and `source`.
    #[serde(flatten)]
    pub source: Source,
    /// The movement, at least two legs that sum to zero.
    pub legs: Vec<Leg>,
    /// Which lots of the wallet were filled or drawn on.
    pub lots: Lots,
    /// What the wallet held afterwards.
    pub balance_after: Rjv,
    /// The hash of the entry in front of it, or [`Hash::first`].
    #[schemars(
        description = "The hash of the entry in front of it; in front of the first, the SHA-256 of `rjv-wallet:<member_id>`."
    )]
    pub previous_hash: Hash,
    /// See [`Entry::compute_hash`].
    #[schemars(
        description = "The SHA-256 of this entry as JSON in canonical form (RFC 8785), without this field."
    )]
    pub hash: Hash,
}

/// One side of a movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Leg {
    /// On which account.
    pub account: Account,
    /// On which side of it.
    pub side: Side,
    /// How much.
    pub amount: Rjv,
}

/// The two sides of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The left side: less owed to a member, or more spent by the house.
    Debit,
    /// The right side: more owed to a member, or more received by the house.
    Credit,
}

/// What caused an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", content = "source", rename_all = "snake_case")]
pub enum Source {
    /// A reward for an activity.
    Award {
        /// For which activity.
        activity_id: ActivityId,
        /// What the member did.
        activity_kind: String,
        /// What it counts as.
        category: Category,
        /// When it happened.
        occurred_at: Timestamp,
        /// The rule that set the amount.
        rule_id: Word,
        /// The version of that rule.
        rule_version: u32,
    },
    /// Codes were bought.
    Purchase {
        /// The quote that was executed.
        quote_id: QuoteId,
        /// What was bought.
        product_id: ProductId,
        /// Whose codes they are.
        partner_id: PartnerId,
        /// What one code cost.
        unit_price: Rjv,
        /// The version of that price.
        price_version: u32,
        /// The codes, one for each that was paid.
        codes: Vec<SoldCode>,
        /// When the codes run out.
        codes_expire_at: Timestamp,
        /// Whether they were taken from a limited stock, which gets them back if they are.
        #[serde(default, skip_serializing_if = "is_unset")]
        limited: bool,
        /// How many of the product each member might have, where that was limited and so is counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member_max: Option<u32>,
    },
    /// A code was given back unused, and is dead since.
    Refund {
        /// The purchase that paid for it.
        purchase_id: PurchaseId,
        /// The code.
        code_id: CodeId,
        /// What it was a code for.
        product_id: ProductId,
        /// Whose code it was.
        partner_id: PartnerId,
        /// Why.
        reason: RefundReason,
    },
    /// Lots ran out.
    Expiry {},
    /// Two administrators corrected the wallet.
    Adjustment {
        /// The adjustment that was approved.
        adjustment_id: AdjustmentId,
        /// Whether tokens came (credit) or went (debit).
        side: Side,
        /// Why.
        reason: Reason,
        /// Where it was asked for.
        ticket: Reference,
        /// Who proposed it, named as a member is.
        proposed_by: MemberId,
        /// Who approved it, named as a member is; never who proposed it.
        approved_by: MemberId,
        /// The entry that it corrects, where it is about one.
        corrects: Option<EntryId>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_unset(flag: &bool) -> bool {
    !flag
}

/// A code as its purchase remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SoldCode {
    /// Its name.
    pub code_id: CodeId,
    /// Its last four characters, by which its holder knows it.
    pub last4: String,
}

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "EntryKind")]
pub enum Kind {
    /// A reward for an activity.
    Award,
    /// Codes were bought.
    Purchase,
    /// A code was given back.
    Refund,
    /// Lots ran out.
    Expiry,
    /// Two administrators corrected the wallet.
    Adjustment,
}

impl Kind {
    /// Its text, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Purchase => "purchase",
            Self::Refund => "refund",
            Self::Expiry => "expiry",
            Self::Adjustment => "adjustment",
        }
    }
}

impl Source {
    /// The kind of entry this makes.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Award { .. } => Kind::Award,
            Self::Purchase { .. } => Kind::Purchase,
            Self::Refund { .. } => Kind::Refund,
            Self::Expiry {} => Kind::Expiry,
            Self::Adjustment { .. } => Kind::Adjustment,
        }
    }

    /// What the reward was for, where it is one.
    pub fn category(&self) -> Option<Category> {
        match self {
            Self::Award { category, .. } => Some(*category),
            Self::Purchase { .. }
            | Self::Refund { .. }
            | Self::Expiry {}
            | Self::Adjustment { .. } => None,
        }
    }

    /// The account on the other end, and the side on which the wallet moves. This is the whole table of legal movements.
    pub fn counterpart(&self) -> (Account, Side) {
        match self {
            Self::Award { category, .. } => (Account::Issuance(*category), Side::Credit),
            Self::Purchase { partner_id, .. } => (Account::Sales(*partner_id), Side::Debit),
            Self::Refund { partner_id, .. } => (Account::Refunds(*partner_id), Side::Credit),
            Self::Expiry {} => (Account::Expiry, Side::Debit),
            Self::Adjustment { reason, side, .. } => (Account::Adjustment(*reason), *side),
        }
    }

    /// The movement of `amount` between a wallet and the other end.
    pub fn legs(&self, member: MemberId, amount: Rjv) -> Vec<Leg> {
        let (counterpart, side) = self.counterpart();
        let wallet = Leg {
            account: Account::Member(member),
            side,
            amount,
        };
        let other = Leg {
            account: counterpart,
            side: side.opposite(),
            amount,
        };
        match side {
            Side::Debit => vec![wallet, other],
            Side::Credit => vec![other, wallet],
        }
    }
}

impl Side {
    /// The other side.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }
}

impl Entry {
    /// How much moved.
    pub fn amount(&self) -> Rjv {
        self.legs.first().map_or(Rjv::ZERO, |leg| leg.amount)
    }

    /// What each code of a purchase cost, in the order of its codes; nothing for other entries.
    pub fn prices(&self) -> Vec<Rjv> {
        let Source::Purchase { codes, .. } = &self.source else {
            return Vec::new();
        };
        let count = u32::try_from(codes.len()).unwrap_or(u32::MAX);
        self.amount().split(count)
    }

    /// The bytes that the hash covers: this entry as JSON in canonical form (RFC 8785), without its hash.
    pub fn canonical(&self) -> Result<Vec<u8>, Failure> {
        let broken = |error| Failure::broken("writing an entry in canonical form").because(error);
        let mut entry = serde_json::to_value(self).map_err(broken)?;
        if let Some(fields) = entry.as_object_mut() {
            fields.remove("hash");
        }
        serde_json_canonicalizer::to_vec(&entry).map_err(broken)
    }

    /// The SHA-256 of the canonical bytes. They contain the previous hash, so it covers the whole history of the wallet.
    pub fn compute_hash(&self) -> Result<Hash, Failure> {
        Ok(Hash(Sha256::digest(self.canonical()?).into()))
    }
}

/// A SHA-256 hash. Its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands in for the previous hash in the first entry of a wallet. It names the wallet, so chains cannot be swapped.
    pub fn first(member: MemberId) -> Self {
        Self(Sha256::digest(format!("rjv-wallet:{member}")).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not a hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 64 lower-case hexadecimal digits")]
pub struct InvalidHash;

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| InvalidHash)?;
        bytes.try_into().map(Self).map_err(|_| InvalidHash)
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for Hash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        text.parse()
    }
}
