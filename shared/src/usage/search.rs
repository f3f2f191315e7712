//! Search: the codes of a holder, of a purchase, or with the same last characters. It is known seconds after a sale.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::keys;
use crate::error::Failure;
use crate::id::{CodeId, MemberId, ProductId, PurchaseId};
use crate::table::Tables;

/// By what codes are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// All that a member holds or held, the newest purchase first.
    Holder(MemberId),
    /// Those of a purchase, and those that took their places.
    Purchase(PurchaseId),
    /// Those that end in these characters.
    Last4 {
        /// Upper case, as they are shown.
        last4: String,
        /// Of this product only.
        product: Option<ProductId>,
    },
}

/// By what is looked for, as a text: the same for the same search only.
impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holder(member) => write!(f, "{member}"),
            Self::Purchase(purchase) => write!(f, "{purchase}"),
            Self::Last4 {
                last4,
                product: Some(product),
            } => write!(f, "{last4}#{product}"),
            Self::Last4 {
                last4,
                product: None,
            } => write!(f, "{last4}"),
        }
    }
}

/// A code that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    pub code_id: CodeId,
}

/// Looks for codes, behind the place `after`; and answers the place to go on from, if there may be more.
pub async fn search(
    tables: &Tables,
    search: &Search,
    after: Option<String>,
    limit: usize,
) -> Result<(Vec<CodeId>, Option<String>), Failure> {
    let query = match search {
        Search::Holder(member) => keys::of_holder(*member, after, limit),
        Search::Purchase(purchase) => keys::of_purchase(*purchase, after, limit),
        Search::Last4 { last4, product } => keys::of_last4(last4, *product, after, limit),
    };
    let (found, next): (Vec<Found>, _) = tables.page(&query).await?;
    Ok((found.into_iter().map(|found| found.code_id).collect(), next))
}
