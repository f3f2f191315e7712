//! What the house sells: codes of every kind of stock, with every remedy for those that come back.

use shared::amount::Rjv;
use shared::catalog::{
    self, Class, Partner, PerMemberMax, Product, ProductState, Remedy, ReturnDays, Returns, Stock,
    StockTotal,
};
use shared::pricing::{Bulk, BulkMode, Price, PriceTerms, Tier};
use shared::ratio::Ratio;
use shared::store::Offer;

use super::{start, text, word};

/// The partners, each with its class.
pub const PARTNERS: [(&str, Class); 3] = [
    ("gym", Class::Standard),
    ("lab", Class::Exclusive),
    ("spa", Class::Standard),
];

/// Something on sale.
struct Ware {
    partner: &'static str,
    product: &'static str,
    price: u32,
    /// For how many days a code is valid.
    valid_days: u32,
    stock: Stock,
    per_member_max: Option<PerMemberMax>,
    /// What is done for who changed his mind, whose code did not work, and whose code ran out.
    remedies: [Remedy; 3],
}

/// How many products there are.
pub const WARES_COUNT: usize = WARES.len();

/// The product of which there are few.
pub const FEW: usize = 3;

/// The product whose codes its partner brings.
pub const BROUGHT: usize = 4;

/// Of the product of which there are few, how many there are at first.
const FEW_COUNT: u32 = 12;

const WARES: [Ware; 5] = [
    Ware {
        partner: "gym",
        product: "pass",
        price: 25,
        valid_days: 30,
        stock: Stock::Unlimited {},
        per_member_max: None,
        remedies: [Remedy::Refund, Remedy::Replace, Remedy::Refuse],
    },
    Ware {
        partner: "lab",
        product: "test",
        price: 30,
        valid_days: 365,
        stock: Stock::Unlimited {},
        per_member_max: Some(PerMemberMax::of(60)),
        remedies: [Remedy::Refund, Remedy::Refund, Remedy::Refuse],
    },
    Ware {
        partner: "spa",
        product: "hour",
        price: 20,
        valid_days: 1,
        stock: Stock::Unlimited {},
        per_member_max: None,
        remedies: [Remedy::Refuse, Remedy::Replace, Remedy::Refund],
    },
    Ware {
        partner: "gym",
        product: "locker",
        price: 22,
        valid_days: 30,
        stock: Stock::Limited {
            total: StockTotal::of(FEW_COUNT),
        },
        per_member_max: Some(PerMemberMax::of(4)),
        remedies: [Remedy::Refund, Remedy::Refund, Remedy::Refund],
    },
    Ware {
        partner: "lab",
        product: "kit",
        price: 21,
        valid_days: 30,
        stock: Stock::Pool {},
        per_member_max: Some(PerMemberMax::of(6)),
        remedies: [Remedy::Refund, Remedy::Replace, Remedy::Refund],
    },
];

/// The partner of this name.
pub fn partner(name: &str) -> Partner {
    let class = PARTNERS.iter().find(|(known, _)| *known == name);
    let class = class.map_or(Class::Standard, |(_, class)| *class);
    Partner::new(text(name), text(name), class, start())
}

/// Everything on sale.
pub fn offers() -> Vec<Offer> {
    WARES.iter().map(offer).collect()
}

fn offer(ware: &Ware) -> Offer {
    let partner = partner(ware.partner);
    let [changed_mind, did_not_work, expired] = ware.remedies;
    let product = Product {
        product_id: Product::id_of(&text(ware.product)),
        partner_id: partner.partner_id,
        reference: text(ware.product),
        title: text(ware.product),
        description: text(""),
        image: None,
        terms: None,
        category: word("wellness"),
        region: None,
        starts_at: None,
        ends_at: None,
        code_valid_days: ware.valid_days.try_into().expect("days"),
        codes_valid_until: None,
        per_member_max: ware.per_member_max,
        stock: ware.stock,
        featured: false,
        early_access: None,
        returns: Returns {
            changed_mind,
            did_not_work,
            expired,
            days: ReturnDays::of(14),
        },
        state: ProductState::Live,
        version: 1,
        created_at: start(),
    };
    let left = match ware.stock {
        Stock::Unlimited {} => None,
        Stock::Limited { total } => Some(u64::from(total.get())),
        Stock::Pool {} => Some(0),
    };
    Offer {
        price: Price::new(product.product_id, terms(ware.price), start()),
        product,
        partner,
        left,
    }
}

/// What a code costs that costs so much: less, if one buys several.
pub fn terms(price: u32) -> PriceTerms {
    let tier = |from, percent_off: u32| Tier {
        from,
        percent_off: Ratio::from_units(percent_off * 10_000),
    };
    PriceTerms {
        bulk: Some(Bulk {
            mode: BulkMode::Graduated,
            tiers: vec![tier(2, 7), tier(3, 11)],
        }),
        ..PriceTerms::of(Rjv::whole(price))
    }
}

/// The partners' writes.
pub fn partner_writes() -> Vec<shared::table::Write> {
    let partners = PARTNERS.iter().map(|(name, _)| partner(name));
    let writes = partners.map(|partner| catalog::partner_write(&partner));
    writes.map(|write| write.expect("a write")).collect()
}
