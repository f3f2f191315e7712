//! A code and the states of its life.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::amount::Rjv;
use crate::id::{CodeId, EntryId, MemberId, PartnerId, ProductId, PurchaseId, RedemptionId};
use crate::seal::Ciphertext;
use crate::text::{Reference, Text};
use crate::time::Timestamp;

/// A code that left our hands, as its table keeps it: everything but its readable text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its name.
    pub code_id: CodeId,
    /// Whose codes these are. Only they can redeem it.
    pub partner_id: PartnerId,
    /// What it is a code for.
    pub product_id: ProductId,
    /// From what its text is made again.
    pub text: TextOf,
    /// To whom it was sold. None if a partner printed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<Sale>,
    /// The version of the secrets under which it has its name.
    pub key_version: u32,
    /// Its last four characters.
    pub last4: String,
    /// What was paid for it. The codes of a purchase add up to what it took.
    pub unit_price: Rjv,
    /// When it left our hands.
    pub issued_at: Timestamp,
    /// The first instant at which it can no longer be redeemed.
    pub expires_at: Timestamp,
    /// When its holder first saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revealed_at: Option<Timestamp>,
    /// The reference under which its partner reserved it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_as: Option<Reference>,
    /// The first instant at which that reservation is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_until: Option<Timestamp>,
    /// Whether that reservation was extended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reservation_extended: bool,
    /// Where it is in its life.
    #[serde(flatten)]
    pub life: Life,
}

/// From what the text of a code is made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextOf {
    /// From our secrets.
    Minted {
        /// What it was minted for: a quote, or the job that printed it.
        seed: Uuid,
        /// Which of the codes of that seed it is, from 0.
        index: u32,
    },
    /// The partner brought it.
    Imported {
        /// Its text, sealed.
        ciphertext: Ciphertext,
    },
}

/// To whom a code was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Who holds it.
    pub member_id: MemberId,
    /// The purchase that paid for it.
    pub purchase_id: PurchaseId,
    /// The code that the purchase names, if this is not that code but came in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_code_id: Option<CodeId>,
}

/// What a code's table knows of its life. That a code ran out is not written down: `expires_at` says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Life {
    /// It can be redeemed until it runs out.
    Issued,
    /// It was redeemed.
    Redeemed {
        /// The name of that use.
        redemption_id: RedemptionId,
        /// What the partner calls it.
        reference: Reference,
        /// When it was.
        redeemed_at: Timestamp,
    },
    /// It was ended by hand.
    Revoked {
        /// When it was.
        revoked_at: Timestamp,
        /// Why.
        reason: Text<1, 400>,
    },
    /// Another code came in its place.
    Replaced {
        /// When it did.
        replaced_at: Timestamp,
        /// The other one.
        replacement: CodeId,
    },
    /// What was paid for it was given back.
    Refunded {
        /// When it was.
        refunded_at: Timestamp,
        /// The entry that gave it back.
        refund: EntryId,
    },
}

/// The state of a code at an instant.
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
#[schemars(rename = "CodeState")]
pub enum State {
    /// It can be redeemed.
    Issued,
    /// It was redeemed.
    Redeemed,
    /// It ran out before anybody redeemed it.
    Expired,
    /// It was ended by hand.
    Revoked,
    /// Another code came in its place.
    Replaced,
    /// What was paid for it was given back.
    Refunded,
}

impl State {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::Refunded => "refunded",
        }
    }
}

impl Life {
    /// The state of a code that has not run out.
    pub fn state(&self) -> State {
        match self {
            Self::Issued => State::Issued,
            Self::Redeemed { .. } => State::Redeemed,
            Self::Revoked { .. } => State::Revoked,
            Self::Replaced { .. } => State::Replaced,
            Self::Refunded { .. } => State::Refunded,
        }
    }
}

impl Code {
    /// Its state at `now`.
    pub fn state(&self, now: Timestamp) -> State {
        match self.life.state() {
            State::Issued if self.expires_at <= now => State::Expired,
            state => state,
        }
    }

    /// The reference under which it is reserved at `now`, and the first instant at which that is over.
    pub fn reservation(&self, now: Timestamp) -> Option<(&Reference, Timestamp)> {
        let until = self.reserved_until.filter(|until| *until > now)?;
        Some((self.reserved_as.as_ref()?, until))
    }

    /// The member who holds it.
    pub fn holder(&self) -> Option<MemberId> {
        Some(self.sale.as_ref()?.member_id)
    }

    /// The code that its purchase names: itself, or the first of those in whose place it came.
    pub fn first(&self) -> CodeId {
        let sale = self.sale.as_ref();
        sale.and_then(|sale| sale.first_code_id)
            .unwrap_or(self.code_id)
    }
}
