//! States of a product, and the ways between them.

use serde::{Deserialize, Serialize};

/// Whether a product is on sale. That its codes are sold out is no state: its stock says so.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ProductState {
    /// Not yet: only administrators see it.
    Draft,
    /// It can be bought.
    #[default]
    Live,
    /// It cannot be bought for now.
    Paused,
    /// It is gone for good. Codes that were sold stay what they are.
    Archived,
}

impl ProductState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Live, Self::Paused, Self::Archived];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Archived => "archived",
        }
    }

    /// Whether a product may go from this state to `next`. Staying is no change.
    pub fn leads_to(self, next: Self) -> bool {
        match self {
            Self::Draft => matches!(next, Self::Draft | Self::Live | Self::Archived),
            Self::Live | Self::Paused => next != Self::Draft,
            Self::Archived => next == Self::Archived,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_on_sale_is_no_draft_again_and_what_is_archived_stays_so() {
        let mut ways = Vec::new();
        for state in ProductState::ALL {
            assert!(state.leads_to(state));
            let others = ProductState::ALL.into_iter().filter(|next| *next != state);
            ways.extend(
                others
                    .filter(|next| state.leads_to(*next))
                    .map(|next| format!("{} {}", state.as_str(), next.as_str())),
            );
        }
        let allowed = [
            "draft live",
            "draft archived",
            "live paused",
            "live archived",
            "paused live",
            "paused archived",
        ];
        assert_eq!(ways, allowed);
    }
}
