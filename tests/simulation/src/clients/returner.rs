//! A member who gives codes back, or says that they did not work.

use std::sync::Arc;

use chrono::TimeDelta;
use shared::catalog::Remedy;
use shared::codes::{Code, Life, TextOf};
use shared::error::Rejection;
use shared::id::{CodeId, MemberId};
use shared::ledger::RefundReason;
use shared::purchases::{self, Ending, Problem};
use shared::time::Timestamp;

use super::{Answer, Client};
use crate::house::text;
use crate::instances::Function;

/// For so many days a code can be given back.
pub const RETURN_DAYS: i64 = 14;

impl Client {
    /// Takes a code of the member, and gives it back on one device or two.
    pub(super) async fn bring_back(
        mut self,
        member: MemberId,
        reason: Option<RefundReason>,
        devices: usize,
    ) {
        let Some(code) = self.own_code(member) else {
            return;
        };
        let world = Arc::clone(&self.world);
        let mut others = Vec::new();
        for device in 1..devices {
            let number = u64::try_from(device).unwrap_or(1);
            let other = Self::new(&world, self.number, number);
            let (done, code) = (world.executor.slot(), code.clone());
            others.push(done.clone());
            let giving = async move { done.put(other.give_up(code, reason).await) };
            world.executor.spawn(&world.executor.label(), giving);
        }
        self.give_up(code, reason).await;
        for other in others {
            let _: bool = other.take().await;
        }
    }

    /// Some code of the member, mostly one that can be used.
    fn own_code(&mut self, member: MemberId) -> Option<Code> {
        let world = Arc::clone(&self.world);
        let books = world.books();
        let own = books.codes().filter(|code| code.holder() == Some(member));
        let own: Vec<&Code> = own.collect();
        let open = own.iter().filter(|code| matches!(code.life, Life::Issued));
        let open: Vec<&Code> = open.copied().collect();
        let any = if self.dice.u32(..6) == 0 || open.is_empty() {
            own
        } else {
            open
        };
        self.dice.choice(any).cloned()
    }

    /// Gives a code back until there is a definite answer. Without a reason, it did not work. Says whether something came of it.
    pub(super) async fn give_up(mut self, code: Code, reason: Option<RefundReason>) -> bool {
        match reason {
            Some(reason) => self.give_back(&code, reason).await,
            None => self.complain(&code).await,
        }
    }

    async fn give_back(&mut self, code: &Code, reason: RefundReason) -> bool {
        let Some(sale) = code.sale.clone() else {
            return false;
        };
        let (world, id) = (Arc::clone(&self.world), code.code_id);
        let answer = self
            .insist(Function::Return, move |instance, now| {
                let world = Arc::clone(&world);
                async move {
                    let (tables, secrets) = (&instance.tables, &world.house.secrets);
                    let what = (sale.member_id, sale.purchase_id);
                    purchases::give_back(tables, secrets, what, &[id], reason, now).await
                }
            })
            .await;
        match &answer.outcome {
            Ok(endings) => {
                let is_right = matches!(endings.as_slice(), [(known, ending)]
                    if *known == id && self.is_ended(id, ending));
                if !is_right {
                    self.object("was told wrongly what became of a code", &answer.outcome);
                }
            }
            Err(rejection) => {
                if !self.is_refused(id, reason, rejection, &answer) {
                    self.object("could not give a code back", &answer.outcome);
                }
            }
        }
        answer.outcome.is_ok()
    }

