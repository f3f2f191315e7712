//! The book: everything that decides what activities are worth at one moment.

use std::sync::Arc;

use super::budget::Budget;
use super::decide::Purse;
use super::kind::ActivityKind;
use super::limit::ScopedLimit;
use super::promotion::Promotion;
use super::terms::Rule;
use crate::error::Failure;
use crate::table::Tables;
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

/// The book as of some seconds ago at most.
pub struct Books {
    tables: Tables,
}

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
}

impl Books {
    /// The book in these tables.
    pub fn new(tables: Tables) -> Self {
        Self { tables }
    }

    /// The book, read anew if it is older than half a minute.
    pub async fn read(&self, _now: Timestamp) -> Result<Arc<Book>, Failure> {
        let _ = &self.tables;
        todo!()
    }
}
