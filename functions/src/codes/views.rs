//! How staff sees a code: everything but the code itself.

use serde::Serialize;
use shared::amount::Rjv;
use shared::codes::{self, Code, Life, State, TextOf};
use shared::id::{CodeId, EntryId, MemberId, PartnerId, ProductId, PurchaseId, RedemptionId};
use shared::text::{Reference, Text};
use shared::time::Timestamp;

/// A code, and what became of it.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "StaffCode")]
pub struct CodeView {
    code_id: CodeId,
    /// Its shape and its last four characters.
    masked: String,
    state: State,
    /// Whether it is a partner's own code, not one of ours.
    is_imported: bool,
    partner_id: PartnerId,
    product_id: ProductId,
    /// Who holds it; none, if a partner printed it.
    holder: Option<MemberId>,
    /// The purchase that paid for it.
    purchase_id: Option<PurchaseId>,
    /// The code that the purchase names, if this one came in its place.
    first_code_id: Option<CodeId>,
    /// What was paid for it.
    unit_price: Rjv,
    /// The first instant at which it can no longer be redeemed.
    expires_at: Timestamp,
    /// The reference under which its partner has reserved it, as long as that holds.
    reserved_as: Option<Reference>,
    /// The first instant at which that is over.
    reserved_until: Option<Timestamp>,
    /// What happened to it, in the order of time.
    history: Vec<Step>,
}

/// Something that happened to a code.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "CodeStep")]
pub struct Step {
    at: Timestamp,
    #[serde(flatten)]
    what: What,
}

/// What happened to a code.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[schemars(rename = "CodeHappening")]
pub enum What {
    /// It left our hands.
    Issued {},
    /// Its holder saw it for the first time.
    Revealed {},
    /// Its partner redeemed it.
    Redeemed {
        /// The name of that use.
        redemption_id: RedemptionId,
        /// What the partner calls it.
        reference: Reference,
    },
    /// It ran out.
    Expired {},
    /// It was ended by hand.
    Revoked {
        /// Why.
        reason: Text<1, 400>,
    },
    /// Another code came in its place.
    Replaced {
        /// The other one.
        replacement: CodeId,
    },
    /// What was paid for it was given back.
    Refunded {
        /// The transaction that gave it back.
        entry_id: EntryId,
    },
}

impl CodeView {
    /// The code at `now`.
    pub fn new(code: &Code, now: Timestamp) -> Self {
        let (reserved_as, reserved_until) = code
            .reservation(now)
            .map(|(reference, until)| (reference.clone(), until))
            .unzip();
        let history = history(code, now);
        let sale = code.sale.as_ref();
        Self {
            code_id: code.code_id,
            masked: codes::masked(&code.last4),
            state: code.state(now),
            is_imported: matches!(code.text, TextOf::Imported { .. }),
            partner_id: code.partner_id,
            product_id: code.product_id,
            holder: code.holder(),
            purchase_id: sale.map(|sale| sale.purchase_id),
            first_code_id: sale.and_then(|sale| sale.first_code_id),
            unit_price: code.unit_price,
            expires_at: code.expires_at,
            reserved_as,
            reserved_until,
            history,
        }
    }
}

fn history(code: &Code, now: Timestamp) -> Vec<Step> {
    let mut steps = vec![Step {
        at: code.issued_at,
        what: What::Issued {},
    }];
    steps.extend(code.revealed_at.map(|at| Step {
        at,
        what: What::Revealed {},
    }));
    steps.extend(end(code, now));
    // An end may come before the first look at the code.
    steps.sort_by_key(|step| step.at);
    steps
}

fn end(code: &Code, now: Timestamp) -> Option<Step> {
    let (at, what) = match code.life.clone() {
        Life::Issued if code.state(now) == State::Expired => (code.expires_at, What::Expired {}),
        Life::Issued => return None,
        Life::Redeemed {
            redemption_id,
            reference,
            redeemed_at,
        } => {
            let what = What::Redeemed {
                redemption_id,
                reference,
            };
            (redeemed_at, what)
        }
        Life::Revoked { revoked_at, reason } => (revoked_at, What::Revoked { reason }),
        Life::Replaced {
            replaced_at,
            replacement,
        } => (replaced_at, What::Replaced { replacement }),
        Life::Refunded {
            refunded_at,
            refund,
        } => (refunded_at, What::Refunded { entry_id: refund }),
    };
    Some(Step { at, what })
}
