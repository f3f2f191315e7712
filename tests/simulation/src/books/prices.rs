//! Prices: versions without gaps, none beyond its floor and ceiling, and purchases at prices within those of their version.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::amount::Rjv;
use shared::id::ProductId;
use shared::ledger::{Entry, Source};
use shared::pricing::Price;
use shared::table::{Item, Key, Table};

use super::{Verdict, ensure, parse};

/// What one commit wrote that is about prices.
#[derive(Default)]
pub struct Written {
    pub heads: Vec<Price>,
    pub versions: Vec<(ProductId, Version)>,
}

/// A version of a price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Version {
    version: u32,
    terms: Terms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Terms {
    base: Rjv,
    floor: Rjv,
    ceiling: Rjv,
}

/// Every version of every price.
#[derive(Default)]
pub struct Prices {
    versions: BTreeMap<ProductId, BTreeMap<u32, Version>>,
    heads: BTreeMap<ProductId, Price>,
}

/// Whether an item of the catalogue is about the price of a product.
pub fn is_about(key: &Key) -> bool {
    key.table == Table::Catalog && (key.sk.starts_with("price#") || key.pk.starts_with("price#"))
}

impl Written {
    /// Reads back an item that is about a price.
    pub fn sort(&mut self, key: &Key, item: Item) -> Verdict {
        match key.pk.strip_prefix("price#") {
            None => self.heads.push(parse(item, "a price")?),
            Some(product) => {
                let product = product.parse();
                let product = product.map_err(|_| format!("{} is no price", key.pk))?;
                let version = parse(item, "a version of a price")?;
                self.versions.push((product, version));
            }
        }
        Ok(())
    }
}

impl Prices {
    /// Takes note of what one commit wrote.
    pub fn post(&mut self, written: &Written) -> Verdict {
        for (product, version) in &written.versions {
            let versions = self.versions.entry(*product).or_default();
            let number = version.version;
            let earlier = versions.insert(number, version.clone());
            ensure(earlier.is_none(), || {
                format!("version {number} of the price of {product} was written over")
            })?;
            let Terms {
                base,
                floor,
                ceiling,
            } = version.terms;
            ensure(
                (floor..=ceiling).contains(&base) && !floor.is_zero(),
                || {
                    format!(
                        "version {number} of the price of {product} is {base}, not {floor} to {ceiling}"
                    )
                },
            )?;
        }
        for head in &written.heads {
            self.heads.insert(head.product_id, head.clone());
        }
        let products = written.versions.iter().map(|(product, _)| *product);
        let heads = written.heads.iter().map(|head| head.product_id);
        products.chain(heads).try_for_each(|id| self.check(id))
    }

    /// The newest version is what holds, and every one before it is there.
    fn check(&self, id: ProductId) -> Verdict {
        let versions = self.versions.get(&id);
        let count = versions.map_or(0, BTreeMap::len);
        let newest = versions.and_then(BTreeMap::last_key_value);
        let newest = newest.map(|(number, version)| (*number, version.terms));
        let head = self.heads.get(&id);
        let kept = head.map(|price| {
            let terms = &price.terms;
            let (base, floor, ceiling) = (terms.base, terms.floor, terms.ceiling);
            let terms = Terms {
                base,
                floor,
                ceiling,
            };
            (price.version, terms)
        });
        ensure(newest == kept, || {
            format!("the price of {id} is {kept:?}, and its newest version {newest:?}")
        })?;
        let last = newest.map_or(0, |(number, _)| number);
        ensure(u32::try_from(count) == Ok(last), || {
            format!("of {last} versions of the price of {id}, {count} are there")
        })
    }

    /// What was paid for each code of a purchase must be a price that its version allows.
    pub fn post_purchase(&self, entry: &Entry, paid: &[Rjv]) -> Verdict {
        let Source::Purchase {
            product_id,
            price_version,
            ..
        } = &entry.source
        else {
            return Ok(());
        };
        let id = entry.entry_id;
        let versions = self.versions.get(product_id);
        let version = versions.and_then(|versions| versions.get(price_version));
        let version = version.ok_or_else(|| {
            format!("{id} goes by version {price_version} of a price that nobody wrote")
        })?;
        let Terms { floor, ceiling, .. } = version.terms;
        let beyond = paid.iter().find(|paid| !(floor..=ceiling).contains(paid));
        ensure(beyond.is_none(), || {
            format!("{id} takes {beyond:?} for a code that costs {floor} to {ceiling}")
        })
    }

    /// The newest version of a price.
    pub fn price(&self, id: ProductId) -> Option<&Price> {
        self.heads.get(&id)
    }
}
