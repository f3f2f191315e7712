//! Rules: what an activity is worth.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ActivityKind, keys};
use crate::amount::Rjv;
use crate::audit::{self, Act, Action};
use crate::error::{Error, Failure, Rejection};
use crate::ledger::{Category, Expiry};
use crate::table::{self, Cached, Condition, Lost, Tables, Write};
use crate::time::Timestamp;

/// What activities of one kind are worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rule {
    /// Which activities.
    pub kind: ActivityKind,
    /// What they count as.
    pub category: Category,
    /// What one is worth.
    pub amount: Rjv,
    /// What all of a member's on one day (UTC, by the activity's own time) can earn.
    pub daily_cap: Rjv,
    /// After how many months the tokens expire; they do not, without.
    pub expires_after_months: Option<u32>,
    /// Counts the changes.
    pub version: u32,
}

/// All rules of one moment.
pub type RuleBook = BTreeMap<ActivityKind, Rule>;

/// The rules as of a few seconds ago at most.
pub struct Rules {
    tables: Tables,
    cached: Cached<RuleBook>,
}

/// The most one activity may be worth, and the longest its tokens may live: what is beyond is a slip of the keyboard.
pub const AMOUNT_MAX: Rjv = Rjv::whole(1000);
const MONTHS_MAX: u32 = 120;

const PAGE: usize = 1000;

impl Rule {
    /// The rule, if its parts fit together.
    pub fn checked(self) -> Result<Self, Rejection> {
        let invalid = |pointer: &str, reason: String| {
            Err(Rejection::InvalidBody {
                pointer: pointer.to_owned(),
                reason,
            })
        };
        if self.amount.is_zero() || self.amount > AMOUNT_MAX {
            return invalid(
                "/amount",
                format!("an activity is worth more than 0 and at most {AMOUNT_MAX} RJV"),
            );
        }
        if self.daily_cap < self.amount {
            return invalid(
                "/daily_cap",
                "the cap of a day is at least the amount of one activity".to_owned(),
            );
        }
        if self
            .expires_after_months
            .is_some_and(|months| !(1..=MONTHS_MAX).contains(&months))
        {
            return invalid(
                "/expires_after_months",
                format!("tokens live for 1 to {MONTHS_MAX} months"),
            );
        }
        Ok(self)
    }

    /// When tokens that come in at `now` expire.
    pub fn expiry(&self, now: Timestamp) -> Expiry {
        self.expires_after_months
            .map_or(Expiry::Never, |months| Expiry::months_after(now, months))
    }
}

impl Rules {
    /// The rules in these tables.
    pub fn new(tables: Tables) -> Self {
        Self {
            tables,
            cached: Cached::default(),
        }
    }

    /// All rules. Where one for `kinds` is missing they are read anew: an activity must not go unrewarded because its rule
    /// was set a moment ago.
    pub async fn book(
        &self,
        kinds: &[&ActivityKind],
        now: Timestamp,
    ) -> Result<Arc<RuleBook>, Failure> {
        let complete = |book: &RuleBook| kinds.iter().all(|kind| book.contains_key(*kind));
        self.cached
            .read(now, complete, || rules(&self.tables))
            .await
    }
}

/// Reads all rules.
pub async fn rules(tables: &Tables) -> Result<RuleBook, Failure> {
    let (mut book, mut after) = (RuleBook::new(), None);
    loop {
        let page = tables.query(&keys::rules(after, PAGE)).await?;
        for item in page.items {
            let rule: Rule = table::read(item)?;
            book.insert(rule.kind.clone(), rule);
        }
        after = page.next;
        if after.is_none() {
            return Ok(book);
        }
    }
}

/// How often setting a rule is tried again because another administrator was first.
const ATTEMPTS_MAX: u32 = 8;

/// Makes `rule` the rule of its kind, as the next version. Setting what is set changes nothing.
pub async fn set_rule(tables: &Tables, rule: Rule, act: &Act) -> Result<Rule, Error> {
    let rule = rule.checked()?;
    for attempt in 1..=ATTEMPTS_MAX {
        let before: Option<Rule> = tables.get(&keys::rule(&rule.kind)).await?;
        let version = before.as_ref().map_or(0, |before| before.version);
        let at = |version| Rule {
            version,
            ..rule.clone()
        };
        if before == Some(at(version)) {
            return Ok(at(version));
        }
        let next = at(version.saturating_add(1));
        let unchanged = Condition::unchanged("version", version.into());
        let write = Write::put(keys::rule(&rule.kind), table::item(&next)?, unchanged);
        let note = audit::note(
            act,
            Action::SetRule,
            &rule.kind,
            before.as_ref(),
            Some(&next),
        )?;
        match table::commit(tables, vec![write.or(()), note.or(())]).await {
            Ok(_) => return Ok(next),
            Err(Lost::Refused((), _)) => tables.back_off(attempt).await,
            Err(Lost::Failed(failure)) => return Err(failure.into()),
        }
    }
    Err(Failure::unavailable("the rule changed during every attempt to set it").into())
}
