//! Goods: what is left to sell is what there was, without what was sold and with what came back; and nobody has more than allowed.
//!
//! Of a limited product, what is left and what is out together are its total. Of a pool, every shard's counter is the number of
//! its entries, an entry leaves only as a code that is sold, and a code that left never comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::catalog::{Partner, Product, ProductState, Stock};
use shared::codes::{Code, Life, TextOf, pool};
use shared::id::{CodeId, MemberId, PartnerId, ProductId};
use shared::ledger::{Entry, Source};

use super::past::Past;
use super::written::{Goods as Written, Written as Commit};
use super::{Verdict, ensure};

/// What is on the shelf, and who has what.
#[derive(Default)]
pub struct Goods {
    products: BTreeMap<ProductId, Past<Product>>,
    /// Whether the sales of a partner are paused.
    pauses: BTreeMap<PartnerId, Past<bool>>,
    left: BTreeMap<(ProductId, u8), Past<u32>>,
    pools: BTreeMap<(ProductId, u8), BTreeMap<CodeId, pool::Entry>>,
    /// How many of a limited product were sold and not given back.
    out: BTreeMap<ProductId, i64>,
    held: BTreeMap<(MemberId, ProductId), Past<i64>>,
}

/// What a purchase says of the limits under which it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether its codes came from a limited stock.
    pub is_limited: bool,
    /// How many the member might have, where it was counted.
    pub member_max: Option<u32>,
}

impl Limits {
    /// What the entry of a purchase says.
    pub fn of(entry: &Entry) -> Option<Self> {
        match &entry.source {
            Source::Purchase {
                limited,
                member_max,
                ..
            } => Some(Self {
                is_limited: *limited,
                member_max: *member_max,
            }),
            _ => None,
        }
    }
}

/// A code that changes hands.
#[derive(Clone, Copy)]
pub struct Move {
    pub member: MemberId,
    pub product: ProductId,
    pub limits: Limits,
    /// How many more are out then.
    pub more: i64,
}

