//! Prices, and the rules and promotions that move them, as administrators see them.

use serde::Serialize;
use shared::id::{MemberId, ProductId};
use shared::pricing::promotions::PromotionHead;
use shared::pricing::rules::RuleHead;
use shared::pricing::{Dynamic, Price, PricePromotionTerms, PriceRuleTerms, PriceTerms};
use shared::publication::{Content, Head, Published, State, Version};
use shared::text::{Text, Word};
use shared::time::Timestamp;

/// The price of a product as it is now.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PriceNow")]
pub struct PriceView {
    product_id: ProductId,
    /// Counts its changes from 1.
    version: u32,
    /// What administrators set.
    terms: PriceTerms,
    /// What rules make of it.
    dynamic: Dynamic,
    /// Since when it is what it is.
    changed_at: Timestamp,
}

/// A price rule.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PriceRule")]
pub struct PriceRuleView {
    rule_id: Word,
    #[serde(flatten)]
    standing: StandingView<PriceRuleTerms>,
}

/// A price promotion.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PricePromotion")]
pub struct PricePromotionView {
    promotion_id: Word,
    #[serde(flatten)]
    standing: StandingView<PricePromotionTerms>,
}

/// What administrators made of it.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "{W}Standing")]
struct StandingView<W> {
    state: State,
    /// How many versions there are.
    latest_version: u32,
    /// The version that holds, or held last; none, if it was never published.
    published: Option<PublishedView<W>>,
    /// When anything about it changed last.
    changed_at: Timestamp,
}

/// A version that was published.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Published{W}")]
pub struct PublishedView<W> {
    version: u32,
    terms: W,
    published_at: Timestamp,
    /// Who published it, named as a member is.
    published_by: MemberId,
    /// Why it was published.
    reason: Option<Text<1, 400>>,
}

/// A version. It never changes.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "{W}Version")]
pub struct VersionView<W> {
    version: u32,
    terms: W,
    created_at: Timestamp,
    /// Who wrote it, named as a member is.
    created_by: MemberId,
}

impl PriceView {
    /// The price without what it was.
    pub fn of(price: &Price) -> Self {
        Self {
            product_id: price.product_id,
            version: price.version,
            terms: price.terms.clone(),
            dynamic: price.dynamic.clone(),
            changed_at: price.changed_at,
        }
    }
}

impl PriceRuleView {
    /// The rule as it is at `now`.
    pub fn of(rule: &RuleHead, now: Timestamp) -> Self {
        Self {
            rule_id: rule.id.clone(),
            standing: StandingView::of(rule, now),
        }
    }
}

impl PricePromotionView {
    /// The promotion as it is at `now`.
    pub fn of(promotion: &PromotionHead, now: Timestamp) -> Self {
        Self {
            promotion_id: promotion.id.clone(),
            standing: StandingView::of(promotion, now),
        }
    }
}

impl<W> StandingView<W> {
    fn of<C: Content<Written = W>>(head: &Head<C>, now: Timestamp) -> Self {
        Self {
            state: head.state(now),
            latest_version: head.latest_version,
            published: head.published.as_ref().map(PublishedView::of),
            changed_at: head.changed_at,
        }
    }
}

impl<W> PublishedView<W> {
    fn of<C: Content<Written = W>>(published: &Published<C>) -> Self {
        Self {
            version: published.version,
            terms: published.content.written(),
            published_at: published.published_at,
            published_by: published.published_by,
            reason: published.reason.clone(),
        }
    }
}

impl<W> VersionView<W> {
    /// The version as it was written.
    pub fn of<C: Content<Written = W>>(version: &Version<C>) -> Self {
        Self {
            version: version.version,
            terms: version.content.written(),
            created_at: version.created_at,
            created_by: version.created_by,
        }
    }
}
