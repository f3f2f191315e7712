pub mod list;
pub mod show;

use serde::Serialize;
use shared::amount::Rjv;
use shared::catalog::{Image, Product, Returns, ValidDays};
use shared::id::{PartnerId, ProductId};
use shared::pricing::Applied;
use shared::store::{Availability, Shown, Visitor};
use shared::text::{Text, Word};
use shared::time::{Day, Timestamp};

/// A product as a member sees it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ProductView {
    product_id: ProductId,
    partner: PartnerView,
    title: Text<1, 100>,
    description: Text<0, 2000>,
    image: Option<Image>,
    /// What holds for the use of a code.
    terms: Option<Text<1, 4000>>,
    category: Word,
    /// Where a code can be used; anywhere, without.
    region: Option<Word>,
    is_exclusive_rjv_partner: bool,
    /// Whether it stands at the front of the store.
    featured: bool,
    /// What one code costs.
    token_price: Rjv,
    /// What one code costs without the promotions, if they make it cheaper.
    token_price_before: Option<Rjv>,
    /// The promotions that make it cheaper.
    promotions: Vec<Applied>,
    /// When the first of them ends.
    promotion_ends_at: Option<Timestamp>,
    /// What one code cost at its lowest in the 30 days before they began; without any, in the last 30 days.
    low_30d: Rjv,
    /// Whether it can be bought.
    availability: Availability,
    /// Whether the caller has enough for one.
    affordable: bool,
    /// From when on everybody can buy it; at once, without.
    starts_at: Option<Timestamp>,
    /// Until when it can be bought, exclusively; for good, without.
    ends_at: Option<Timestamp>,
    /// How many days a code can be redeemed after it was bought.
    code_valid_days: ValidDays,
    /// The last day (in UTC) on which a code can be redeemed, whenever it was bought.
    codes_valid_until: Option<Day>,
    /// What is done about codes that are given back.
    returns: Returns,
}

/// Whose codes these are.
#[derive(Serialize, schemars::JsonSchema)]
pub struct PartnerView {
    partner_id: PartnerId,
    name: Text<1, 100>,
}

impl ProductView {
    /// The offer as `visitor` sees it.
    fn new(shown: Shown<'_>, visitor: &Visitor) -> Self {
        let Shown {
            offer,
            status,
            priced,
        } = shown;
        let (product, partner): (Product, _) = (offer.product.clone(), &offer.partner);
        Self {
            product_id: product.product_id,
            partner: PartnerView {
                partner_id: partner.partner_id,
                name: partner.name.clone(),
            },
            title: product.title,
            description: product.description,
            image: product.image,
            terms: product.terms,
            category: product.category,
            region: product.region,
            is_exclusive_rjv_partner: offer.is_exclusive(),
            featured: product.featured,
            token_price: priced.unit_price,
            token_price_before: priced.before,
            promotions: priced.promotions,
            promotion_ends_at: priced.promotion_ends_at,
            low_30d: priced.low_30d,
            availability: offer.availability(status, visitor),
            affordable: priced.unit_price <= visitor.funds,
            starts_at: product.starts_at,
            ends_at: product.ends_at,
            code_valid_days: product.code_valid_days,
            codes_valid_until: product.codes_valid_until,
            returns: product.returns,
        }
    }
}
