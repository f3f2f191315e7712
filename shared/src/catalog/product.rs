//! Products: what a code is for, and how it is sold.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Change, Class, EarlyAccess, Image, Partner, ProductState, Returns, Stock, keys};
use crate::count::Count;
use crate::error::Failure;
use crate::id::{PartnerId, ProductId, derived};
use crate::invalid::Invalid;
use crate::table::{self, Condition, Tables, Write, number};
use crate::text::{Reference, Text, Word};
use crate::time::{Day, Timestamp};

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
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// What holds for the use of a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Text<1, 4000>>,
    /// What kind of thing it is.
    pub category: Word,
    /// Where a code can be used; anywhere, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Word>,
    /// From when on it can be bought; at once, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// Until when it can be bought, exclusively; for good, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// How long a code can be redeemed after it was bought.
    pub code_valid_days: ValidDays,
    /// The last day (in UTC) on which a code can be redeemed, whenever it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes_valid_until: Option<Day>,
    /// How many of its codes one member can buy; as many as wanted, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member_max: Option<PerMemberMax>,
    /// Where its codes come from.
    pub stock: Stock,
    /// Whether it stands at the front of the store.
    #[serde(default)]
    pub featured: bool,
    /// Who can buy it before its sale begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_access: Option<EarlyAccess>,
    /// What is done about codes that are given back.
    pub returns: Returns,
    /// Whether it is on sale.
    pub state: ProductState,
    /// Counts all changes.
    pub version: u32,
    /// Since when it is in the catalogue.
    pub created_at: Timestamp,
}

/// How long a code can be redeemed: up to two years.
pub type ValidDays = Count<730>;

/// How many codes of a product one member can buy.
pub type PerMemberMax = Count<1000>;

/// What is to change about a product. What is not set stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What members read.
    pub title: Option<Text<1, 100>>,
    /// What members read when they look closer.
    pub description: Option<Text<0, 2000>>,
    /// Its picture.
    pub image: Change<Image>,
    /// What holds for the use of a code.
    pub terms: Change<Text<1, 4000>>,
    /// What kind of thing it is.
    pub category: Option<Word>,
    /// Where a code can be used.
    pub region: Change<Word>,
    /// From when on it can be bought.
    pub starts_at: Change<Timestamp>,
    /// Until when it can be bought, exclusively.
    pub ends_at: Change<Timestamp>,
    /// How long codes bought from now on can be redeemed.
    pub code_valid_days: Option<ValidDays>,
    /// The last day (in UTC) on which codes bought from now on can be redeemed.
    pub codes_valid_until: Change<Day>,
    /// How many of its codes one member can buy.
    pub per_member_max: Change<PerMemberMax>,
    /// Where its codes come from: the kind stays, the total of a limited stock can change.
    pub stock: Option<Stock>,
    /// Whether it stands at the front of the store.
    pub featured: Option<bool>,
    /// Who can buy it before its sale begins.
    pub early_access: Change<EarlyAccess>,
    /// What is done about codes that are given back.
    pub returns: Option<Returns>,
    /// Whether it is on sale.
    pub state: Option<ProductState>,
}

impl Product {
    /// The name of the product with this reference.
    pub fn id_of(reference: &Reference) -> ProductId {
        ProductId::new(derived(&["product", reference.as_str()]))
    }

    /// A new product of a partner, on sale at once and without limits, with everything else as usual.
    pub fn new(
        reference: Reference,
        partner_id: PartnerId,
        title: Text<1, 100>,
        code_valid_days: ValidDays,
        now: Timestamp,
    ) -> Self {
        Self {
            product_id: Self::id_of(&reference),
            partner_id,
            reference,
            title,
            description: Text::default(),
            image: None,
            terms: None,
            category: Word::general(),
            region: None,
            starts_at: None,
            ends_at: None,
            code_valid_days,
            codes_valid_until: None,
            per_member_max: None,
            stock: Stock::default(),
            featured: false,
            early_access: None,
            returns: Returns::default(),
            state: ProductState::default(),
            version: 1,
            created_at: now,
        }
    }

