//! A member who gives codes back, or says that they did not work.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use shared::catalog::Remedy;
use shared::codes::{Code, Life, State, TextOf};
use shared::error::Rejection;
use shared::id::{CodeId, MemberId};
use shared::ledger::RefundReason;
use shared::purchases::{self, Ending, Problem};

use super::{Answer, Client};
use crate::house::text;
use crate::instances::Function;

/// For so many days a code can be given back.
const RETURN_DAYS: i64 = 14;

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
                let since = match reason {
                    RefundReason::Expired => code.expires_at,
                    RefundReason::ChangedMind | RefundReason::DidNotWork => code.issued_at,
                };
                answer.clock >= *returnable_until
                    && *returnable_until <= since.plus(TimeDelta::days(RETURN_DAYS))
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

    /// Takes a code that both can end, and lets its partner redeem it while its holder gives it back: one of them wins.
    pub(super) async fn contest(mut self) {
        let world = Arc::clone(&self.world);
        let Some((known, code)) = self.contested() else {
            return;
        };
        let id = code.code_id;
        let reason = match code.text {
            TextOf::Minted { .. } => Some(RefundReason::ChangedMind),
            TextOf::Imported { .. } => None,
        };
        let delays = [self.dice.u64(..40), self.dice.u64(..40)].map(Duration::from_millis);
        let sight = self.sight(known, false, false);
        let (other, done) = (Self::new(&world, self.number, 1), world.executor.slot());
        let (put, executor) = (done.clone(), world.executor.clone());
        let giving = async move {
            executor.sleep(delays[0]).await;
            put.put(other.give_up(code, reason).await);
        };
        world.executor.spawn(&world.executor.label(), giving);
        world.executor.sleep(delays[1]).await;
        let number = self.number;
        let is_redeemed = self.use_up(sight, 2 * number).await;
        let is_given_back = done.take().await;
        let books = world.books();
        let life = books.code(id).map(|code| code.life.clone());
        drop(books);
        if is_redeemed && is_given_back {
            let sentence = format!("{id} was redeemed and given back: {life:?}");
            world.judge(Err(sentence));
        }
        if is_redeemed != is_given_back {
            world
                .tally
                .contests
                .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// A code of which its partner knows and which can be given back.
    fn contested(&mut self) -> Option<(crate::knowledge::KnownCode, Code)> {
        let world = Arc::clone(&self.world);
        let (books, knowledge) = (world.books(), world.knowledge());
        let now = world.now();
        let both = knowledge.codes.iter().filter_map(|known| {
            let code = books.code(known.code_id)?;
            let returns = books.goods().product(code.product_id)?.returns;
            let is_fresh = code.issued_at.plus(TimeDelta::days(RETURN_DAYS)) > now;
            let is_open = code.state(now) == State::Issued && code.reservation(now).is_none();
            let is_returned = returns.changed_mind == Remedy::Refund;
            (is_fresh && is_open && is_returned).then(|| (known.clone(), code.clone()))
        });
        let both: Vec<_> = both.collect();
        self.dice.choice(both)
    }
}
