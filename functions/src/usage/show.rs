//! `GET /admin/v1/products/{product_id}/usage`: what became of the codes of a product in a time. It takes seconds to get here.

use serde::{Deserialize, Serialize};
use shared::catalog;
use shared::error::{Failure, Rejection};
use shared::id::ProductId;
use shared::lambda::{Answer, Call, Reply};
use shared::table::Tables;
use shared::time::{Day, Timestamp};
use shared::usage::{self, Counts};

use super::views::{Usage, check_days};

/// Which days are wanted.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UsageQuery")]
pub struct Query {
    /// The first day, in UTC.
    from: Day,
    /// The day behind the last one, at most 92 days later.
    until: Day,
}

/// What became of the codes of a product.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ProductUsage")]
pub struct View {
    product_id: ProductId,
    from: Day,
    until: Day,
    as_of: Timestamp,
    /// All days together.
    total: Usage,
    /// The days on which anything happened.
    days: Vec<DayView>,
}

/// What became of codes on a day.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "UsageOnDay")]
pub struct DayView {
    day: Day,
    #[serde(flatten)]
    usage: Usage,
}

/// How many days are read at most.
const DAYS_MAX: i64 = 92;

/// Answers the usage of the product.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    call.staff()?;
    let product_id: ProductId = call.path("product_id")?;
    let Query { from, until } = call.query()?;
    check_days(from, until, DAYS_MAX)?;
    let product = catalog::product(tables, product_id).await?;
    product.ok_or(Rejection::ProductNotFound)?;
    let counts = usage::of(tables, product_id, from, until).await?;
    let mut total = Counts::default();
    for day in counts.values() {
        total.merge(day);
    }
    let days = counts.iter().map(DayView::new);
    Reply::ok(&View {
        product_id,
        from,
        until,
        as_of: call.now(),
        total: Usage::try_from(&total)?,
        days: days.collect::<Result<_, _>>()?,
    })
}

impl DayView {
    fn new((day, counts): (&Day, &Counts)) -> Result<Self, Failure> {
        let usage = Usage::try_from(counts)?;
        Ok(Self { day: *day, usage })
    }
}
