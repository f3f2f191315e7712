//! The book: everything that decides what activities are worth at one moment.

use std::sync::Arc;

use chrono::TimeDelta;

use super::budget::Budget;
use super::decide::Purse;
use super::kind::ActivityKind;
use super::limit::ScopedLimit;
use super::promotion::Promotion;
use super::terms::Rule;
use super::{programme, promotions, rules};
use crate::error::Failure;
use crate::table::{Cached, Tables};
use crate::text::Word;
use crate::time::Timestamp;
use crate::zone::Zone;

/// All rules and promotions that may give something, and what holds for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// The rules that are active, the highest priority first, then by id.
    pub rules: Vec<Rule>,
    /// The promotions that are active, by id.
    pub promotions: Vec<PublishedPromotion>,
    /// What holds for all.
    pub programme: Programme,
}

/// A promotion in the version that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPromotion {
    /// Its name.
    pub promotion_id: Word,
    /// Its version.
    pub version: u32,
    /// What it gives.
    pub promotion: Promotion,
}

/// What holds for all rules.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Programme {
    /// The programme's clock.
    pub zone: Zone,
    /// What a member can earn over several rules together.
    pub limits: Vec<ScopedLimit>,
    /// What all members together can earn.
    pub budget: Option<Budget>,
    /// Counts the changes; 0 as long as nobody said anything.
    pub version: u32,
}

/// The book as of a few seconds ago at most.
pub struct Books {
    tables: Tables,
    cached: Cached<Book>,
}

/// What administrators change is seen everywhere after this time.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);

impl Book {
    /// The rules about a kind, in the order in which they are asked.
    pub fn rules_about(&self, kind: ActivityKind) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(move |rule| rule.terms.kind == kind)
    }

    /// The active rule of this name.
    pub fn rule(&self, id: &Word) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.rule_id == *id)
    }

    /// The budget of a purse.
    pub fn budget(&self, purse: &Purse) -> Option<&Budget> {
        match purse {
            Purse::Programme => self.programme.budget.as_ref(),
            Purse::Rule(id) => self.rule(id)?.terms.budget.as_ref(),
        }
    }

    /// The same with this rule in the place of the one with its name, whatever state that is in.
    #[must_use]
    pub fn with(mut self, rule: Rule) -> Self {
        self.rules.retain(|other| other.rule_id != rule.rule_id);
        self.rules.push(rule);
        self.sorted()
    }

    fn sorted(mut self) -> Self {
        self.rules.sort_by(|a, b| {
            let priority = b.terms.priority.cmp(&a.terms.priority);
            priority.then_with(|| a.rule_id.cmp(&b.rule_id))
        });
        self
    }
}

impl Books {
    /// The book in these tables.
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            cached: Cached::new(AGE_MAX),
        }
    }

    /// The book, read anew if it is older than a few seconds.
    pub async fn read(&self, now: Timestamp) -> Result<Arc<Book>, Failure> {
        self.read_about(&[], now).await
    }

    /// The same, read anew as well if it has no rule about one of these kinds: an activity must not go unrewarded because the
    /// first rule about its kind was published a moment ago.
    pub async fn read_about(
        &self,
        kinds: &[ActivityKind],
        now: Timestamp,
    ) -> Result<Arc<Book>, Failure> {
        let suits = |book: &Book| {
            let mut kinds = kinds.iter();
            kinds.all(|kind| book.rules_about(*kind).next().is_some())
        };
        self.cached.read(now, suits, || read(&self.tables)).await
    }
}

/// Reads the book as it is now. Rules and promotions whose time has not come or is over are in it: what happened in their time
/// may be reported later.
pub async fn read(tables: &Tables) -> Result<Book, Failure> {
    let rules = rules::list(tables).await?.into_iter();
    let promotions = promotions::list(tables).await?.into_iter();
    let book = Book {
        rules: rules.filter_map(rules::RuleHead::in_force).collect(),
        promotions: promotions
            .filter_map(promotions::PromotionHead::in_force)
            .collect(),
        programme: programme::show(tables).await?,
    };
    Ok(book.sorted())
}
