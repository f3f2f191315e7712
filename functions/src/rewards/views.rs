//! Rules and promotions as administrators see them: what state they are in at the moment, and what they say as it was written.

use serde::Serialize;
use shared::id::{BacktestId, MemberId};
use shared::publication::{Content, Published, State, Version};
use shared::rewards::Terms;
use shared::rewards::promotion::PromotionTerms;
use shared::rewards::promotions::PromotionHead;
use shared::rewards::rules::RuleHead;
use shared::text::{Text, Word};
use shared::time::Timestamp;

/// A rule.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Rule")]
pub struct RuleView {
    rule_id: Word,
    state: State,
    /// How many versions there are.
    latest_version: u32,
    /// The version that holds, or held last; none, if it was never published.
    published: Option<PublishedView<Terms<String>>>,
    /// When anything about it changed last.
    changed_at: Timestamp,
}

/// A promotion.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Promotion")]
pub struct PromotionView {
    promotion_id: Word,
    state: State,
    /// How many versions there are.
    latest_version: u32,
    /// The version that holds, or held last; none, if it was never published.
    published: Option<PublishedView<PromotionTerms>>,
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
    /// The backtest it was published with.
    backtest_id: Option<BacktestId>,
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

impl RuleView {
    /// The rule as it is at `now`.
    pub fn of(rule: &RuleHead, now: Timestamp) -> Self {
        Self {
            rule_id: rule.id.clone(),
            state: rule.state(now),
            latest_version: rule.latest_version,
            published: rule.published.as_ref().map(PublishedView::of),
            changed_at: rule.changed_at,
        }
    }
}

impl PromotionView {
    /// The promotion as it is at `now`.
    pub fn of(promotion: &PromotionHead, now: Timestamp) -> Self {
        Self {
            promotion_id: promotion.id.clone(),
            state: promotion.state(now),
            latest_version: promotion.latest_version,
            published: promotion.published.as_ref().map(PublishedView::of),
            changed_at: promotion.changed_at,
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
            backtest_id: published.backtest_id,
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
