//! A member who looks at what there is.

use std::sync::Arc;

use shared::codes::Code;
use shared::error::Error;
use shared::id::MemberId;
use shared::ledger::{self, Entry, Filter, Wallet};
use shared::purchases::{self, Purchase};
use shared::table::Tables;

use super::Client;
use crate::instances::Function;

/// What an app shows of a wallet.
#[derive(Debug)]
struct Sight {
    wallet: Wallet,
    entries: Vec<Entry>,
    purchases: Vec<(Purchase, Vec<Code>)>,
}

const PAGE: usize = 3;

impl Client {
    /// Goes through wallet, history and purchases, and compares them with the books.
    pub(super) async fn list(mut self, member: MemberId) {
        let answer = self
            .insist(Function::List, move |instance, _| async move {
                look(&instance.tables, member).await
            })
            .await;
        let sight = match answer.outcome {
            Ok(sight) => sight,
            refused @ Err(_) => return self.object("was not shown its wallet", &refused),
        };
        let world = Arc::clone(&self.world);
        let books = world.books();
        let between = books.wallets(member, answer.asked, answer.answered);
        let (oldest, entries) = (between.first(), books.entries(member));
        let at_least = oldest.map_or(0, |wallet| usize::try_from(wallet.seq).unwrap_or(0));
        let mut seen: Vec<&Entry> = sight.entries.iter().collect();
        seen.reverse();
        let is_history = seen.len() >= at_least
            && seen.len() <= entries.len()
            && seen.iter().zip(entries).all(|(seen, entry)| *seen == entry);
        let of_books = |(purchase, codes): &(Purchase, Vec<Code>)| {
            books.bought(purchase.quote_id).map(|(_, id)| id) == Some(purchase.purchase_id.into())
                && codes.len() == purchase.codes.len()
                && codes.iter().all(|code| {
                    let known = books.code(code.code_id);
                    known.is_some_and(|known| known.purchase_id == purchase.purchase_id)
                })
        };
        let is_right =
            is_history && between.contains(&sight.wallet) && sight.purchases.iter().all(of_books);
        drop(books);
        if !is_right {
            self.object("was shown a wallet that never was", &Ok(sight));
        }
    }
}

/// What the functions `wallet-show`, `wallet-transactions` and `purchases-list` read.
async fn look(tables: &Tables, member: MemberId) -> Result<Sight, Error> {
    let wallet = ledger::wallet(tables, member).await?;
    let (mut entries, mut before) = (Vec::new(), None);
    loop {
        let (page, next) = ledger::history(tables, member, Filter::default(), before, PAGE).await?;
        entries.extend(page);
        before = next;
        if before.is_none() {
            break;
        }
    }
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let (page, next) = purchases::list(tables, member, before, PAGE).await?;
        for purchase in page {
            let codes = purchases::codes(tables, std::slice::from_ref(&purchase)).await?;
            found.push((purchase, codes));
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    Ok(Sight {
        wallet,
        entries,
        purchases: found,
    })
}
