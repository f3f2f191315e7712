//! `POST /admin/v1/products`: a new product of a partner. The same request again answers the same product.

use serde::Deserialize;
use shared::catalog::{
    EarlyAccess, Image, PerMemberMax, Product, ProductState, Returns, Stock, TokenPrice, ValidDays,
};
use shared::error::Rejection;
use shared::id::PartnerId;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::PriceTerms;
use shared::store::{self, NewProduct};
use shared::table::Tables;
use shared::text::{Reference, Text, Word};
use shared::time::{Day, Timestamp};

/// What the product is.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What the administrators call it. The same reference with other contents is refused.
    reference: Reference,
    partner_id: PartnerId,
    title: Text<1, 100>,
    description: Text<0, 2000>,
    image: Option<Image>,
    /// What holds for the use of a code.
    terms: Option<Text<1, 4000>>,
    /// What kind of thing it is; `general`, without.
    category: Option<Word>,
    /// Where a code can be used; anywhere, without.
    region: Option<Word>,
    /// From when on it can be bought; at once, without.
    starts_at: Option<Timestamp>,
    /// Until when it can be bought, exclusively; for good, without.
    ends_at: Option<Timestamp>,
    /// What one code costs at first, 20 to 30 RJV.
    token_price: TokenPrice,
    /// How many days a code can be redeemed after it was bought.
    code_valid_days: ValidDays,
    /// The last day (in UTC) on which a code can be redeemed, whenever it was bought.
    codes_valid_until: Option<Day>,
    /// How many of its codes one member can buy; as many as wanted, without.
    per_member_max: Option<PerMemberMax>,
    /// Where its codes come from; minted as many as are wanted, without.
    #[serde(default)]
    stock: Stock,
    /// Whether it stands at the front of the store, which is for exclusive partners.
    #[serde(default)]
    featured: bool,
    /// Who can buy it before `starts_at`.
    early_access: Option<EarlyAccess>,
    /// What is done about codes that are given back.
    #[serde(default)]
    returns: Returns,
    /// `draft` or `live`; live, without.
    #[serde(default)]
    state: ProductState,
}

/// Creates the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let body: Body = call.body()?;
    if !matches!(body.state, ProductState::Draft | ProductState::Live) {
        return Err(Rejection::InvalidBody {
            pointer: "/state".to_owned(),
            reason: "a new product is `draft` or `live`".to_owned(),
        }
        .into());
    }
    let price = PriceTerms::of(body.token_price.amount());
    let product = product(body, call.now());
    Reply::created(&store::create(tables, NewProduct { product, price }, &act).await?)
}

fn product(body: Body, now: Timestamp) -> Product {
    let Body {
        reference,
        partner_id,
        title,
        code_valid_days,
        ..
    } = body;
    let product = Product::new(reference, partner_id, title, code_valid_days, now);
    Product {
        description: body.description,
        image: body.image,
        terms: body.terms,
        category: body.category.unwrap_or_else(Word::general),
        region: body.region,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        codes_valid_until: body.codes_valid_until,
        per_member_max: body.per_member_max,
        stock: body.stock,
        featured: body.featured,
        early_access: body.early_access,
        returns: body.returns,
        state: body.state,
        ..product
    }
}
