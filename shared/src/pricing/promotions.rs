//! Price promotions as administrators keep them: drafts, versions, and the one that holds.

use super::{PricePromotion, PricePromotionTerms, PublishedPromotion, keys};
use crate::audit::{Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::publication::{self, Content, Head, Order, Version};
use crate::table::{Key, Query, Tables};
use crate::text::Word;
use crate::time::Timestamp;

/// A promotion as it is now.
pub type PromotionHead = Head<PricePromotion>;

/// A promotion in one version.
pub type PromotionVersion = Version<PricePromotion>;

impl Content for PricePromotion {
    type Written = PricePromotionTerms;

    const SET: Action = Action::SetPricePromotion;
    const SET_STATE: Action = Action::SetPricePromotionState;

    fn written(&self) -> PricePromotionTerms {
        self.terms()
    }

    fn from(&self) -> Option<Timestamp> {
        Some(self.from)
    }

    fn until(&self) -> Option<Timestamp> {
        Some(self.until)
    }

    fn not_found() -> Rejection {
        Rejection::PricePromotionNotFound
    }

    fn head(id: &Word) -> Key {
        keys::promotion(id)
    }

    fn heads(after: Option<String>, limit: usize) -> Query {
        keys::promotions(after, limit)
    }

    fn version(id: &Word, version: u32) -> Key {
        keys::promotion_version(id, version)
    }

    fn versions(id: &Word, after: Option<String>, limit: usize) -> Query {
        keys::promotion_versions(id, after, limit)
    }
}

impl PromotionHead {
    /// The promotion as prices are worked out by it; none, if it never held. It holds from when it was published on, and one
    /// that was paused or ended held until then.
    pub fn as_it_held(self) -> Option<PublishedPromotion> {
        let held_until = (!self.is_published()).then_some(self.changed_at);
        let published = self.published?;
        let mut promotion = published.content;
        promotion.from = promotion.from.max(published.published_at);
        promotion.until = held_until.map_or(promotion.until, |held| held.min(promotion.until));
        (promotion.from < promotion.until).then_some(PublishedPromotion {
            promotion_id: self.id,
            version: published.version,
            promotion,
        })
    }
}

/// Reads all promotions, by name.
pub async fn list(tables: &Tables) -> Result<Vec<PromotionHead>, Failure> {
    publication::heads(tables).await
}

/// Reads one promotion.
pub async fn find(tables: &Tables, id: &Word) -> Result<PromotionHead, Error> {
    publication::head(tables, id).await
}

/// Reads the versions of a promotion, newest first, behind the place `after`; and the place to go on from, if there may be
/// more.
pub async fn versions(
    tables: &Tables,
    id: &Word,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<PromotionVersion>, Option<String>), Failure> {
    publication::versions(tables, id, after, limit).await
}

/// Makes these the terms of the promotion's next version, if they are sound; if the newest version says the same, that is the
/// answer. Nothing is taken off by a version before it is published.
pub async fn set(
    tables: &Tables,
    id: &Word,
    terms: PricePromotionTerms,
    act: &Act,
) -> Result<PromotionVersion, Error> {
    let promotion = terms.checked(act.at).map_err(Rejection::from)?;
    publication::set(tables, id, promotion, act).await
}

/// Publishes, pauses, resumes or ends a promotion; if it is already so, nothing changes.
pub async fn set_state(
    tables: &Tables,
    id: &Word,
    order: &Order,
    act: &Act,
) -> Result<PromotionHead, Error> {
    publication::set_state(tables, id, order, act).await
}
