//! Offers: a product with all that decides whether, to whom and for how much it is sold at an instant.

use serde::{Deserialize, Serialize};

use super::Visitor;
use crate::catalog::{Class, EarlyAccess, Partner, Product, ProductState};
use crate::pricing::{self, Price, Subject};
use crate::time::Timestamp;

/// A product on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// The partner whose codes are sold.
    pub partner: Partner,
    /// What they cost.
    pub price: Price,
    /// How many are left, where they run out.
    pub left: Option<u64>,
}

/// What a member who sees a product can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OfferStatus")]
pub enum Status {
    /// It can be bought.
    Available,
    /// It can be bought before its sale begins, by this member among a few.
    EarlyAccess,
    /// None are left.
    SoldOut,
    /// It cannot be bought for now.
    Paused,
    /// It is not sold any more.
    Ended,
}

/// How many are left, as far as members are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemainingBand {
    /// As many as anybody wants.
    Unlimited,
    /// More than 20.
    Many,
    /// At most 20.
    Few,
    /// At most 3.
    Last,
    /// None.
    None,
}

/// Whether a product can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Availability {
    /// Whether, and if not, why.
    pub status: Status,
    /// How many are left.
    pub remaining_band: RemainingBand,
    /// How many more the caller can buy, where that is limited for each member.
    pub per_member_left: Option<u32>,
}

/// The most that are few.
const FEW: u64 = 20;

/// The most that are the last ones.
const LAST: u64 = 3;

impl Status {
    /// Whether the member can buy it.
    pub fn is_for_sale(self) -> bool {
        match self {
            Self::Available | Self::EarlyAccess => true,
            Self::SoldOut | Self::Paused | Self::Ended => false,
        }
    }
}

impl Offer {
    /// An offer of what never runs out.
    pub fn new(product: Product, partner: Partner, price: Price) -> Self {
        Self {
            product,
            partner,
            price,
            left: None,
        }
    }

    /// What `visitor` can do about it; nothing, if it is not there for the visitor: a draft, archived, or not on sale yet.
    pub fn status(&self, visitor: &Visitor, now: Timestamp) -> Option<Status> {
        let Product {
            state,
            ends_at,
            codes_valid_until,
            ..
        } = &self.product;
        if matches!(state, ProductState::Draft | ProductState::Archived) {
            return None;
        }
        let has_begun = self.has_begun(now);
        if !has_begun
            && !self
                .early_access(now)
                .is_some_and(|early| visitor.may_enter(early))
        {
            return None;
        }
        let is_over = ends_at.is_some_and(|ends_at| ends_at <= now)
            || codes_valid_until.is_some_and(|last| Timestamp::end_of(last) <= now);
        Some(if is_over {
            Status::Ended
        } else if *state == ProductState::Paused || self.partner.sales_paused.is_some() {
            Status::Paused
        } else if self.left == Some(0) {
            Status::SoldOut
        } else if has_begun {
            Status::Available
        } else {
            Status::EarlyAccess
        })
    }

    /// Whether `visitor`, to whom it shows this status, can buy it, and how many.
    pub fn availability(&self, status: Status, visitor: &Visitor) -> Availability {
        Availability {
            status,
            remaining_band: self.remaining_band(),
            per_member_left: self.per_member_left(visitor),
        }
    }

    /// How many more `visitor` can buy, where that is limited for each member.
    pub fn per_member_left(&self, visitor: &Visitor) -> Option<u32> {
        let most = self.product.per_member_max?.get();
        Some(most.saturating_sub(visitor.holds(self.product.product_id)))
    }

    /// Who can buy it at this instant, though its sale has not begun.
    pub(super) fn early_access(&self, now: Timestamp) -> Option<&EarlyAccess> {
        let early = self.product.early_access.as_ref()?;
        (early.from <= now && !self.has_begun(now)).then_some(early)
    }

    fn has_begun(&self, now: Timestamp) -> bool {
        self.product
            .starts_at
            .is_none_or(|starts_at| starts_at <= now)
    }

    fn remaining_band(&self) -> RemainingBand {
        match self.left {
            None => RemainingBand::Unlimited,
            Some(0) => RemainingBand::None,
            Some(left) if left <= LAST => RemainingBand::Last,
            Some(left) if left <= FEW => RemainingBand::Few,
            Some(_) => RemainingBand::Many,
        }
    }

    /// Whether its partner is an exclusive one.
    pub fn is_exclusive(&self) -> bool {
        self.partner.class == Class::Exclusive
    }

    /// What rules and promotions of prices look at.
    pub fn subject(&self) -> Subject<'_> {
        pricing::subject(&self.product, &self.partner)
    }
}
