pub mod list;
pub mod show;

use serde::Serialize;
use shared::amount::Rjv;
use shared::catalog::{Offer, TokenPrice, ValidDays};
use shared::id::{PartnerId, ProductId};
use shared::text::Text;

/// A product as a member sees it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ProductView {
    product_id: ProductId,
    partner: PartnerView,
    title: Text<1, 100>,
    description: Text<0, 2000>,
    is_exclusive_rjv_partner: bool,
    /// What one code costs.
    token_price: TokenPrice,
    /// Whether it can be bought.
    available: bool,
    /// Whether the caller has enough for one.
    affordable: bool,
    /// How long a code can be redeemed after it was bought.
    code_valid_days: ValidDays,
}

/// Whose codes these are.
#[derive(Serialize, schemars::JsonSchema)]
pub struct PartnerView {
    partner_id: PartnerId,
    name: Text<1, 100>,
}

impl ProductView {
    /// The offer as a member who can spend `funds` sees it.
    fn new(offer: &Offer, funds: Rjv) -> Self {
        let Offer { product, partner } = offer;
        Self {
            product_id: product.product_id,
            partner: PartnerView {
                partner_id: partner.partner_id,
                name: partner.name.clone(),
            },
            title: product.title.clone(),
            description: product.description.clone(),
            is_exclusive_rjv_partner: offer.is_exclusive(),
            token_price: product.token_price,
            available: offer.is_available(),
            affordable: product.token_price.amount() <= funds,
            code_valid_days: product.code_valid_days,
        }
    }
}
