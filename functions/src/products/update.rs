//! `PATCH /admin/v1/products/{product_id}`: a product changes, if it is still as the administrator saw it.

use serde::Deserialize;
use shared::catalog::{
    Change, Changes, EarlyAccess, Image, PerMemberMax, ProductState, Returns, Stock, ValidDays,
};
use shared::lambda::{Answer, Call, Reply};
use shared::store;
use shared::table::Tables;
use shared::text::{Text, Word};
use shared::time::{Day, Timestamp};

/// What is to change. What is left out stays; what is `null` goes.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The version that was seen.
    version: u32,
    title: Option<Text<1, 100>>,
    description: Option<Text<0, 2000>>,
    #[serde(default)]
    image: Change<Image>,
    #[serde(default)]
    terms: Change<Text<1, 4000>>,
    category: Option<Word>,
    #[serde(default)]
    region: Change<Word>,
    #[serde(default)]
    starts_at: Change<Timestamp>,
    #[serde(default)]
    ends_at: Change<Timestamp>,
    /// How many days codes bought from now on can be redeemed.
    code_valid_days: Option<ValidDays>,
    /// The last day (in UTC) on which codes bought from now on can be redeemed.
    #[serde(default)]
    codes_valid_until: Change<Day>,
    #[serde(default)]
    per_member_max: Change<PerMemberMax>,
    /// The kind of a stock stays. The total of a limited one can change; what is left changes with it.
    stock: Option<Stock>,
    featured: Option<bool>,
    #[serde(default)]
    early_access: Change<EarlyAccess>,
    returns: Option<Returns>,
    /// A draft goes live, what is live can be paused and go live again, and everything can be archived, for good.
    state: Option<ProductState>,
}

/// Changes the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let id = call.path("product_id")?;
    let body: Body = call.body()?;
    let changes = Changes {
        title: body.title,
        description: body.description,
        image: body.image,
        terms: body.terms,
        category: body.category,
        region: body.region,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        code_valid_days: body.code_valid_days,
        codes_valid_until: body.codes_valid_until,
        per_member_max: body.per_member_max,
        stock: body.stock,
        featured: body.featured,
        early_access: body.early_access,
        returns: body.returns,
        state: body.state,
    };
    Reply::ok(&store::update(tables, id, body.version, changes, &act).await?)
}
