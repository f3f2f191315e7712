//! `POST /v1/purchases`: a quote is executed, once. The same quote again, at any time, answers the same purchase.

use serde::Deserialize;
use shared::error::Rejection;
use shared::lambda::{Answer, Call, Reply};
use shared::purchases::{self, Secrets};
use shared::seal::Signing;
use shared::store;
use shared::table::Tables;

use super::PurchaseView;

/// What is to be executed.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The text that came with the quote.
    quote: String,
}

/// Buys what was quoted.
pub async fn handle((tables, keys, secrets): &(Tables, Signing, Secrets), call: Call) -> Answer {
    let member = call.member()?;
    let Body { quote } = call.body()?;
    let (quote, key_version) = store::open(keys, &quote)?;
    if quote.member_id != member {
        return Err(Rejection::QuoteNotYours.into());
    }
    let purchase = purchases::buy(tables, secrets, &quote, key_version, call.now()).await?;
    Reply::created(&PurchaseView::bought(&purchase))
}
