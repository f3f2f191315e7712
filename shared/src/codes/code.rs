//! A sold code and the states of its life.

use serde::{Deserialize, Serialize};

use crate::amount::Rjv;
use crate::id::{CodeId, MemberId, PartnerId, ProductId, PurchaseId, QuoteId, RedemptionId};
use crate::text::Reference;
use crate::time::Timestamp;

/// A code that was sold, as its table keeps it: everything but the code itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Its name.
    pub code_id: CodeId,
    /// Whose codes these are. Only they can redeem it.
    pub partner_id: PartnerId,
    /// What it is a code for.
    pub product_id: ProductId,
    /// Who bought it.
    pub member_id: MemberId,
    /// The purchase that paid for it.
    pub purchase_id: PurchaseId,
    /// The quote it was minted from.
    pub quote_id: QuoteId,
    /// Which of the codes of that quote it is, from 0.
    pub index: u32,
    /// The version of the secrets it was minted with.
    pub key_version: u32,
    /// Its last four characters.
    pub last4: String,
    /// What was paid for it.
    pub unit_price: Rjv,
    /// When it was sold.
    pub sold_at: Timestamp,
    /// The first instant at which it can no longer be redeemed.
    pub expires_at: Timestamp,
    /// When its holder first saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revealed_at: Option<Timestamp>,
    /// Where it is in its life.
    #[serde(flatten)]
    pub life: Life,
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
}

/// The state of a code at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CodeState")]
pub enum State {
    /// It can be redeemed.
    Issued,
    /// It was redeemed.
    Redeemed,
    /// It ran out before anybody redeemed it.
    Expired,
}

impl Code {
    /// Its state at `now`.
    pub fn state(&self, now: Timestamp) -> State {
        match self.life {
            Life::Redeemed { .. } => State::Redeemed,
            Life::Issued if self.expires_at <= now => State::Expired,
            Life::Issued => State::Issued,
        }
    }
}