impl Goods {
    /// A product as it is now.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)?.newest()
    }

    /// How many of a product are left.
    pub fn left(&self, id: ProductId) -> u32 {
        let shards = self.left.range((id, 0)..=(id, u8::MAX));
        shards.filter_map(|(_, left)| left.newest()).sum()
    }

    /// How few, and how many, of a product somebody may have found who looked into each shard at some instant of that time.
    pub fn left_between(&self, id: ProductId, from: Duration, to: Duration) -> (u32, u32) {
        let (mut least, mut most) = (0, 0);
        for (_, left) in self.left.range((id, 0)..=(id, u8::MAX)) {
            least += left.between(from, to).min().copied().unwrap_or(0);
            most += left.between(from, to).max().copied().unwrap_or(0);
        }
        (least, most)
    }

    /// How many of a product a member has, as far as it is counted.
    pub fn held(&self, member: MemberId, product: ProductId) -> u32 {
        let held = self.held.get(&(member, product));
        let held = held.and_then(Past::newest).copied();
        u32::try_from(held.unwrap_or_default()).unwrap_or(0)
    }

    /// How many of it the member had at some instant of that time.
    pub fn held_between(
        &self,
        (member, product): (MemberId, ProductId),
        from: Duration,
        to: Duration,
    ) -> BTreeSet<u32> {
        let held = self.held.get(&(member, product));
        let Some(held) = held else {
            return BTreeSet::from([0]);
        };
        let held = held.between(from, to).copied();
        held.filter_map(|held| u32::try_from(held).ok()).collect()
    }

    /// Whether a product could not be bought at some instant of that time, whoever wanted it.
    pub fn is_withheld(&self, id: ProductId, from: Duration, to: Duration) -> bool {
        let Some(product) = self.products.get(&id) else {
            return true;
        };
        let pauses = product
            .newest()
            .and_then(|newest| self.pauses.get(&newest.partner_id));
        let is_paused = pauses.is_some_and(|paused| paused.between(from, to).any(|paused| *paused));
        let mut states = product.between(from, to);
        is_paused || states.any(|product| product.state != ProductState::Live)
    }

    /// Takes note of what one commit changed, by which these codes changed hands.
    /// `sold` are the codes that were sold before.
    pub fn post(
        &mut self,
        commit: &Commit,
        moves: &[Move],
        sold: &BTreeSet<CodeId>,
        now: Duration,
    ) -> Verdict {
        let written = &commit.goods;
        for product in &written.products {
            let past = self.products.entry(product.product_id).or_default();
            past.change(now, product.clone());
        }
        for partner in &written.partners {
            let Partner {
                partner_id,
                sales_paused,
                ..
            } = partner;
            let past = self.pauses.entry(*partner_id).or_default();
            past.change(now, sales_paused.is_some());
        }
        for (product, shard, left) in &written.shards {
            let past = self.left.entry((*product, *shard)).or_default();
            past.change(now, *left);
        }
        self.post_pools(written, &commit.codes, sold)?;
        self.post_moves(written, moves, now)?;
        let changed = moves.iter().map(|change| change.product);
        let shards = written.shards.iter().map(|(product, ..)| *product);
        let products = written.products.iter().map(|product| product.product_id);
        let touched: BTreeSet<ProductId> = changed.chain(shards).chain(products).collect();
        touched.into_iter().try_for_each(|id| self.check(id))
    }

    /// Entries leave a pool as codes, and codes out of a pool were entries of it.
    fn post_pools(
        &mut self,
        written: &Written,
        codes: &[Code],
        sold: &BTreeSet<CodeId>,
    ) -> Verdict {
        for (product, shard, entry) in &written.put {
            let id = entry.code_id;
            ensure(pool::shard_of(id) == *shard, || {
                format!("{id} came into shard {shard} of its pool, where nobody looks for it")
            })?;
            ensure(!sold.contains(&id), || {
                format!("{id} came into a pool and had been sold")
            })?;
            let known = self.pools.values().any(|pool| pool.contains_key(&id));
            ensure(!known, || format!("{id} came into a pool twice"))?;
            let pool = self.pools.entry((*product, *shard)).or_default();
            pool.insert(id, entry.clone());
        }
        let mut taken = BTreeMap::new();
        for (product, shard, id) in &written.taken {
            let pool = self.pools.entry((*product, *shard)).or_default();
            if let Some(entry) = pool.remove(id) {
                taken.insert(*id, entry);
            }
        }
        for code in codes {
            let TextOf::Imported { ciphertext } = &code.text else {
                continue;
            };
            let id = code.code_id;
            let was_known = sold.contains(&id);
            let entry = taken.remove(&id);
            let is_claimed = entry.is_some_and(|entry| {
                entry.ciphertext == *ciphertext
                    && entry.key_version == code.key_version
                    && entry.last4 == code.last4
            });
            ensure(was_known || is_claimed, || {
                format!("{id} was handed out and not taken out of its pool")
            })?;
        }
        let lost = taken.into_keys().find(|id| !sold.contains(id));
        ensure(lost.is_none(), || {
            format!("{lost:?} left its pool and was handed out to nobody")
        })
    }

    fn post_moves(&mut self, written: &Written, moves: &[Move], now: Duration) -> Verdict {
        for change in moves {
            if change.limits.is_limited {
                *self.out.entry(change.product).or_default() += change.more;
            }
            if change.limits.member_max.is_some() {
                let place = (change.member, change.product);
                let held = self.held.entry(place).or_default();
                let before = held.newest().copied().unwrap_or_default();
                held.change(now, before + change.more);
            }
        }
        for change in moves.iter().filter(|change| change.more > 0) {
            let (member, product) = (change.member, change.product);
            let held = self.held(member, product);
            let most = change.limits.member_max;
            ensure(most.is_none_or(|most| held <= most), || {
                format!("{member} has {held} of {product}, and might have {most:?}")
            })?;
        }
        for (member, product, held) in &written.holdings {
            let known = self.held(*member, *product);
            ensure(known == *held, || {
                format!("{member} has {known} of {product}, and {held} are counted")
            })?;
        }
        Ok(())
    }

    fn check(&self, id: ProductId) -> Verdict {
        let Some(product) = self.product(id) else {
            return Ok(());
        };
        match product.stock {
            Stock::Unlimited {} => Ok(()),
            Stock::Limited { total } => {
                let out = self.out.get(&id).copied().unwrap_or_default();
                let left = self.left(id);
                ensure(i64::from(left) + out == i64::from(total.get()), || {
                    format!(
                        "of {} of {id}, {out} are out and {left} are left",
                        total.get()
                    )
                })
            }
            Stock::Pool {} => (0..shared::stock::SHARDS).try_for_each(|shard| {
                let place = (id, shard);
                let left = self.left.get(&place).and_then(Past::newest);
                let left = left.copied().unwrap_or_default();
                let there = self.pools.get(&place).map_or(0, BTreeMap::len);
                ensure(usize::try_from(left) == Ok(there), || {
                    format!("{there} codes are in shard {shard} of {id}, and {left} are counted")
                })
            }),
        }
    }

    /// Whether this entry of a pool is there.
    pub fn pooled(&self, (product, shard, id): (ProductId, u8, CodeId)) -> Option<&pool::Entry> {
        self.pools.get(&(product, shard))?.get(&id)
    }

    /// How many entries all pools have.
    pub fn pooled_count(&self) -> usize {
        self.pools.values().map(BTreeMap::len).sum()
    }
}

/// Whether a code is one that gives back to the stock what was taken of it.
pub fn is_given_back(before: Option<&Code>, after: &Code) -> bool {
    let is_back = |code: &Code| matches!(code.life, Life::Refunded { .. });
    is_back(after) && !before.is_some_and(is_back)
}
