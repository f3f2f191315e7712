//! A member who looks at what there is.

use std::sync::Arc;

use shared::codes::{Code, Life};
use shared::id::MemberId;
use shared::ledger::{self, Entry, Filter};
use shared::purchases::{self, Purchase};

use super::Client;
use crate::instances::Function;

/// What an app shows of a wallet.
#[derive(Debug, Default)]
struct Sight {
    entries: Vec<Entry>,
    purchases: Vec<Purchase>,
    codes: Vec<Code>,
}

const PAGE: usize = 5;

impl Client {
    /// Goes through wallet, history and purchases, and compares them with the books.
    pub(super) async fn list(mut self, member: MemberId) {
        self.look_into_wallet(member).await;
        let from = self.world.executor.now();
        let Some(sight) = self.leaf_through(member).await else {
            return self.object("was not shown its wallet", &Ok(()));
        };
        let world = Arc::clone(&self.world);
        let books = world.books();
        let (oldest, entries) = (books.wallets(member, from, from), books.entries(member));
        let at_least = oldest.first().map_or(0, |wallet| wallet.seq);
        let is_history = sight.entries.len() <= entries.len()
            && u64::try_from(sight.entries.len()).unwrap_or(0) >= at_least
            && sight
                .entries
                .iter()
                .rev()
                .zip(entries)
                .all(|(seen, entry)| seen == entry);
        let bought = |purchase: &Purchase| {
            let id = books.bought(purchase.quote_id).map(|(_, id)| id);
            id == Some(purchase.purchase_id.into())
        };
        let codes = sight.purchases.iter().flat_map(|purchase| &purchase.codes);
        let codes: Vec<_> = codes.map(|code| code.code_id).collect();
        let firsts = sight
            .codes
            .iter()
            .filter(|code| code.first() == code.code_id);
        let shown: Vec<_> = firsts.map(|code| code.code_id).collect();
        let is_chained = |code: &Code| {
            let replaces = |old: &Code| matches!(old.life, Life::Replaced { replacement, .. } if replacement == code.code_id);
            code.first() == code.code_id || sight.codes.iter().any(replaces)
        };
        let is_right = is_history
            && codes == shown
            && sight.codes.iter().all(is_chained)
            && sight.purchases.iter().all(bought);
        drop(books);
        if !is_right {
            self.object("was shown a history that never was", &Ok(sight));
        }
    }

    /// What `wallet-show` reads must be what the wallet was at some instant meanwhile.
    async fn look_into_wallet(&mut self, member: MemberId) {
        let answer = self
            .insist(Function::List, move |instance, _| async move {
                Ok(ledger::wallet(&instance.tables, member).await?)
            })
            .await;
        let (from, to) = (answer.asked, answer.answered);
        let between = self.world.books().wallets(member, from, to);
        let is_right = answer
            .outcome
            .as_ref()
            .is_ok_and(|seen| between.contains(seen));
        if !is_right {
            self.object("was shown a wallet that never was", &answer.outcome);
        }
    }

    /// What `wallet-transactions` and `purchases-list` read, page by page.
    async fn leaf_through(&mut self, member: MemberId) -> Option<Sight> {
        let (mut sight, mut before) = (Sight::default(), None);
        loop {
            let page = self
                .insist(Function::List, move |instance, _| async move {
                    let (tables, all) = (&instance.tables, Filter::default());
                    Ok(ledger::history(tables, member, all, before, PAGE).await?)
                })
                .await;
            let (entries, next) = page.outcome.ok()?;
            sight.entries.extend(entries);
            before = next;
            if before.is_none() {
                break;
            }
        }
        loop {
            let page = self
                .insist(Function::List, move |instance, now| async move {
                    let (tables, whose) = (&instance.tables, (member, None));
                    Ok(purchases::list(tables, whose, before, PAGE, now).await?)
                })
                .await;
            let (held, next) = page.outcome.ok()?;
            for (purchase, codes) in held {
                sight.purchases.push(purchase);
                sight.codes.extend(codes);
            }
            before = next;
            if before.is_none() {
                return Some(sight);
            }
        }
    }
}
