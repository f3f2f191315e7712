pub mod buy;
pub mod list;
pub mod quote;
pub mod refund;
pub mod report_problem;
pub mod reveal;
pub mod show;

use serde::Serialize;
use shared::amount::Rjv;
use shared::codes::{self, Code, Life, State};
use shared::id::{CodeId, EntryId, PartnerId, ProductId, PurchaseId, QuoteId};
use shared::purchases::{Ending, Purchase};
use shared::time::Timestamp;

/// A purchase, with codes shown as `C`.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PurchaseWith{C}")]
pub struct PurchaseView<C> {
    purchase_id: PurchaseId,
    quote_id: QuoteId,
    product_id: ProductId,
    partner_id: PartnerId,
    quantity: usize,
    unit_price: Rjv,
    total: Rjv,
    /// What the wallet held afterwards.
    balance_after: Rjv,
    purchased_at: Timestamp,
    codes: Vec<C>,
}

/// A code that was bought, as it was then.
#[derive(Serialize, schemars::JsonSchema)]
pub struct BoughtCodeView {
    code_id: CodeId,
    /// Its shape and last four characters.
    masked: String,
    expires_at: Timestamp,
}

/// A code and what has become of it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct CodeView {
    code_id: CodeId,
    /// Its shape and last four characters.
    masked: String,
    state: State,
    /// What was paid for it.
    unit_price: Rjv,
    expires_at: Timestamp,
    /// When its holder first saw it.
    revealed_at: Option<Timestamp>,
    redeemed_at: Option<Timestamp>,
    /// The code that took its place. It follows in the list.
    replaced_by: Option<CodeId>,
    /// The transaction that gave back what was paid for it.
    refund: Option<EntryId>,
    /// What its holder can do now.
    next: Next,
}

/// What the holder of a code can do.
#[derive(Clone, Copy, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NextStep")]
pub enum Next {
    /// Look at it.
    Reveal,
    /// Take it to the partner.
    Use,
    /// Wait: a partner is about to redeem it.
    Wait,
    /// See whether it can be given back, or buy another.
    GiveBack,
    /// Use the code that took its place.
    UseReplacement,
    /// Nothing: it has done its service, or was paid back.
    Nothing,
}

impl<C> PurchaseView<C> {
    fn new(purchase: &Purchase, codes: Vec<C>) -> Self {
        Self {
            purchase_id: purchase.purchase_id,
            quote_id: purchase.quote_id,
            product_id: purchase.product_id,
            partner_id: purchase.partner_id,
            quantity: purchase.codes.len(),
            unit_price: purchase.unit_price,
            total: purchase.total,
            balance_after: purchase.balance_after,
            purchased_at: purchase.purchased_at,
            codes,
        }
    }
}

impl PurchaseView<BoughtCodeView> {
    /// The purchase as it was made: whatever happens to its codes, this stays the same.
    fn bought(purchase: &Purchase) -> Self {
        let code = |code: &shared::ledger::SoldCode| BoughtCodeView {
            code_id: code.code_id,
            masked: codes::masked(&code.last4),
            expires_at: purchase.codes_expire_at,
        };
        Self::new(purchase, purchase.codes.iter().map(code).collect())
    }
}

impl PurchaseView<CodeView> {
    /// A purchase with what has become of its codes.
    fn current(purchase: &Purchase, codes: &[Code], now: Timestamp) -> Self {
        let codes = codes.iter().map(|code| CodeView::new(code, now));
        Self::new(purchase, codes.collect())
    }
}

impl CodeView {
    fn new(code: &Code, now: Timestamp) -> Self {
        let (mut redeemed, mut replaced_by, mut refunded) = (None, None, None);
        match code.life {
            Life::Redeemed { redeemed_at, .. } => redeemed = Some(redeemed_at),
            Life::Replaced { replacement, .. } => replaced_by = Some(replacement),
            Life::Refunded { refund, .. } => refunded = Some(refund),
            Life::Issued | Life::Revoked { .. } => {}
        }
        let state = code.state(now);
        let next = match state {
            State::Issued if code.reservation(now).is_some() => Next::Wait,
            State::Issued if code.revealed_at.is_none() => Next::Reveal,
            State::Issued => Next::Use,
            State::Expired => Next::GiveBack,
            State::Replaced => Next::UseReplacement,
            State::Redeemed | State::Revoked | State::Refunded => Next::Nothing,
        };
        Self {
            code_id: code.code_id,
            masked: codes::masked(&code.last4),
            state,
            unit_price: code.unit_price,
            expires_at: code.expires_at,
            revealed_at: code.revealed_at,
            redeemed_at: redeemed,
            replaced_by,
            refund: refunded,
            next,
        }
    }
}

/// What became of a code that was given back.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[schemars(rename = "CodeOutcome")]
pub enum Outcome {
    /// What was paid for it came back.
    #[schemars(title = "Refunded")]
    Refunded {
        code_id: CodeId,
        /// How much.
        amount: Rjv,
        /// The transaction that gave it back.
        refund: EntryId,
        /// What the wallet held afterwards.
        balance_after: Rjv,
    },
    /// Another code took its place.
    #[schemars(title = "Replaced")]
    Replaced {
        code_id: CodeId,
        /// The other one.
        replacement: BoughtCodeView,
    },
}

impl Outcome {
    fn new(code_id: CodeId, ending: Ending) -> Self {
        match ending {
            Ending::Refunded {
                entry_id,
                amount,
                balance_after,
            } => Self::Refunded {
                code_id,
                amount,
                refund: entry_id,
                balance_after,
            },
            Ending::Replaced(code) => Self::Replaced {
                code_id,
                replacement: BoughtCodeView {
                    code_id: code.code_id,
                    masked: codes::masked(&code.last4),
                    expires_at: code.expires_at,
                },
            },
        }
    }
}
