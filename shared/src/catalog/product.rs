//! Products: what a code is for, and what one costs.

use serde::{Deserialize, Serialize};

use super::{keys, partner};
use crate::amount::{InvalidAmount, Rjv};
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::id::{PartnerId, ProductId, derived};
use crate::table::{self, Condition, Lost, Tables, Write, number};
use crate::text::{Reference, Text};
use crate::time::Timestamp;

/// A kind of code that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Product {
    /// Its name here.
    pub product_id: ProductId,
    /// Whose codes these are.
    pub partner_id: PartnerId,
    /// What the administrators call it.
    pub reference: Reference,
    /// What members read.
    pub title: Text<1, 100>,
    /// What members read when they look closer.
    pub description: Text<0, 2000>,
    /// What one code costs.
    pub token_price: TokenPrice,
    /// Counts the changes of the price.
    pub price_version: u32,
    /// How long a code can be redeemed after it was bought.
    pub code_valid_days: ValidDays,
    /// Whether it is on sale.
    pub state: ProductState,
    /// Counts all changes.
    pub version: u32,
    /// Since when it is in the catalogue.
    pub created_at: Timestamp,
}

/// Whether a product is on sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductState {
    /// It can be bought.
    Live,
    /// It cannot be bought for now.
    Paused,
}

/// What one code may cost: 20 to 30 RJV.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TokenPrice(Rjv);

/// Why an amount is not the price of a code.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPrice {
    /// It is not an amount.
    #[error(transparent)]
    Amount(#[from] InvalidAmount),
    /// It is too low or too high.
    #[error("a code costs {} to {} RJV", TokenPrice::MIN, TokenPrice::MAX)]
    OutOfRange,
}

impl TokenPrice {
    /// The least a code may cost.
    pub const MIN: Rjv = Rjv::whole(20);
    /// The most a code may cost.
    pub const MAX: Rjv = Rjv::whole(30);

    /// The price as an amount.
    pub fn amount(self) -> Rjv {
        self.0
    }
}

impl TryFrom<String> for TokenPrice {
    type Error = InvalidPrice;

    fn try_from(text: String) -> Result<Self, InvalidPrice> {
        let amount: Rjv = text.parse()?;
        (Self::MIN..=Self::MAX)
            .contains(&amount)
            .then_some(Self(amount))
            .ok_or(InvalidPrice::OutOfRange)
    }
}

impl From<TokenPrice> for String {
    fn from(price: TokenPrice) -> Self {
        price.0.to_string()
    }
}

/// How long a code can be redeemed, 1 to 730 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct ValidDays(u32);

/// Why a number of days is not accepted.
#[derive(Debug, thiserror::Error)]
#[error("a code is valid for 1 to {} days", ValidDays::MAX)]
pub struct InvalidDays;

impl ValidDays {
    /// Two years.
    pub const MAX: u32 = 730;
}

impl TryFrom<u32> for ValidDays {
    type Error = InvalidDays;

    fn try_from(days: u32) -> Result<Self, InvalidDays> {
        (1..=Self::MAX)
            .contains(&days)
            .then_some(Self(days))
            .ok_or(InvalidDays)
    }
}

impl From<ValidDays> for u32 {
    fn from(days: ValidDays) -> Self {
        days.0
    }
}

/// What is to change about a product. What is not set stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What members read.
    pub title: Option<Text<1, 100>>,
    /// What members read when they look closer.
    pub description: Option<Text<0, 2000>>,
    /// What one code costs.
    pub token_price: Option<TokenPrice>,
    /// How long a code can be redeemed after it was bought.
    pub code_valid_days: Option<ValidDays>,
    /// Whether it is on sale.
    pub state: Option<ProductState>,
}

impl Product {
    /// The name of the product with this reference.
    pub fn id_of(reference: &Reference) -> ProductId {
        ProductId::new(derived(&["product", reference.as_str()]))
    }

    /// The product with these changes, as its next version; itself if they change nothing.
    #[must_use]
    pub fn changed(&self, changes: Changes) -> Self {
        let mut product = self.clone();
        product.title = changes.title.unwrap_or(product.title);
        product.description = changes.description.unwrap_or(product.description);
        product.token_price = changes.token_price.unwrap_or(product.token_price);
        product.code_valid_days = changes.code_valid_days.unwrap_or(product.code_valid_days);
        product.state = changes.state.unwrap_or(product.state);
        product.price_version += u32::from(product.token_price != self.token_price);
        product.version += u32::from(product != *self);
        product
    }

    /// Whether `other` was created by the same request.
    fn same_beginning(&self, other: &Self) -> bool {
        let beginning = |product: &Self| Self {
            created_at: self.created_at,
            ..product.clone()
        };
        beginning(self) == beginning(other)
    }
}

/// Adds a product, or answers the one that the same request added before.
pub async fn create(tables: &Tables, product: Product, act: &Act) -> Result<Product, Error> {
    if partner(tables, product.partner_id).await?.is_none() {
        return Err(Rejection::PartnerNotFound.into());
    }
    let id = product.product_id;
    let write = Write::create(keys::product(id), table::item(&product)?);
    let note = audit::note(act, Action::CreateProduct, id, None, Some(&product))?;
    match table::commit(tables, vec![write.or(()), note.or(())]).await {
        Ok(_) => Ok(product),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Product = table::read(found.unwrap_or_default())?;
            if product.same_beginning(&there) {
                return Ok(there);
            }
            Err(Rejection::ProductConflict {
                product_id: there.product_id.to_string(),
            }
            .into())
        }
    }
}

/// Changes the product that is at `version`, or answers it if it already is as the changes want it.
pub async fn update(
    tables: &Tables,
    id: ProductId,
    version: u32,
    changes: Changes,
    act: &Act,
) -> Result<Product, Error> {
    let before: Product = product(tables, id)
        .await?
        .ok_or(Rejection::ProductNotFound)?;
    let after = before.changed(changes);
    if after == before {
        return Ok(before);
    }
    if before.version != version {
        return Err(Rejection::VersionConflict {
            version: before.version,
        }
        .into());
    }
    let unchanged = Condition::Equals("version", number(version.into()));
    let write = Write::put(keys::product(id), table::item(&after)?, unchanged);
    let note = audit::note(act, Action::UpdateProduct, id, Some(&before), Some(&after))?;
    match table::commit(tables, vec![write.or(()), note.or(())]).await {
        Ok(_) => Ok(after),
        Err(Lost::Failed(failure)) => Err(failure.into()),
        Err(Lost::Refused((), found)) => {
            let there: Product = table::read(found.unwrap_or_default())?;
            Err(Rejection::VersionConflict {
                version: there.version,
            }
            .into())
        }
    }
}

/// Reads one product.
pub async fn product(tables: &Tables, id: ProductId) -> Result<Option<Product>, Failure> {
    tables.get(&keys::product(id)).await
}

/// Reads products in the order of their ids, behind `after`; and the one to go on behind, if there may be more.
pub async fn products(
    tables: &Tables,
    after: Option<ProductId>,
    limit: usize,
) -> Result<(Vec<Product>, Option<ProductId>), Failure> {
    let (products, next): (Vec<Product>, _) = tables.page(&keys::products(after, limit)).await?;
    let next = next.and(products.last().map(|product| product.product_id));
    Ok((products, next))
}
