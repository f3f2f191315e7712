//! Prices as administrators keep them: one head a product, and a version for each change, with its reason.
//!
//! The head and the version are written in one transaction under the head's version, so the history of a price is complete,
//! and its versions count from 1 without gaps, whether administrators or rules move it.

use serde::{Deserialize, Serialize};

use super::{
    Cause, Dynamic, Price, PriceBook, PriceTerms, Repriced, Subject, keys, read_book, reset,
};
use crate::audit::{self, Act, Action};
use crate::catalog::{self, Partner, Product};
use crate::error::{Error, Failure, Rejection};
use crate::id::{MemberId, ProductId};
use crate::ratio::Ratio;
use crate::table::{self, Condition, Item, Key, Lost, Tables, Write, number};
use crate::text::Text;
use crate::time::Timestamp;

/// A price in one version. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PriceVersion {
    /// Counts from 1.
    pub version: u32,
    /// What administrators set.
    pub terms: PriceTerms,
    /// What rules made of it.
    pub dynamic: Dynamic,
    /// Since when it was so.
    pub changed_at: Timestamp,
    /// Why it became so.
    pub reason: PriceReason,
}

/// Why a price became what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceReason {
    /// An administrator set its terms.
    Set {
        /// Who, named as a member is.
        by: MemberId,
        /// What they said about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Text<1, 400>>,
    },
    /// Rules moved it.
    Repriced {
        /// What their factor was before.
        factor_before: Ratio,
        /// What it is now.
        factor: Ratio,
        /// Which rules, what they looked at, and what that came to.
        causes: Vec<Cause>,
    },
}

/// What is to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The version that was seen. That rules moved the price since then is no conflict.
    pub version: u32,
    /// The terms.
    pub terms: PriceTerms,
    /// What is to be said about it.
    pub note: Option<Text<1, 400>>,
}

/// A price and what is priced.
#[derive(Clone, Debug)]
pub struct Subjected {
    /// The price.
    pub price: Price,
    /// The product.
    pub product: Product,
    /// Whose it is.
    pub partner: Partner,
}

/// How often a change is tried again because a rule, or another administrator, was first.
const ATTEMPTS_MAX: u32 = 8;

/// What rules and promotions look at when they price this product.
pub fn subject<'a>(product: &'a Product, partner: &Partner) -> Subject<'a> {
    Subject {
        product_id: product.product_id,
        partner_id: product.partner_id,
        partner_class: partner.class,
        category: &product.category,
    }
}

impl Subjected {
    /// What rules and promotions look at.
    pub fn subject(&self) -> Subject<'_> {
        subject(&self.product, &self.partner)
    }
}

/// Where the price of a product stands.
pub fn price_key(product: ProductId) -> Key {
    keys::price(product)
}

/// Whether what stands at this sort key of the store is a price.
pub fn is_price(sk: &str) -> bool {
    keys::is_price(sk)
}

/// The price that an item of the store is.
pub fn price_from(item: Item) -> Result<Price, Failure> {
    table::read(item)
}

/// Reads the price of a product.
pub async fn find(tables: &Tables, product: ProductId) -> Result<Price, Error> {
    let price = tables.get(&keys::price(product)).await?;
    Ok(price.ok_or(Rejection::ProductNotFound)?)
}

/// Reads the price of a product, and what is priced.
pub async fn find_subjected(tables: &Tables, product: ProductId) -> Result<Subjected, Error> {
    let price = find(tables, product).await?;
    let product = catalog::product(tables, product).await?;
    let product = product.ok_or(Rejection::ProductNotFound)?;
    let partner = catalog::partner(tables, product.partner_id).await?;
    Ok(Subjected {
        price,
        partner: partner
            .ok_or_else(|| Failure::broken("a product of a partner that is not there"))?,
        product,
    })
}

/// Reads prices in the order of their products' ids, behind `after`; and the one to go on behind, if there may be more.
pub async fn list(
    tables: &Tables,
    after: Option<ProductId>,
    limit: usize,
) -> Result<(Vec<Price>, Option<ProductId>), Failure> {
    let (prices, next): (Vec<Price>, _) = tables.page(&keys::prices(after, limit)).await?;
    let next = next.and(prices.last().map(|price| price.product_id));
    Ok((prices, next))
}

/// Reads the versions of a price, newest first, behind the place `after`; and the place to go on from, if there may be more.
pub async fn versions(
    tables: &Tables,
    product: ProductId,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<PriceVersion>, Option<String>), Failure> {
    tables
        .page(&keys::price_versions(product, after, limit))
        .await
}

