//! Those who want different things with one code at the same time: of its ends, one comes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use shared::catalog::Remedy;
use shared::codes::{Code, State, TextOf};
use shared::id::CodeId;
use shared::ledger::RefundReason;
use shared::time::Timestamp;

use super::Client;
use super::returner::RETURN_DAYS;
use crate::books::Books;
use crate::knowledge::KnownCode;
use crate::plan::Deskwork;

impl Client {
    /// Takes a code that all can end, and lets its partner redeem it while its holder gives it back, and perhaps while the desk
    /// does something with it.
    pub(super) async fn contest(mut self, work: Option<Deskwork>) {
        let world = Arc::clone(&self.world);
        let Some((known, code)) = self.contested().await else {
            return;
        };
        let id = code.code_id;
        let reason = match code.text {
            TextOf::Minted { .. } => Some(RefundReason::ChangedMind),
            TextOf::Imported { .. } => None,
        };
        // To give back takes more requests than to redeem.
        let mut soon = |millis| Duration::from_millis(self.dice.u64(..millis));
        let [holder, desk, partner] = [soon(40), soon(40), soon(160)];
        let sight = self.sight(known, false, false);
        let giving = self.beside(1, holder, move |other| other.give_up(code, reason));
        let attending = work.map(|work| self.beside(2, desk, move |other| other.work_on(id, work)));
        world.executor.sleep(partner).await;
        let number = self.number;
        let is_redeemed = self.use_up(sight, 2 * number).await;
        let is_given_back = giving.take().await;
        let is_ended = match attending {
            Some(attending) => attending.take().await,
            None => false,
        };
        // What the desk replaced is answered as replaced to its holder as well.
        let is_revoked = is_ended && work == Some(Deskwork::Revoke);
        let ends = [is_redeemed, is_given_back, is_revoked];
        let ends = ends.iter().filter(|is_end| **is_end).count();
        if ends > 1 || (is_redeemed && is_ended) {
            let life = world.books().code(id).map(|code| code.life.clone());
            let sentence = format!("{id} came to more than one end at once: {life:?}");
            world.judge(Err(sentence));
        }
        if is_redeemed != is_given_back && work.is_none() {
            world.tally.contests.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A code that its holder has seen, so that its partner may, and that can be given back.
    async fn contested(&mut self) -> Option<(KnownCode, Code)> {
        let world = Arc::clone(&self.world);
        let open: Vec<Code> = {
            let (books, now) = (world.books(), world.now());
            let open = books.codes().filter(|code| is_open(&books, code, now));
            open.cloned().collect()
        };
        let id = self.dice.choice(open)?.code_id;
        if self.known(id).is_none() {
            let purchase = {
                let (books, knowledge) = (world.books(), world.knowledge());
                let sale = books.code(id)?.sale.clone()?;
                let mut purchases = knowledge.purchases();
                let bought = purchases.find(|bought| bought.purchase_id == sale.purchase_id);
                bought?.clone()
            };
            self.show(purchase).await;
        }
        let known = self.known(id)?;
        let books = world.books();
        let code = books.code(id)?;
        is_open(&books, code, world.now()).then(|| (known, code.clone()))
    }

    fn known(&self, id: CodeId) -> Option<KnownCode> {
        let knowledge = self.world.knowledge();
        let mut codes = knowledge.codes.iter();
        codes.find(|known| known.code_id == id).cloned()
    }
}

/// Whether a sold code can be redeemed, and be given back by whoever changed their mind.
fn is_open(books: &Books, code: &Code, now: Timestamp) -> bool {
    let is_fresh = code.issued_at.plus(TimeDelta::days(RETURN_DAYS)) > now;
    let is_free = code.state(now) == State::Issued && code.reservation(now).is_none();
    let product = books.goods().product(code.product_id);
    let is_returned = product.is_some_and(|product| product.returns.changed_mind == Remedy::Refund);
    code.sale.is_some() && is_fresh && is_free && is_returned
}