    /// The product with these changes, as its next version; itself if they change nothing.
    #[must_use]
    pub fn changed(&self, changes: Changes) -> Self {
        let before = self.clone();
        let mut product = Self {
            title: changes.title.unwrap_or(before.title),
            description: changes.description.unwrap_or(before.description),
            image: changes.image.of(before.image),
            terms: changes.terms.of(before.terms),
            category: changes.category.unwrap_or(before.category),
            region: changes.region.of(before.region),
            starts_at: changes.starts_at.of(before.starts_at),
            ends_at: changes.ends_at.of(before.ends_at),
            code_valid_days: changes.code_valid_days.unwrap_or(before.code_valid_days),
            codes_valid_until: changes.codes_valid_until.of(before.codes_valid_until),
            per_member_max: changes.per_member_max.of(before.per_member_max),
            stock: changes.stock.unwrap_or(before.stock),
            featured: changes.featured.unwrap_or(before.featured),
            early_access: changes.early_access.of(before.early_access),
            returns: changes.returns.unwrap_or(before.returns),
            state: changes.state.unwrap_or(before.state),
            ..before
        };
        product.version = product.version.saturating_add(u32::from(product != *self));
        product
    }

    /// The product, if its parts agree with each other and with whose it is.
    pub fn checked(self, partner: &Partner) -> Result<Self, Invalid> {
        if self.featured && partner.class != Class::Exclusive {
            let reason = "only products of exclusive partners stand at the front";
            return Err(Invalid::at("/featured", reason));
        }
        if let (Some(from), Some(until)) = (self.starts_at, self.ends_at)
            && until <= from
        {
            return Err(Invalid::at("/ends_at", "the sale ends after it begins"));
        }
        if let Some(last) = self.codes_valid_until
            && self.starts_at.is_some_and(|from| from.day() > last)
        {
            let reason = "codes can be redeemed on the day on which the sale begins";
            return Err(Invalid::at("/codes_valid_until", reason));
        }
        if let Some(early) = &self.early_access {
            early
                .check(self.starts_at)
                .map_err(|invalid| invalid.within("/early_access"))?;
        }
        Ok(self)
    }

    /// When a code that is bought at `at` runs out.
    pub fn code_expires_at(&self, at: Timestamp) -> Timestamp {
        code_expires_at(at, self.code_valid_days, self.codes_valid_until)
    }

    /// Whether `other` was created by the same request.
    pub fn same_beginning(&self, other: &Self) -> bool {
        let beginning = |product: &Self| Self {
            created_at: self.created_at,
            ..product.clone()
        };
        beginning(self) == beginning(other)
    }
}

/// When a code that is bought at `at` runs out: so many days later, and no later than at the end of its last day.
pub fn code_expires_at(at: Timestamp, days: ValidDays, last: Option<Day>) -> Timestamp {
    let by_days = at.plus(TimeDelta::days(days.get().into()));
    last.map_or(by_days, |last| by_days.min(Timestamp::end_of(last)))
}

impl EarlyAccess {
    /// Makes sure that it comes before the sale and is for somebody.
    fn check(&self, starts_at: Option<Timestamp>) -> Result<(), Invalid> {
        if starts_at.is_none_or(|starts_at| starts_at <= self.from) {
            let reason = "early access begins before `starts_at`";
            return Err(Invalid::at("/from", reason));
        }
        if self.segments.is_empty() && self.goals.is_empty() && self.customers_of.is_none() {
            let reason = "name segments, goals or a class of partners";
            return Err(Invalid::at("", reason));
        }
        let words = self.segments.len().max(self.goals.len());
        if words > Self::WORDS_MAX {
            let reason = format!("at most {} segments and as many goals", Self::WORDS_MAX);
            return Err(Invalid::at("", reason));
        }
        Ok(())
    }

    /// The most segments, and the most goals.
    pub const WORDS_MAX: usize = 20;
}

/// The write that adds a product.
pub fn product_write(product: &Product) -> Result<Write, Failure> {
    Ok(Write::create(
        keys::product(product.product_id),
        table::item(product)?,
    ))
}

/// The write by which a product follows the version that was read.
pub fn product_change(before: &Product, after: &Product) -> Result<Write, Failure> {
    let unchanged = Condition::Equals("version", number(before.version.into()));
    Ok(Write::put(
        keys::product(after.product_id),
        table::item(after)?,
        unchanged,
    ))
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