/// Reads one version of a price.
pub async fn version(
    tables: &Tables,
    product: ProductId,
    version: u32,
) -> Result<PriceVersion, Error> {
    let found = tables.get(&keys::price_version(product, version)).await?;
    Ok(found.ok_or(Rejection::VersionNotFound { version })?)
}

/// The first price of a product, and the writes that create it with its first version. They belong into the transaction that
/// creates the product, which is noted there.
pub fn first_price_writes(
    product: ProductId,
    terms: PriceTerms,
    act: &Act,
) -> Result<(Price, Vec<Write>), Error> {
    let terms = terms.checked().map_err(Rejection::from)?;
    let price = Price::new(product, terms, act.at);
    let reason = PriceReason::Set {
        by: act.actor,
        note: None,
    };
    let head = Write::create(keys::price(product), table::item(&price)?);
    let writes = vec![head, version_write(&price, reason)?];
    Ok((price, writes))
}

/// Sets the terms of a price, if they are sound and still what the administrator saw; if the terms are so already, that is the
/// answer.
pub async fn set(
    tables: &Tables,
    product: ProductId,
    setting: Setting,
    act: &Act,
) -> Result<Price, Error> {
    let terms = setting.terms.clone().checked().map_err(Rejection::from)?;
    let mut book: Option<PriceBook> = None;
    for attempt in 1..=ATTEMPTS_MAX {
        let subjected = find_subjected(tables, product).await?;
        let before = &subjected.price;
        if before.terms == terms {
            return Ok(subjected.price);
        }
        if !has_seen(tables, before, setting.version).await? {
            let version = before.version;
            return Err(Rejection::VersionConflict { version }.into());
        }
        let book = match &book {
            Some(book) => book,
            None => book.insert(read_book(tables, act.at).await?),
        };
        let subject = subjected.subject();
        let after = reset(before, terms.clone(), book.published(), &subject, act.at);
        let reason = PriceReason::Set {
            by: act.actor,
            note: setting.note.clone(),
        };
        let mut writes = change_writes(before, &after, Some(reason))?;
        let (old, new) = (&before.terms, &after.terms);
        let action = Action::SetPrice;
        writes.push(audit::note(act, action, product, Some(old), Some(new))?);
        if table::commit_unless_moved(tables, writes, attempt).await? {
            return Ok(after);
        }
    }
    Err(Failure::unavailable("this changed during every attempt to set it").into())
}

/// Writes down that rules moved a price, or what it cost at its lowest. Answers whether that was done: if anybody changed the
/// price since it was read, theirs holds.
pub async fn record(tables: &Tables, before: &Price, repriced: &Repriced) -> Result<bool, Failure> {
    let after = &repriced.price;
    let reason = (after.version != before.version).then(|| PriceReason::Repriced {
        factor_before: repriced.factor_before,
        factor: after.dynamic.factor,
        causes: repriced.causes.clone(),
    });
    let writes = change_writes(before, after, reason)?.into_iter();
    match table::commit(tables, writes.map(|write| write.or(())).collect()).await {
        Ok(_) => Ok(true),
        Err(Lost::Refused((), _)) => Ok(false),
        Err(Lost::Failed(failure)) => Err(failure),
    }
}

/// Whether who saw this version saw the terms that hold.
async fn has_seen(tables: &Tables, price: &Price, version: u32) -> Result<bool, Failure> {
    if price.version == version {
        return Ok(true);
    }
    let key = keys::price_version(price.product_id, version);
    let seen: Option<PriceVersion> = tables.get(&key).await?;
    Ok(seen.is_some_and(|seen| seen.terms == price.terms))
}

/// The writes of a change; without a reason it is no new version.
fn change_writes(
    before: &Price,
    after: &Price,
    reason: Option<PriceReason>,
) -> Result<Vec<Write>, Failure> {
    let unchanged = Condition::Equals("version", number(before.version.into()));
    let head = Write::put(
        keys::price(after.product_id),
        table::item(after)?,
        unchanged,
    );
    let mut writes = vec![head];
    if let Some(reason) = reason {
        writes.push(version_write(after, reason)?);
    }
    Ok(writes)
}

fn version_write(price: &Price, reason: PriceReason) -> Result<Write, Failure> {
    let version = PriceVersion {
        version: price.version,
        terms: price.terms.clone(),
        dynamic: price.dynamic.clone(),
        changed_at: price.changed_at,
        reason,
    };
    let key = keys::price_version(price.product_id, price.version);
    Ok(Write::create(key, table::item(&version)?))
}
