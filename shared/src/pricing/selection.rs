//! For which products rules and promotions of prices are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalog::Class;
use crate::id::{PartnerId, ProductId};
use crate::invalid::Invalid;
use crate::text::Word;

/// For which products something is: for those that fit all that is said; for all, if nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PriceSelection")]
pub struct Selection {
    /// Which products; all, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = NAMES_MAX))]
    pub products: Option<BTreeSet<ProductId>>,
    /// Whose products; everybody's, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = NAMES_MAX))]
    pub partners: Option<BTreeSet<PartnerId>>,
    /// Products of partners of which class; of both, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_class: Option<Class>,
    /// Products of which categories; of all, without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = NAMES_MAX))]
    pub categories: Option<BTreeSet<Word>>,
}

/// What is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub partner_id: PartnerId,
    /// On which terms the partner takes part.
    pub partner_class: Class,
    /// What it counts as.
    pub category: &'a Word,
}

const NAMES_MAX: usize = 20;

impl Selection {
    /// Whether it is for this.
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        self.partner_class
            .is_none_or(|class| class == subject.partner_class)
            && is_among(self.categories.as_ref(), subject.category)
            && is_among(self.partners.as_ref(), &subject.partner_id)
            && is_among(self.products.as_ref(), &subject.product_id)
    }

    /// Whether it names some of what it names, and not too many.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let counts = [
            ("/products", self.products.as_ref().map(BTreeSet::len)),
            ("/partners", self.partners.as_ref().map(BTreeSet::len)),
            ("/categories", self.categories.as_ref().map(BTreeSet::len)),
        ];
        for (place, count) in counts {
            if count.is_some_and(|count| !(1..=NAMES_MAX).contains(&count)) {
                let reason = format!("name 1 to {NAMES_MAX} of them; leave it out for all");
                return Err(Invalid::at(place, reason));
            }
        }
        Ok(())
    }
}

fn is_among<T: Ord>(wanted: Option<&BTreeSet<T>>, name: &T) -> bool {
    wanted.is_none_or(|wanted| wanted.contains(name))
}