    async fn complain(&mut self, code: &Code) -> bool {
        let Some(sale) = code.sale.clone() else {
            return false;
        };
        let (world, id) = (Arc::clone(&self.world), code.code_id);
        let answer = self
            .insist(Function::Return, move |instance, now| {
                let world = Arc::clone(&world);
                let problem = Problem {
                    member_id: sale.member_id,
                    purchase_id: sale.purchase_id,
                    code_id: id,
                    note: text("it was not accepted"),
                    at: now,
                };
                async move {
                    let (tables, secrets) = (&instance.tables, &world.house.secrets);
                    let answer = purchases::report(tables, secrets, &problem).await;
                    answer.map(|(answer, _)| answer)
                }
            })
            .await;
        let is_right = match &answer.outcome {
            Ok(purchases::Answer::Ended(ending)) => self.is_ended(id, ending),
            Ok(purchases::Answer::Case(case)) => case.code_id == id,
            Err(rejection) => self.is_refused(id, RefundReason::DidNotWork, rejection, &answer),
        };
        if !is_right {
            self.object(
                "was told wrongly what became of its problem",
                &answer.outcome,
            );
        }
        matches!(answer.outcome, Ok(purchases::Answer::Ended(_)))
    }

    /// Whether this is what became of a code, by the books.
    fn is_ended(&self, id: CodeId, ending: &Ending) -> bool {
        let books = self.world.books();
        let life = books.code(id).map(|code| &code.life);
        match (ending, life) {
            (
                Ending::Refunded {
                    entry_id, amount, ..
                },
                Some(Life::Refunded { refund, .. }),
            ) => {
                let entry = books.entry(*entry_id);
                refund == entry_id && entry.is_some_and(|entry| entry.amount() == *amount)
            }
            (Ending::Replaced(born), Some(Life::Replaced { replacement, .. })) => {
                born.code_id == *replacement && books.code(*replacement).is_some()
            }
            _ => false,
        }
    }

    /// Whether there was an instant, while the request was under way, at which its refusal was the truth.
    fn is_refused<T>(
        &self,
        id: CodeId,
        reason: RefundReason,
        rejection: &Rejection,
        answer: &Answer<T>,
    ) -> bool {
        let books = self.world.books();
        let Some(code) = books.code(id) else {
            return false;
        };
        let returns = books
            .goods()
            .product(code.product_id)
            .map(|product| product.returns);
        let policy = returns.map(|returns| match reason {
            RefundReason::ChangedMind => returns.changed_mind,
            RefundReason::DidNotWork => returns.did_not_work,
            RefundReason::Expired => returns.expired,
        });
        match rejection {
            Rejection::CodeNotReturnable { state } => {
                let ended = books.ended(id);
                let is_over = ended.is_some_and(|at| at <= answer.answered);
                match state.as_str() {
                    "issued" => reason == RefundReason::Expired && answer.clock < code.expires_at,
                    "expired" => reason != RefundReason::Expired,
                    state => is_over && state == code.state(answer.clock).as_str(),
                }
            }
            Rejection::CodeReserved { reserved_until } => {
                let mut holders = books.reservations(id, *reserved_until);
                holders.next().is_some() && answer.clock < *reserved_until
            }
            Rejection::CodeRevealed => {
                code.revealed_at.is_some() && matches!(code.text, TextOf::Imported { .. })
            }
            Rejection::ReturnTooLate { returnable_until } => {
                // A replacement does not lengthen the time, and an extension only lengthens it.
                let later = |at: Timestamp| at.plus(TimeDelta::days(RETURN_DAYS));
                let is_right = match reason {
                    RefundReason::Expired => *returnable_until <= later(code.expires_at),
                    RefundReason::ChangedMind | RefundReason::DidNotWork => {
                        let sale = code.sale.as_ref();
                        let payment = sale.and_then(|sale| books.entry(sale.purchase_id.into()));
                        payment.is_some_and(|paid| later(paid.recorded_at) == *returnable_until)
                    }
                };
                is_right && answer.clock >= *returnable_until
            }
            Rejection::ReturnRefused => policy == Some(Remedy::Refuse),
            Rejection::SoldOut { left } => {
                let (from, to) = (answer.asked, answer.answered);
                let (least, _) = books.goods().left_between(code.product_id, from, to);
                *left == 0 && least == 0 && policy == Some(Remedy::Replace)
            }
            _ => false,
        }
    }
}
