//! Visitors: what the store has to know of a member, read at once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Offer, Shown};
use crate::amount::Rjv;
use crate::catalog::{Class, EarlyAccess};
use crate::error::Failure;
use crate::id::{MemberId, ProductId};
use crate::ledger;
use crate::rewards;
use crate::stock;
use crate::table::{self, Key, Tables};
use crate::text::Word;
use crate::time::Timestamp;
use crate::usage;

/// What is known of a member who looks at some offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// What the member can spend.
    pub funds: Rjv,
    /// The member's segments, if they matter.
    pub segments: BTreeSet<Word>,
    /// The goals that the member reached, if they matter.
    pub goals: BTreeSet<Word>,
    /// Of partners of which class the member is a customer, if that matters.
    pub customer_of: Vec<Class>,
    /// How many the member has of products of which each may have only so many.
    pub holdings: BTreeMap<ProductId, u32>,
}

/// What is to be known beyond the ways into offers that are not on sale yet.
#[derive(Clone, Copy)]
struct Questions {
    /// What the member can spend.
    funds: bool,
    /// How many the member has of products of which each may have only so many.
    holdings: bool,
}

impl Visitor {
    /// A member who looks around: funds and ways in, in one request.
    pub async fn enter(
        tables: &Tables,
        member: MemberId,
        offers: &[Offer],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let questions = Questions {
            funds: true,
            holdings: false,
        };
        Self::read(tables, member, offers, questions, now).await
    }

    /// A member who looks at one offer: all there is to know, in one request.
    pub async fn look(
        tables: &Tables,
        member: MemberId,
        offer: &Offer,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let questions = Questions {
            funds: true,
            holdings: true,
        };
        Self::read(tables, member, std::slice::from_ref(offer), questions, now).await
    }

    /// A member who asks for the price of one offer: in one request what may stand in the way, in none if nothing does.
    pub async fn ask(
        tables: &Tables,
        member: MemberId,
        offer: &Offer,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let questions = Questions {
            funds: false,
            holdings: true,
        };
        Self::read(tables, member, std::slice::from_ref(offer), questions, now).await
    }

    /// The same with how many the member has of what is shown: in one request, in none if nothing shown is limited for each.
    pub async fn with_holdings(
        self,
        tables: &Tables,
        member: MemberId,
        shown: &[Shown<'_>],
    ) -> Result<Self, Failure> {
        let limited = shown
            .iter()
            .map(|shown| &shown.offer.product)
            .filter(|product| product.per_member_max.is_some());
        let products: Vec<ProductId> = limited.map(|product| product.product_id).collect();
        let holdings = stock::holdings(tables, member, &products).await?;
        Ok(Self { holdings, ..self })
    }

    async fn read(
        tables: &Tables,
        member: MemberId,
        offers: &[Offer],
        questions: Questions,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let ways = || offers.iter().filter_map(|offer| offer.early_access(now));
        let (mut wallet, mut segments, mut goals) = (None, None, None);
        if questions.funds {
            wallet = Some(ledger::wallet_key(member));
        }
        if ways().any(|early| !early.segments.is_empty()) {
            segments = Some(rewards::segments_key(member));
        }
        if ways().any(|early| !early.goals.is_empty()) {
            goals = Some(rewards::goals_key(member));
        }
        let classes = ways().filter_map(|early| early.customers_of);
        let classes: Vec<(Class, Key)> = classes
            .map(|class| (class, usage::customer_key(member, class)))
            .collect();
        let counted = offers
            .iter()
            .filter(|offer| questions.holdings && offer.product.per_member_max.is_some());
        let counted: Vec<(ProductId, Key)> = counted
            .map(|offer| offer.product.product_id)
            .map(|product| (product, stock::holding_key(member, product)))
            .collect();

        let keys = [&wallet, &segments, &goals].into_iter().flatten();
        let keys = keys.chain(classes.iter().map(|(_, key)| key));
        let keys = keys.chain(counted.iter().map(|(_, key)| key));
        let mut items = table::get_distinct(tables, keys.cloned()).await?;

        let mut visitor = Self::default();
        if let Some(key) = wallet {
            let wallet = ledger::wallet_from(member, items.remove(&key))?;
            visitor.funds = wallet.available(now);
        }
        if let Some(key) = segments {
            visitor.segments = rewards::segments_from(items.remove(&key))?;
        }
        if let Some(key) = goals {
            visitor.goals = rewards::goals_from(items.remove(&key))?;
        }
        for (class, key) in classes {
            if usage::is_customer(items.remove(&key))? {
                visitor.customer_of.push(class);
            }
        }
        for (product, key) in counted {
            let held = stock::holding_from(items.remove(&key))?;
            visitor.holdings.insert(product, held);
        }
        Ok(visitor)
    }

    /// Whether one of the ways in is open to the member.
    pub fn may_enter(&self, early: &EarlyAccess) -> bool {
        !self.segments.is_disjoint(&early.segments)
            || !self.goals.is_disjoint(&early.goals)
            || early
                .customers_of
                .is_some_and(|class| self.customer_of.contains(&class))
    }

    /// How many the member has of a product, as far as it is counted.
    pub fn holds(&self, product: ProductId) -> u32 {
        self.holdings.get(&product).copied().unwrap_or_default()
    }
}
