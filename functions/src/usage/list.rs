//! `GET /v1/usage`: what became of the codes of the partner's products in a time, product by product. It takes seconds to get here.

use serde::{Deserialize, Serialize};
use shared::catalog::Product;
use shared::error::Failure;
use shared::id::ProductId;
use shared::lambda::{Answer, Call, Limit, Pages, Reply};
use shared::seal::Signing;
use shared::table::Tables;
use shared::text::Text;
use shared::time::Day;
use shared::usage::{self, Counts};

use super::views::{Usage, check_days};

/// Which days are wanted, and which page.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OwnUsageQuery")]
pub struct Query {
    /// The first day, in UTC.
    from: Day,
    /// The day behind the last one, at most 31 days later.
    until: Day,
    #[serde(default)]
    limit: Limit,
    cursor: Option<String>,
}

/// What became of the codes of one product.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "OwnUsage")]
pub struct View {
    product_id: ProductId,
    /// What the product is called in the store.
    title: Text<1, 100>,
    #[serde(flatten)]
    usage: Usage,
}

/// How many days are read at most.
const DAYS_MAX: i64 = 31;

/// Answers a page of the partner's products, each with its usage.
pub async fn handle((tables, keys): &(Tables, Signing), call: Call) -> Answer {
    let partner = call.partner()?;
    let query: Query = call.query()?;
    check_days(query.from, query.until, DAYS_MAX)?;
    let pages = Pages::of(keys, "usage", partner);
    let after = pages.open(query.cursor.as_deref())?;
    let (days, limit) = ((query.from, query.until), query.limit.get());
    let (products, next) = usage::of_partner(tables, partner, days, after, limit).await?;
    let views = products.into_iter().map(View::new);
    let views: Vec<View> = views.collect::<Result<_, _>>()?;
    Reply::ok(&pages.page(views, next)?)
}

impl View {
    fn new((product, counts): (Product, Counts)) -> Result<Self, Failure> {
        Ok(Self {
            product_id: product.product_id,
            title: product.title,
            usage: Usage::try_from(&counts)?,
        })
    }
}
