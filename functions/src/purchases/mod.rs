pub mod buy;
pub mod list;
pub mod quote;
pub mod reveal;
pub mod show;

use serde::Serialize;
use shared::amount::Rjv;
use shared::codes::{self, Code, Life, State};
use shared::id::{CodeId, PartnerId, ProductId, PurchaseId, QuoteId};
use shared::purchases::Purchase;
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
    expires_at: Timestamp,
    /// When its holder first saw it.
    revealed_at: Option<Timestamp>,
    redeemed_at: Option<Timestamp>,
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
    /// Purchases with what has become of their codes, given in the same order.
    fn current(purchases: &[Purchase], codes: Vec<Code>, now: Timestamp) -> Vec<Self> {
        let mut codes = codes.into_iter().map(|code| CodeView::new(&code, now));
        let view = |purchase: &Purchase| {
            Self::new(
                purchase,
                codes.by_ref().take(purchase.codes.len()).collect(),
            )
        };
        purchases.iter().map(view).collect()
    }
}

impl CodeView {
    fn new(code: &Code, now: Timestamp) -> Self {
        let redeemed_at = match code.life {
            Life::Redeemed { redeemed_at, .. } => Some(redeemed_at),
            Life::Issued | Life::Revoked { .. } | Life::Replaced { .. } | Life::Refunded { .. } => {
                None
            }
        };
        Self {
            code_id: code.code_id,
            masked: codes::masked(&code.last4),
            state: code.state(now),
            expires_at: code.expires_at,
            revealed_at: code.revealed_at,
            redeemed_at,
        }
    }
}
