//! `PUT /admin/v1/prices/{product_id}`: what a code costs before rules and promotions, if it is still as the administrator saw it.

use serde::Deserialize;
use shared::lambda::{Answer, Call, Reply};
use shared::pricing::PriceTerms;
use shared::pricing::prices::{self, Setting};
use shared::table::Tables;
use shared::text::Text;

use super::views::PriceView;

/// What is to be set.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The version that was seen. That rules moved the price since then is no conflict.
    version: u32,
    terms: PriceTerms,
    /// Why.
    note: Option<Text<1, 400>>,
}

/// Sets the terms of the price.
pub async fn handle(tables: &Tables, call: Call) -> Answer {
    let act = call.admin()?;
    let product = call.path("product_id")?;
    let body: Body = call.body()?;
    let setting = Setting {
        version: body.version,
        terms: body.terms,
        note: body.note,
    };
    let price = prices::set(tables, product, setting, &act).await?;
    Reply::ok(&PriceView::of(&price))
}
